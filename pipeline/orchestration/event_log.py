"""Where Dagster keeps its events: one SQLite file under its home, on a connection that stays open.

What belongs here: the storage that ``dagster.yaml`` names, as Dagster's own plug point for it takes one.  What may not: what events say.

Dagster's default makes an engine, a file and several commits that wait for the disk for each of a year's many hundred events, which takes
longer than the work they tell of.  The record of runs may lose its last events when the machine loses power (not when a process is
killed); no table does.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._serdes import ConfigurableClassData

_BUSY_SECONDS = 30


class EventLog(ConsolidatedSqliteEventLogStorage):
    """Events of all runs in ``<base_dir>/events/event_log.db``."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> EventLog:
        return cls(base_dir=str(Path(config_value["base_dir"], "events")), inst_data=inst_data)

    @cached_property
    def _engine(self) -> sa.Engine:
        engine = sa.create_engine(f"sqlite:///{Path(self._base_dir, 'event_log.db')}", connect_args={"timeout": _BUSY_SECONDS})
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
        return engine

    @cached_property
    def _tables(self) -> set[str]:
        return set(sa.inspect(self._engine).get_table_names())

    def run_connection(self, run_id: str | None) -> AbstractContextManager[sa.Connection]:
        return self._engine.begin()

    def index_connection(self) -> AbstractContextManager[sa.Connection]:
        return self._engine.begin()

    def has_table(self, table_name: str) -> bool:
        return table_name in self._tables

    def dispose(self) -> None:
        super().dispose()  # type: ignore[no-untyped-call]
        self._engine.dispose()
