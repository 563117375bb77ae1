"""How the steps of a run are executed: in one process, unless its configuration asks for many.

What belongs here: the executor of the code location.  What may not: what a step does.

One process is fastest on one machine, because every other one would first import what the steps need; it is the default however a run is
launched (job, schedule, sensor, the button of an asset).  ``execution: {config: {multiprocess: {}}}`` runs each step in a process of its own,
forked from one that has imported everything.
"""

from typing import Any

import dagster as dg

_PRELOADED = ["pipeline.definitions", "expectations.suites.query"]
_OPTIONS = dg.Field(dict, is_required=False)


def _chosen(config: dict[str, Any]) -> dict[str, Any]:
    if "multiprocess" not in config:
        return {"in_process": config.get("in_process", {})}
    return {"multiprocess": {"start_method": {"forkserver": {"preload_modules": _PRELOADED}}} | config["multiprocess"]}


executor = dg.multi_or_in_process_executor.configured(
    _chosen, name="one_process_or_many", config_schema={"in_process": _OPTIONS, "multiprocess": _OPTIONS}
)
