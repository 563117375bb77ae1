"""Sources: the documents that were found, each with what became of it.

What belongs here: assets up to a document's reading.  What may not: what the readings hold (``assets.core``).
"""

from typing import Any

import dagster as dg

from assets.written import spec, write
from pipeline.orchestration.resources import Documents

DOCUMENTS = spec("core.documents", "sources", ["sources.report_links"], kinds={"python", "parquet"})


@dg.multi_asset(specs=[DOCUMENTS], name="documents")
def documents(context: dg.AssetExecutionContext, reports: Documents) -> dg.MaterializeResult[Any]:
    """Takes documents in, reads those that are new, and lists the year's (and those of no year)."""
    intake = reports.take_in(lambda done, of, last: context.log.debug(f"documents read: {done} of {of}"))
    year = int(context.partition_key)
    rows = [d.row() for d in reports.library().documents() if d.outcome.fiscal_year in (year, None)]
    read = len(intake.outcomes)
    return write("core.documents", year, rows, **{"documents offered": len(intake.offers), "documents read now": read})
