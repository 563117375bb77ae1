"""Readers for tests of what surrounds reading: tiny ``key: value`` texts stand for reports, and some misbehave on demand."""

from __future__ import annotations

import ctypes
import os
import time
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report, figure_id
from pipeline.reading import patience, wanted
from pipeline.reading.document import UnreadableDocument


def read(data: bytes, source_url: str, retrieved_at: datetime | None) -> ReportContents:
    """``publisher: …`` ``year: …`` and any number of ``<measure>: <amount>`` lines; ``do: …`` makes trouble."""
    lines = dict(line.split(": ", 1) for line in data.decode().splitlines() if ": " in line)
    trouble = lines.pop("do", "")
    if trouble == "sleep":
        time.sleep(60)
    if trouble == "die":
        ctypes.string_at(0)
    if trouble == "exit":
        os._exit(3)
    if trouble == "eat":
        print(len(bytearray(8 << 30)))
    if trouble == "want":
        wanted.missed(wanted.LIBRE_OFFICE)
    if trouble == "hurry" and patience.too_late():
        lines.pop("total")
    if trouble == "raise":
        raise KeyError("公开99表")
    if "publisher" not in lines:
        raise UnreadableDocument("the file is no final account", "offer the publisher's report", status="not_a_report")
    publisher, year = lines.pop("publisher"), int(lines.pop("year"))
    report = Report(publisher, year, "unit", f"{year}年度决算", sha256(data).hexdigest(), "text/plain", 1, "fake/1", source_url,
                    retrieved_at.isoformat() if retrieved_at else None)  # fmt: skip
    figures = [_figure(report, measure, amount) for measure, amount in lines.items()]
    if trouble == "twice":
        figures.append(figures[0])
    own = {"report_id": report.report_id, "publisher": publisher, "fiscal_year": year}
    form = own | {"statement": "income", "listed": True, "printings": 1, "state": "read", "rows": 1, "figures": len(figures)}
    page = own | {"page": 1, "decimals_printed": len(figures), "decimals_lost": 0}
    return ReportContents(report, tuple(figures), {"core.forms": (form,), "core.pages": (page,)})


def _figure(report: Report, measure: str, amount: str) -> Figure:
    """A cell of the total row of the income form, which is all that these reports print."""
    name = figure_id(report.report_id, "form", "income", None, 1, measure)
    return Figure(name, report.report_id, "form", "income", None, "1", None, "合计", measure, Decimal(amount), "万元",
                  Decimal("0.01"), amount, Place(page=1), "fake/1", concept="total")  # fmt: skip
