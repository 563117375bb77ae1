"""When years run by themselves.

What belongs here: jobs and schedules.  What may not: what a run does.
"""

import os
from datetime import datetime

import dagster as dg

from pipeline.orchestration import tags
from pipeline.orchestration.freshness import freshness_checks
from pipeline.orchestration.run import OPEN_CASES

#: Set to ``1``, the schedule and the sensor of documents are on from the start; else each is switched on in the user interface.
UNATTENDED_VARIABLE = "FINAL_ACCOUNTS_UNATTENDED"
UNATTENDED = os.environ.get(UNATTENDED_VARIABLE) == "1"

_WAREHOUSE = dg.AssetSelection.assets("warehouse")
#: Freshness is evaluated by its own sensor, not by the run that makes a year fresh.
_LATE = dg.AssetSelection.checks(*(spec.key for checks in freshness_checks for spec in checks.check_specs))
#: The way from the first page to what waits for a person: a job, this link, its picture.
_OPEN = f"\n\n**[Open cases, with their pictures 待裁定案件及图片]({OPEN_CASES})**"
_TAGS = {tags.TRIGGER: tags.BY_HAND}  # a schedule or a sensor says otherwise

#: All of one fiscal year: documents, tables, checks, marts, and the warehouse.
yearly_accounts = dg.define_asset_job(
    "yearly_accounts",
    selection=dg.AssetSelection.all() - _LATE,
    description=f"Read, check and publish the accounts of one fiscal year. 处理一个年度的部门决算。{_OPEN}",
    tags=_TAGS,
)

#: The two halves of it, for a run over several years (``pipeline.orchestration.run``): each year's tables and checks, then the warehouse once.
yearly_tables = dg.define_asset_job(
    "yearly_tables",
    selection=dg.AssetSelection.all() - _WAREHOUSE - _LATE,
    description=f"Read and check the accounts of one fiscal year. 读取并核对一个年度的部门决算。{_OPEN}",
    tags=_TAGS,
)
publish = dg.define_asset_job(
    "publish",
    selection=_WAREHOUSE,
    description=f"Publish the warehouse of all accepted years. 发布数据仓库。{_OPEN}",
    tags=_TAGS,
)

#: The months of publication (central departments in July, most others in August and September): every day.
_SEASON = range(7, 11)
#: The rest of the year, until the next accounts are due: once a week, for what comes late and for corrections.
PUBLICATION_SEASON = [f"0 6 * {_SEASON[0]}-{_SEASON[-1]} *", f"0 6 * 1-{_SEASON[0] - 1},{_SEASON[-1] + 1}-12 1"]


def accounts_published_in(moment: datetime) -> str:
    """The fiscal year whose accounts a moment's publications are: from the season's first day on the year before, until then the one before that."""
    return str(moment.year - (1 if moment.month >= _SEASON[0] else 2))


@dg.schedule(
    job=yearly_accounts,
    cron_schedule=PUBLICATION_SEASON,
    execution_timezone="Asia/Shanghai",
    description="Asks the publishers for the year whose accounts are being published: daily from July to October, on Mondays else. "
    "向各单位网站检索正在公开的年度：7 月至 10 月每日，其余每周一。",
    default_status=dg.DefaultScheduleStatus.RUNNING if UNATTENDED else dg.DefaultScheduleStatus.STOPPED,
)
def publication_season(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The fiscal year whose accounts are being published: daily in the season, weekly until the next one."""
    moment = context.scheduled_execution_time
    year = accounts_published_in(moment)
    why = tags.DAILY if moment.month in _SEASON else tags.WEEKLY
    return dg.RunRequest(partition_key=year, tags={tags.FISCAL_YEAR: year, tags.TRIGGER: why})
