"""The library behind the code location: from a published report's bytes to a checked warehouse.

What belongs here: reading documents, recognising what they print, equations over figures,
reconciliation, and the warehouse.  What may not enter: Dagster assets (they live in ``assets``)
and Great Expectations suites (``expectations``).  Only ``pipeline.definitions`` looks upward.
"""

from __future__ import annotations

import gc

# Objects made between two looks for cycles.  Imports and reports make many ten thousand objects without one: a fifth of importing, and a seventh
# of judging, went into looking.  Set before anything else is imported.
gc.set_threshold(50_000, 20, 20)
