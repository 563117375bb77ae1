"""The partition of everything: the fiscal year of the accounts.

What belongs here: the years.  What may not: when they run (``pipeline.orchestration.schedules``).
"""

from __future__ import annotations

import dagster as dg

#: 2015 (the first year of the present forms) to the current one, whose accounts appear next autumn.
FISCAL_YEARS = dg.TimeWindowPartitionsDefinition(start="2015", fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=1)
