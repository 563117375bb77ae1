"""A place for rows of several tables while they come in report by report: on disk, not in memory.

What belongs here: rows in, the same rows out.  What may not: where tables are kept for good (``pipeline.store.tables``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow.parquet as pq

from pipeline.schema import TABLES
from pipeline.store.rows import arrow_table

BATCH = 20_000


class Spool:
    """``with Spool(names) as spool: spool.add(name, rows) …; spool.rows(name)``; what it keeps is gone after the block."""

    def __init__(self, names: Iterable[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="final-accounts-")
        self._waiting: dict[str, list[Mapping[str, Any]]] = {name: [] for name in names}
        self._writers = {name: pq.ParquetWriter(self._path(name), TABLES[name].arrow_schema()) for name in self._waiting}

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows of one table."""
        waiting = self._waiting[name]
        waiting.extend(rows)
        if len(waiting) >= BATCH:
            self._flush(name)

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """All rows of one table, in order; no more can be added to it."""
        self._flush(name)
        self._writers[name].close()
        with pq.ParquetFile(self._path(name)) as file:
            for batch in file.iter_batches(BATCH):
                yield from batch.to_pylist()

    def _flush(self, name: str) -> None:
        if self._waiting[name]:
            self._writers[name].write_table(arrow_table(name, self._waiting[name]))
            self._waiting[name].clear()

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / f"{name}.parquet"

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()
        self._folder.cleanup()
