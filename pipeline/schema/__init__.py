"""Every table of the warehouse as metadata, one module a schema or a part of one; :data:`TABLES` has them all by full name.

A new table is a new entry here: storage, DDL, comments, publishing and the data dictionary follow from it.
"""

from __future__ import annotations

from pipeline.schema.base import Column, Table
from pipeline.schema.checks import CHECKS
from pipeline.schema.core import CORE
from pipeline.schema.marts import MARTS
from pipeline.schema.narrative import NARRATIVE
from pipeline.schema.performance import PERFORMANCE
from pipeline.schema.reconciled import RECONCILED, SUSPICIONS, TRIAGE
from pipeline.schema.sources import SOURCES

TABLES: dict[str, Table] = {t.full_name: t for t in (*SOURCES, *CORE, *NARRATIVE, *PERFORMANCE, *CHECKS, *SUSPICIONS, *RECONCILED, *MARTS, TRIAGE)}

#: What is printed, as read: what a report's contents are stored in, report by report.
CORE_TABLES = [name for name in TABLES if name.startswith("core.") and name != "core.documents"]

__all__ = ["CORE_TABLES", "TABLES", "Column", "Table"]
