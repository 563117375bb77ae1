"""Where Dagster keeps its events: one SQLite file under its home, on a connection that stays open.

What belongs here: the storage that ``dagster.yaml`` names, as Dagster's own plug point for it takes one.  What may not: what events say.

Dagster's default makes an engine, a file and several commits that wait for the disk for each of a year's many hundred events, which takes
longer than the work they tell of.  Here an event is one commit, and so are all events of a batch (``DAGSTER_EVENT_BATCH_SIZE``: those that
a run announces when it begins).  The record of runs may lose its last events when the machine loses power (not when a process is killed);
no table does.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from filelock import FileLock

_BUSY_SECONDS = 30
_FILE = "event_log.db"


class EventLog(ConsolidatedSqliteEventLogStorage):
    """Events of all runs in ``<base_dir>/events/event_log.db``."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> EventLog:
        folder = Path(config_value["base_dir"], "events")
        _made(folder)
        return cls(base_dir=str(folder), inst_data=inst_data)

    @cached_property
    def _engine(self) -> sa.Engine:
        engine = sa.create_engine(f"sqlite:///{Path(self._base_dir, _FILE)}", connect_args={"timeout": _BUSY_SECONDS})
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
        return engine

    @cached_property
    def _tables(self) -> set[str]:
        return set(sa.inspect(self._engine).get_table_names())

    @cached_property
    def _written(self) -> threading.local:
        """The connection of the commit that a thread is at, as ``connection``."""
        return threading.local()

    @contextmanager
    def _one_commit(self) -> Iterator[None]:
        if getattr(self._written, "connection", None) is not None:
            yield
            return
        with self._engine.begin() as self._written.connection:
            try:
                yield
            finally:
                self._written.connection = None

    def store_event(self, event: EventLogEntry) -> None:
        with self._one_commit():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        with self._one_commit():
            super().store_event_batch(events)

    def _connection(self) -> AbstractContextManager[sa.Connection]:
        open_now: sa.Connection | None = getattr(self._written, "connection", None)
        return self._engine.begin() if open_now is None else nullcontext(open_now)

    def run_connection(self, run_id: str | None) -> AbstractContextManager[sa.Connection]:
        return self._connection()

    def index_connection(self) -> AbstractContextManager[sa.Connection]:
        return self._connection()

    def has_table(self, table_name: str) -> bool:
        return table_name in self._tables

    def dispose(self) -> None:
        super().dispose()  # type: ignore[no-untyped-call]
        self._engine.dispose()


def _made(folder: Path) -> None:
    """Make the file, whole or not at all, where there is none: Dagster takes any file for a whole one, also one that a kill left half made."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".making.lock"):
        if not (folder / _FILE).exists():
            with TemporaryDirectory(prefix=".new-", dir=folder) as aside:
                ConsolidatedSqliteEventLogStorage(aside).dispose()  # type: ignore[no-untyped-call]
                os.replace(Path(aside, _FILE), folder / _FILE)
