"""Where Dagster keeps its runs: its own SQLite file, with the code location of runs that a command started.

What belongs here: the storage that ``dagster.yaml`` names, as Dagster's own plug point for it takes one.  What may not: starting a run.

A run in the process of a command says nothing of where its job comes from, so that the landing page and the page of the job, which go by that,
would not show it.  All runs of a home are of one code location, so it can be said for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import DagsterRun
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.runs import SqliteRunStorage
from dagster._serdes import ConfigurableClassData

LOCATION = "final_accounts"
_REPOSITORY = "__repository__"


class RunLog(SqliteRunStorage):
    """Runs in ``<base_dir>/history``, each with its code location."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> RunLog:
        return cls.from_local(str(Path(config_value["base_dir"], "history")), inst_data)

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        return super().add_run(located(dagster_run))


def located(run: DagsterRun) -> DagsterRun:
    """The run with the code location of this project, where it says none."""
    if run.remote_job_origin is not None:
        return run
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(LOCATION), _REPOSITORY)
    return run._replace(remote_job_origin=RemoteJobOrigin(repository, run.job_name))
