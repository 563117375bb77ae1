"""What is made once for a key and kept: tables of rows and a record of how they came about, one file a key and version.

What belongs here: ``<root>/<version>/<key>.parquet``, written whole or not at all, read table by table.  What may not: what a key stands
for (``pipeline.store.readings``, ``expectations.judging``).
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import TABLES
from pipeline.store.files import Files

_RECORD = b"record"
_SCHEMA = pa.schema([pa.field("name", pa.string(), nullable=False), pa.field("rows", pa.large_binary(), nullable=False)])


@dataclass(frozen=True)
class Kept:
    """What one version has made, by key, below ``root`` (a folder or an fsspec address)."""

    root: str | Path
    version: str

    @property
    def files(self) -> Files:
        return Files(self.root)

    def path(self, key: str) -> str:
        """The key's file, below the root."""
        return f"{self.version}/{key}.parquet"

    def save(self, key: str, record: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> None:
        """Keep what was made: one row a table (its rows as Arrow), the record (anything that JSON takes) in the file's metadata."""
        schema = _SCHEMA.with_metadata({_RECORD: json.dumps(record, ensure_ascii=False).encode()})
        kept = pa.Table.from_pydict({"name": list(tables), "rows": [_packed(t) for t in tables.values()]}, schema=schema)
        sink = io.BytesIO()
        # each value is a table of its own: neither a dictionary of them nor the least of them is of use, and both cost more than the rows
        pq.write_table(kept, sink, row_group_size=1, compression="zstd", use_dictionary=False, write_statistics=False)
        self.files.write(self.path(key), sink.getvalue())

    def has(self, key: str) -> bool:
        return self.files.exists(self.path(key))

    def record(self, key: str) -> dict[str, Any] | None:
        """How the key's tables came about; ``None`` where nothing is kept for it, or not whole (only the file's footer is opened)."""
        try:
            with self.files.open(self.path(key)) as file:
                record: dict[str, Any] = json.loads((pq.read_schema(file).metadata or {})[_RECORD])
        except (FileNotFoundError, ValueError, KeyError):  # what a loss of power left of a file: it is made again
            return None
        except OSError as error:
            if error.errno is not None:  # Arrow's own word for damage has no number of the system
                raise
            return None
        return record

    def tables(self, key: str, only: Collection[str] | None = None) -> dict[str, pa.Table]:
        """A key's tables that have rows (or those of ``only``), by full name.  Raises ``FileNotFoundError``."""
        file = pq.ParquetFile(pa.BufferReader(self.files.read(self.path(key))))
        names = file.read(columns=["name"], use_threads=False)["name"].to_pylist()
        wanted = [i for i, name in enumerate(names) if only is None or name in only]
        blobs = file.read_row_groups(wanted, columns=["rows"], use_threads=False)["rows"] if wanted else []
        # A copy each: a table of a few rows that waits for others of its kind would keep all that stands beside it.
        return {names[i]: _opened(names[i], blob.as_py()) for i, blob in zip(wanted, blobs, strict=True)}

    def table(self, key: str, name: str) -> pa.Table:
        """One of a key's tables; empty where it has no such part."""
        with self.files.open(self.path(key)) as source:
            file = pq.ParquetFile(source)
            names = file.read(columns=["name"]).column("name").to_pylist()
            if name not in names:
                return TABLES[name].arrow_schema().empty_table()
            return _opened(name, file.read_row_group(names.index(name), columns=["rows"]).column("rows")[0].as_py())

    def keys(self) -> Iterator[str]:
        """All keys that are kept."""
        return (name.removesuffix(".parquet") for name in self.files.names(self.version) if name.endswith(".parquet"))


def _packed(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _opened(name: str, blob: bytes) -> pa.Table:
    """The rows in today's columns: one that they lack is NULL."""
    table, schema = pa.ipc.open_stream(blob).read_all(), TABLES[name].arrow_schema()
    if table.schema.equals(schema):
        return table
    columns = [table[f.name].cast(f.type) if f.name in table.schema.names else pa.nulls(table.num_rows, f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)
