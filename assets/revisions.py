"""Revisions: what a report that was published again has put right, and what not.

What belongs here: ``checks.revised_findings``.  What may not: the comparison (``expectations.revisions``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.written import spec, write
from expectations.revisions import compare
from pipeline.model.contents import ReportContents
from pipeline.orchestration.resources import Documents
from pipeline.schema import CORE_TABLES
from pipeline.store import tables as storage
from pipeline.store.readings import Library
from pipeline.store.rows import contents_of

NAME = "checks.revised_findings"


def _reading(library: Library, sha256: str) -> ReportContents:
    [contents] = contents_of({name: library.readings.table(sha256, name) for name in CORE_TABLES})
    return contents


def revised(library: Library, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each report of the year that stands, against every earlier revision of it."""
    standing = {d["report_id"]: d["document_sha256"] for d in documents if d["status"] == "read"}
    for document in documents:
        if document["status"] == "superseded" and document["report_id"] in standing:
            yield from compare(_reading(library, document["document_sha256"]), _reading(library, standing[document["report_id"]]))


@dg.multi_asset(specs=[spec(NAME, "checks", ["core.documents"], kinds={"python", "parquet"})], name="revisions")
def revisions(context: dg.AssetExecutionContext, reports: Documents) -> dg.MaterializeResult[Any]:
    """Compares the findings of revisions."""
    year = int(context.partition_key)
    return write(NAME, year, list(revised(reports.library(), storage.read_table("core.documents", year))))
