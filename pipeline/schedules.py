"""When years run by themselves.

What belongs here: jobs and schedules.  What may not: what a run does.
"""

from datetime import datetime
from typing import Any

import dagster as dg

_WAREHOUSE = dg.AssetSelection.assets("warehouse")
_IN_PROCESS: dict[str, Any] = {"execution": {"config": {"in_process": {}}}}

#: All of one fiscal year: documents, tables, checks, marts, and the warehouse.  In one process, which is fastest on one machine;
#: ``execution: {config: {multiprocess: {}}}`` in the launchpad, or an executor of Dagster's for many machines, works as well.
yearly_accounts = dg.define_asset_job(
    "yearly_accounts",
    selection=dg.AssetSelection.all(),
    description="Read, check and publish the accounts of one fiscal year. 处理一个年度的部门决算。",
    config=_IN_PROCESS,
)

#: The two halves of it, for a run over several years (``pipeline.run``): each year's tables and checks, then the warehouse once.
yearly_tables = dg.define_asset_job(
    "yearly_tables",
    selection=dg.AssetSelection.all() - _WAREHOUSE,
    description="Read and check the accounts of one fiscal year. 读取并核对一个年度的部门决算。",
    config=_IN_PROCESS,
)
publish = dg.define_asset_job(
    "publish",
    selection=_WAREHOUSE,
    description="Publish the warehouse of all accepted years. 发布数据仓库。",
    config=_IN_PROCESS,
)

#: Departments publish from August to October, most of them; what comes after trickles in.
PUBLICATION_SEASON = ["0 6 * 8-10 *", "0 6 * 11-12 1"]


def accounts_published_in(moment: datetime) -> str:
    """The fiscal year whose accounts are published at a time of the publication season: the one before."""
    return str(moment.year - 1)


@dg.schedule(job=yearly_accounts, cron_schedule=PUBLICATION_SEASON, execution_timezone="Asia/Shanghai")
def publication_season(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The previous fiscal year: daily from August to October, weekly to the end of the year."""
    return dg.RunRequest(partition_key=accounts_published_in(context.scheduled_execution_time))
