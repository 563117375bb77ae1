"""Core: what is printed, one asset a table, put together from the readings of the year's documents.

What belongs here: ``core.*`` but ``documents``.  What may not: judging.
"""

from typing import Any

import dagster as dg

from assets.written import spec, write
from pipeline.orchestration.resources import Documents
from pipeline.schema import CORE_TABLES
from pipeline.store import tables as storage


def core_table(name: str) -> dg.AssetsDefinition:
    """The asset of one table of printed things."""

    @dg.multi_asset(specs=[spec(name, "core", ["core.documents"])], name=name.replace(".", "_"))
    def table(context: dg.AssetExecutionContext, reports: Documents) -> dg.MaterializeResult[Any]:
        year = int(context.partition_key)
        documents = storage.read_table("core.documents", year)
        return write(name, year, reports.library().rows(name, documents))

    return table


core_assets = [core_table(name) for name in CORE_TABLES]
