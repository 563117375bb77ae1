"""Reconciled: one value a quantity with the figures behind it, balances, the forms with reconciled values, the open cases.

What belongs here: ``reconciled.*`` and ``marts.triage``, put together from the year's judgements.  What may not: choosing
(``pipeline.reconciliation``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets.checks import put_together
from assets.specs import key_of, spec
from expectations.judging import JUDGEMENTS
from pipeline.orchestration.io_manager import records
from pipeline.orchestration.resources import Documents
from pipeline.schema.reconciled import RECONCILED, TRIAGE

TABLES_RECONCILED = tuple(t.full_name for t in (*RECONCILED, TRIAGE))


@dg.multi_asset(
    specs=[spec(t.full_name, t.schema, [JUDGEMENTS, "checks.cases"]) for t in (*RECONCILED, TRIAGE)],
    ins={"judged": dg.AssetIn(key_of(JUDGEMENTS))},
    name="reconciled",
)
def reconciled(judged: pd.DataFrame, reports: Documents) -> Iterator[dg.MaterializeResult[Any]]:
    """What was chosen for each report."""
    yield from put_together(TABLES_RECONCILED, reports.judged(records(judged), TABLES_RECONCILED))
