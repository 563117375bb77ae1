"""How the steps of a run are executed: in one process, unless its configuration asks for many; one run of a fiscal year at a time.

What belongs here: the executor of the code location.  What may not: what a step does.

One process is fastest on one machine, because every other one would first import what the steps need; it is the default however a run is
launched (job, schedule, sensor, the button of an asset).  ``execution: {config: {multiprocess: {}}}`` runs each step in a process of its own,
forked from one that has imported everything.

Two runs of one year at once would each read tables that the other is writing, whoever started them: a command, the daemon, a person.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.execution.retries import RetryMode

from pipeline.store.alone import one_run_of

_PRELOADED = ["pipeline.definitions", "expectations.suites.query"]
_OPTIONS = dg.Field(dict, is_required=False)
_ONE_OR_MANY: Any = dg.multi_or_in_process_executor


class OneRunAYear(dg.Executor):
    """The steps of a run as another executor has them done, while no other run is at their fiscal year."""

    def __init__(self, steps: dg.Executor) -> None:
        self._steps = steps

    @property
    def retries(self) -> RetryMode:
        return self._steps.retries

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[Any]:
        with one_run_of(plan_context.dagster_run.tags.get("dagster/partition"), plan_context.log.warning):
            yield from self._steps.execute(plan_context, execution_plan)


def _chosen(config: dict[str, Any]) -> dict[str, Any]:
    if "multiprocess" not in config:
        return {"in_process": config.get("in_process", {})}
    return {"multiprocess": {"start_method": {"forkserver": {"preload_modules": _PRELOADED}}} | config["multiprocess"]}


def _made(context: dg.InitExecutorContext) -> dg.Executor:
    return OneRunAYear(_ONE_OR_MANY.executor_creation_fn(context))


executor = dg.ExecutorDefinition(
    name="one_run_a_year", config_schema=_ONE_OR_MANY.config_schema, requirements=_ONE_OR_MANY.get_requirements, executor_creation_fn=_made
).configured(_chosen, name="one_process_or_many", config_schema={"in_process": _OPTIONS, "multiprocess": _OPTIONS})
