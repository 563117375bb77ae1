"""Core: the documents that were found, their readings, and what is printed in them.

What belongs here: ``readings`` (the work) and ``core.*`` (put together from it).  What may not: reading itself, judging.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets.specs import READINGS, key_of, plain_spec, spec
from pipeline.orchestration.io_manager import records
from pipeline.orchestration.resources import Documents, Reading
from pipeline.orchestration.standing import documents_of
from pipeline.schema import CORE_TABLES
from pipeline.store.tables import Spool

DOCUMENTS = "core.documents"
_READINGS = plain_spec(
    READINGS, "core", "What was read from each document, kept by its hash: fanned out in batches, resumable. 逐份读取结果。", ["sources.report_links"]
)


@dg.multi_asset(specs=[_READINGS], name="readings", retry_policy=dg.RetryPolicy(max_retries=1))
def readings(context: dg.AssetExecutionContext, config: Reading, reports: Documents) -> dg.MaterializeResult[Any]:
    """Takes in what the folder holds and reads whatever is unread (a document's year is known only then); says what the year's came to."""
    intake = reports.take_in(config.folder, lambda done, of, last: context.log.debug(f"documents read: {done} of {of}"))
    own = [d.outcome for d in reports.library().documents() if d.outcome.fiscal_year == int(context.partition_key)]
    said = {"documents offered": len(intake.offers), "documents read now": len(intake.outcomes), "documents of the year": len(own)}
    return dg.MaterializeResult(READINGS, metadata=said | {"seconds of reading": sum(o.seconds for o in own), "code version": reports.version()})


@dg.multi_asset(specs=[spec(DOCUMENTS, "core", [READINGS])], name="documents")
def documents(context: dg.AssetExecutionContext, reports: Documents) -> dg.MaterializeResult[Any]:
    """The year's documents (and those of no year), each with what became of it."""
    own = documents_of(reports.library().documents(), int(context.partition_key))
    return dg.MaterializeResult(key_of(DOCUMENTS), value=[d.row() for d in own])


@dg.multi_asset(
    specs=[spec(name, "core", [DOCUMENTS, READINGS]) for name in CORE_TABLES],
    ins={"documents": dg.AssetIn(key_of(DOCUMENTS))},
    name="printed",
)
def printed(documents: pd.DataFrame, reports: Documents) -> Iterator[dg.MaterializeResult[Any]]:
    """The tables of what is printed, put together in one pass over the readings of the documents that stand."""
    with Spool(CORE_TABLES) as spool:
        for tables in reports.library().tables(records(documents)):
            for name, rows in tables.items():
                spool.add(name, rows)
        for name in CORE_TABLES:
            yield dg.MaterializeResult(key_of(name), value=spool.done(name))


core_assets = [readings, documents, printed]
