"""What every asset of this house has in common: its key, its description, its columns, its dependencies.

What belongs here: table → asset words.  What may not: what any one table holds, and how it is written (``pipeline.orchestration.io_manager``).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import dagster as dg

from pipeline.orchestration.partitions import FISCAL_YEARS
from pipeline.schema import TABLES
from pipeline.store import versions

OWNERS = ["team:final-accounts"]
READINGS = dg.AssetKey("readings")

#: Group → what decides the content of its assets.
_CODE = {"sources": versions.year_version, "core": versions.reading_version, "checks": versions.judging_version,
         "reconciled": versions.judging_version, "marts": versions.year_version, "published": versions.year_version}  # fmt: skip


def key_of(name: str) -> dg.AssetKey:
    """``core.figures`` → ``core/figures``."""
    return dg.AssetKey(name.split("."))


def with_the_year_before(name: str) -> dg.AssetDep:
    """A dependency on a table of the same year and of the year before; a first year has none before it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # allow_nonexistent_upstream_partitions
        years = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=0, allow_nonexistent_upstream_partitions=True)
    return dg.AssetDep(key_of(name), partition_mapping=years)


def spec(name: str, group: str, deps: Iterable[str | dg.AssetKey | dg.AssetDep] = (), *, kinds: Iterable[str] = ("python", "parquet"),
         **more: Any) -> dg.AssetSpec:  # fmt: skip
    """The asset of one table: documented from the table's own metadata, one partition a fiscal year."""
    described = TABLES[name]
    columns = [
        dg.TableColumn(
            c.name, c.type, f"{c.comment} | {c.comment_zh}",
            constraints=dg.TableColumnConstraints(nullable=c.nullable, unique=described.key == (c.name,)),
        )
        for c in described.columns
    ]  # fmt: skip
    metadata = {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": name, "key": ", ".join(described.key)}
    made = plain_spec(key_of(name), group, f"{described.comment}. {described.comment_zh}。", deps, kinds=kinds, metadata=metadata, **more)
    return made.with_io_manager_key("io_manager")


def plain_spec(key: dg.AssetKey, group: str, description: str, deps: Iterable[str | dg.AssetKey | dg.AssetDep] = (), *,
               kinds: Iterable[str] = ("python",), **more: Any) -> dg.AssetSpec:  # fmt: skip
    """The asset of something that is no table, one partition a fiscal year unless ``more`` says otherwise."""
    return dg.AssetSpec(
        key,
        deps=[key_of(d) if isinstance(d, str) else d for d in deps],
        description=description,
        group_name=group,
        owners=OWNERS,
        kinds=set(kinds),
        code_version=_CODE[group](),
        **{"partitions_def": FISCAL_YEARS, **more},
    )
