"""Every table of the warehouse as metadata, one module a schema; :data:`TABLES` has them all by full name."""

from __future__ import annotations

from pipeline.warehouse.tables.base import Column, Table
from pipeline.warehouse.tables.checks import CHECKS
from pipeline.warehouse.tables.core import CORE

TABLES: dict[str, Table] = {t.full_name: t for t in (*CORE, *CHECKS)}

__all__ = ["TABLES", "Column", "Table"]
