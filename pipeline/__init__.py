"""The library behind the code location: from a published report's bytes to a checked warehouse.

What belongs here: reading documents, recognising what they print, equations over figures,
reconciliation, and the warehouse.  What may not enter: Dagster assets (they live in ``assets``)
and Great Expectations suites (``expectations``).  Only ``pipeline.definitions`` looks upward.
"""
