"""Telling somebody that a run failed: a JSON object posted to an address of one's own.

What belongs here: what is said, its shape for the messenger that listens, and the sensor.  What may not: when a run counts as failed.

``FINAL_ACCOUNTS_WEBHOOK`` names the address; ``FINAL_ACCOUNTS_WEBHOOK_KIND`` the shape: ``plain`` (the default: ``text`` and the facts beside
it), ``wecom`` (企业微信 and 钉钉) or ``feishu`` (飞书).
"""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg
import httpx
import stamina
from pydantic import Field

from pipeline.model import harmless
from pipeline.orchestration import tags

WEBHOOK_VARIABLE = "FINAL_ACCOUNTS_WEBHOOK"
_MOST = 1000
_PARTITION = "dagster/partition"
_MODULE = re.compile(r"^(?:\w+\.)+(?=\w+: )")  # before the name of an exception
_SHAPES: Mapping[str, Callable[[str, Mapping[str, str]], dict[str, Any]]] = {
    "plain": lambda text, facts: {"text": text, **facts},
    "wecom": lambda text, facts: {"msgtype": "text", "text": {"content": text}},
    "feishu": lambda text, facts: {"msg_type": "text", "content": {"text": text}},
}


class Alerts(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where failures are told."""

    webhook: str = Field(default="", description="An address that takes a JSON object by POST; empty: nobody is told.")
    kind: str = Field(default="plain", description=f"What the messenger there wants: {', '.join(_SHAPES)}.")
    ui: str = Field(default="http://127.0.0.1:3000", description="Where the user interface answers, for a link to the run.")

    def told(self, run: dg.DagsterRun, problem: str) -> dict[str, Any]:
        """The object that is posted for a failed run."""
        year = run.tags.get(tags.FISCAL_YEAR) or run.tags.get(_PARTITION, "")
        facts = {
            "fiscal_year": year, "job": run.job_name, "run_id": run.run_id, "trigger": run.tags.get(tags.TRIGGER, ""),
            "problem": harmless.line(problem, _MOST), "link": f"{self.ui}/runs/{run.run_id}",
        }  # fmt: skip
        text = f"{run.job_name} {year} failed 运行失败: {facts['problem']} {facts['link']}"
        return _SHAPES[self.kind](text, facts)

    @stamina.retry(on=httpx.HTTPError, attempts=3)
    def post(self, said: Mapping[str, Any]) -> None:
        """Post an object; what does not answer well is tried three times.  Raises ``httpx.HTTPError``."""
        httpx.post(self.webhook, json=said, timeout=10).raise_for_status()


@dg.run_failure_sensor(
    description="Posts each failed run to the address that FINAL_ACCOUNTS_WEBHOOK names. 运行失败时向所设地址报警。",
    default_status=dg.DefaultSensorStatus.RUNNING if os.environ.get(WEBHOOK_VARIABLE) else dg.DefaultSensorStatus.STOPPED,
)
def failed_runs(context: dg.RunFailureSensorContext, alerts: Alerts) -> dg.SkipReason | None:
    """One post a failed run; nothing where no address is set."""
    if not alerts.webhook:
        return dg.SkipReason(f"{WEBHOOK_VARIABLE} is not set: nobody is told")
    alerts.post(alerts.told(context.dagster_run, _problem(context)))
    return None


def _problem(context: dg.RunFailureSensorContext) -> str:
    """What the first step that failed says at the root of its error; of a run that failed outside its steps what Dagster says of that."""
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            return f"{event.step_key}: {_MODULE.sub('', error.message)}"
    return context.failure_event.message or "it failed"
