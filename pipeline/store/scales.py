"""How many decimals the numbers of a table have: found while its file is written and kept in it.

What belongs here: the scale of each decimal column.  What may not: rounding; no digit is taken away.

Between assets every number has room for ten decimals; who opens the published warehouse wants to see ``9.96`` as it is printed.  A column
is published with as many decimals as its numbers have: two at least, by twos, so that its type is the same from publish to publish
unless a finer number comes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.schema import Table
from pipeline.schema.base import DECIMAL

_STEPS = (2, 4, 6, 8)
_MOST = 10
_KEY = b"scales"


class Scales:
    """The decimals of one table's columns, over the batches that it has seen."""

    def __init__(self, table: Table) -> None:
        self._found = dict.fromkeys(decimal_columns(table), _STEPS[0])

    def see(self, rows: pa.Table) -> None:
        """Take the numbers of a batch in the table's schema into account."""
        for name, known in self._found.items():
            self._found[name] = _needed(rows[name], known)

    def kept(self) -> dict[str, str]:
        """What to write into the file's metadata."""
        return {_KEY.decode(): json.dumps(self._found)}


def _needed(numbers: pa.ChunkedArray, least: int) -> int:
    steps = (s for s in _STEPS if s >= least)
    return next((s for s in steps if pc.all(pc.equal(pc.round(numbers, s), numbers), min_count=0).as_py()), _MOST)


def of_file(table: Table, file: pq.FileMetaData) -> dict[str, int]:
    """The decimals that a file's columns need; ten where an older version wrote it."""
    found: Mapping[str, int] = json.loads((file.metadata or {}).get(_KEY, b"{}"))
    return {name: found.get(name, _MOST) for name in decimal_columns(table)}


def widest(table: Table, several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The decimals that a table's columns need for all of several files."""
    found = dict.fromkeys(decimal_columns(table), _STEPS[0])
    for decimals in several:
        found = {name: max(known, decimals[name]) for name, known in found.items()}
    return found


def decimal_columns(table: Table) -> list[str]:
    """The columns that hold decimals."""
    return [c.name for c in table.columns if c.type == DECIMAL]
