"""When a year counts as late: its accounts are published from July on, and must be in the warehouse by the end of the season.

What belongs here: freshness by time partition.  What may not: what a late year means for anybody's report (``sources.publishers`` says who
is overdue).
"""

from __future__ import annotations

import warnings

import dagster as dg

#: The accounts of the year that ended last are due when the season of publication ends.
DUE = "0 0 1 11 *"

with warnings.catch_warnings():
    # superseded by FreshnessPolicy, which looks at assets and not at their partitions: each fiscal year has its own deadline
    warnings.simplefilter("ignore", dg.SupersessionWarning)
    freshness_checks = dg.build_time_partition_freshness_checks(assets=[dg.AssetKey("accepted_year")], deadline_cron=DUE, timezone="Asia/Shanghai")
    freshness_sensor = dg.build_sensor_for_freshness_checks(freshness_checks=freshness_checks, name="late_years")
