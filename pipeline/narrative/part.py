"""The narrative of one report as rows and figures.

What belongs here: putting what sentences state at their address.  What may not: wording.
Amounts become 万元; their resolution is that of the narrative's amounts as a whole, because many reports strip
trailing zeros (``11093.1`` beside ``1329.81`` stands for 11,093.10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report, figure_id
from pipeline.narrative.evaluations import EvaluationReader
from pipeline.narrative.items import ItemCodes
from pipeline.narrative.projects import ProjectReader
from pipeline.narrative.sections import annex_paragraphs, narrative_paragraphs
from pipeline.narrative.sentences import SentenceReader
from pipeline.narrative.spoken import Remark, Spoken
from pipeline.narrative.text import Paragraph
from pipeline.narrative.tokens import AMOUNT_UNITS
from pipeline.reading.document import Document

#: A resolution counts as the narrative's own when at least this share of its amounts prints that many decimals.
_COMMON = Decimal("0.3")


@dataclass(frozen=True)
class NarrativePart:
    """Rows of ``core.statements`` and ``core.remarks``, and the figures of the statements that are numbers."""

    statements: tuple[Mapping[str, Any], ...] = ()
    remarks: tuple[Mapping[str, Any], ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def tables(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """The rows by full table name, as :class:`~pipeline.model.contents.ReportContents` keeps them."""
        return {"core.statements": self.statements, "core.remarks": self.remarks}


def read_narrative(document: Document, report: Report, forms: ReportContents) -> NarrativePart:
    """Every statement of 决算情况说明 and of the annexed evaluation reports' text; empty where there is none.

    ``forms`` are the report's forms, whose functional items give the statements their codes.
    """
    said: list[tuple[Paragraph, Spoken | Remark]] = []
    sentences, projects = SentenceReader(), ProjectReader()
    for paragraph in narrative_paragraphs(document):
        reader = projects if paragraph.part == "performance" else sentences
        said += [(paragraph, what) for what in reader.read(paragraph)]
    evaluations = EvaluationReader(projects.known, projects.names)
    for paragraph in annex_paragraphs(document):
        said += [(paragraph, what) for what in evaluations.read(paragraph)]
    return _rows(said, report, ItemCodes.of(forms))


def common_decimals(spoken: Iterable[Spoken]) -> int:
    """How many decimals the narrative's amounts are rounded to, trailing zeros stripped or not."""
    decimals = Counter(s.decimals for s in spoken if s.unit == "万元" and s.number)
    total = sum(decimals.values())
    deep = [d for d in decimals if d <= 2 and sum(n for k, n in decimals.items() if k >= d) >= _COMMON * total]
    return max(deep, default=0)


def _rows(said: list[tuple[Paragraph, Spoken | Remark]], report: Report, codes: ItemCodes) -> NarrativePart:
    common = common_decimals(what for _, what in said if isinstance(what, Spoken))
    statements: list[Mapping[str, Any]] = []
    remarks: list[Mapping[str, Any]] = []
    figures: list[Figure] = []
    address = {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}
    for paragraph, what in said:
        place = paragraph.place_at(what.offset)
        shared = {
            **address,
            "section": paragraph.section,
            "part": paragraph.part,
            "aspect": paragraph.aspect,
            "subject": what.subject,
            "quantity": what.quantity,
            "basis": what.basis,
            "sentence": what.sentence,
            "page": place.page,
            "line": place.line,
        }
        if isinstance(what, Remark):
            remarks.append({**shared, "row_no": len(remarks) + 1, "kind": what.kind, "words": what.words})
            continue
        row_no = len(statements) + 1
        code = codes.find(what.subject, paragraph.part)
        figure = _figure(what, paragraph, report, row_no, code, place, common)
        if figure is not None:
            figures.append(figure)
        statements.append(
            {
                **shared,
                "row_no": row_no,
                "code": code,
                "measure": what.measure,
                "value": what.value,
                "value_number": what.number,
                "unit": what.unit,
                "figure_id": figure.figure_id if figure is not None else None,
            }
        )
    return NarrativePart(tuple(statements), tuple(remarks), tuple(figures))


def _figure(
    what: Spoken, paragraph: Paragraph, report: Report, row_no: int, code: str | None, place: Place, common: int
) -> Figure | None:
    """The statement's figure: ``None`` for a grade; a budget that there is none of is a blank."""
    if what.measure == "grade":
        return None
    factor = AMOUNT_UNITS.get(what.unit, Decimal(1))
    decimals = max(what.decimals, common) if what.unit == "万元" else what.decimals
    resolution = Decimal(1).scaleb(-decimals) * factor
    if what.measure == "count":
        resolution = Decimal(0)  # a count is exact
    return Figure(
        figure_id=figure_id(report.report_id, "narrative", paragraph.part or "other", None, row_no, what.measure),
        report_id=report.report_id,
        section="narrative",
        statement=paragraph.part or "other",
        side=None,
        row_no=str(row_no),
        code=code,
        label=what.subject,
        measure=what.measure,
        value=what.number * factor if what.number is not None else None,
        unit="万元" if what.unit in AMOUNT_UNITS else what.unit,
        resolution=resolution,
        printed=what.value,
        place=place,
        reader="narrative/1",
    )
