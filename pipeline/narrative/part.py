"""The narrative of one report as rows and figures.

What belongs here: putting what sentences state at their address.  What may not: wording.
Amounts become 万元; their resolution is that of the narrative's amounts as a whole, because many reports strip
trailing zeros (``11093.1`` beside ``1329.81`` stands for 11,093.10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pipeline.lexicon.units import factor
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report, figure_id
from pipeline.model.parts import Part
from pipeline.narrative.account import part_of
from pipeline.narrative.evaluations import EvaluationReader
from pipeline.narrative.free_text import mentions
from pipeline.narrative.headings import heading_remarks
from pipeline.narrative.items import ItemCodes
from pipeline.narrative.projects import ProjectReader
from pipeline.narrative.regions import regions
from pipeline.narrative.sections import Section, known_title, sections_of
from pipeline.narrative.sentences import SentenceReader
from pipeline.narrative.spoken import Remark, Said, Spoken, Unread
from pipeline.narrative.text import Paragraph
from pipeline.narrative.tokens import template_tokens
from pipeline.narrative.wordings import heading_years, wordings
from pipeline.narrative.words import Vocabulary
from pipeline.reading.document import Document

#: A resolution counts as the narrative's own when at least this share of its amounts prints that many decimals.
_COMMON = Decimal("0.3")


@dataclass(frozen=True)
class NarrativePart:
    """Rows of ``core.statements`` and ``core.remarks``, the figures of the statements that are numbers, and the parts of the running text."""

    statements: tuple[Mapping[str, Any], ...] = ()
    remarks: tuple[Mapping[str, Any], ...] = ()
    figures: tuple[Figure, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def tables(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """The rows by full table name, as :class:`~pipeline.model.contents.ReportContents` keeps them."""
        return {"core.statements": self.statements, "core.remarks": self.remarks}


def read_narrative(document: Document, report: Report, forms: ReportContents, evaluations: Mapping[int, int] | None = None) -> NarrativePart:
    """Every statement of 决算情况说明 and of the annexed evaluation reports' text, and the account of all running text.

    ``forms`` are the report's forms, whose functional items give the statements their codes.  ``evaluations``: which evaluation report
    each block stands in, as their tables are numbered: what its text says has the aspect ``evaluation3``.
    """
    codes = ItemCodes.of(forms)
    words = Vocabulary(report.fiscal_year, report.publisher, codes.labels)
    readers = _Readers(words)
    told: list[tuple[Paragraph, Said]] = []
    parts: list[Part] = []
    for section in sections_of(regions(document, forms.figures)):
        reason = "" if section.concept else f"the title of its section is not known: {section.title}"
        own = [(p, what) for p in section.paragraphs for what in (*readers.read(section, p, reason), *wordings(section, p))]
        own += heading_years(section)
        told += [*own, *(heading_remarks(section.lines) if section.kind == "evaluation" else ())]
        parts.append(part_of(section, own, reason))
    return replace(_rows(list(_doubted(told)), report, codes, evaluations or {}), parts=tuple(parts))


class _Readers:
    """The reader of each kind of section; projects that the narrative names are known to the evaluation reports behind it."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.sentences, self.projects = SentenceReader(words), ProjectReader(words)
        self.evaluations: EvaluationReader | None = None

    def read(self, section: Section, paragraph: Paragraph, reason: str) -> Iterator[Said]:
        """What one paragraph says; in a section whose title is not known every number is unread."""
        if reason:
            return iter([Unread(t.start, reason, paragraph.text[:400]) for t in template_tokens(paragraph.text)])
        if section.kind == "evaluation":
            self.evaluations = self.evaluations or EvaluationReader(self.words, self.projects.known, self.projects.names)
            return self.evaluations.read(paragraph)
        if section.concept in ("overview", "glossary"):
            return mentions(paragraph.text, [(0, len(paragraph.text))])
        said = (self.projects if paragraph.part == "performance" else self.sentences).read(paragraph)
        loose = not known_title(self.words, paragraph.section)
        return (replace(s, doubt=s.doubt or "clause_loose") if loose and isinstance(s, Spoken) else s for s in said)


def _doubted(told: list[tuple[Paragraph, Said]]) -> Iterator[tuple[Paragraph, Said]]:
    """What was read beside a number that was not: in its sentence nothing is sure, in its section a sum may lack that number."""
    unread = [(p, what) for p, what in told if isinstance(what, Unread) and p.part != "performance"]
    sentences = {(id(p), what.sentence) for p, what in unread}
    sections = {p.part for p, what in unread if _may_be_added(p, what.offset)}
    for paragraph, what in told:
        if isinstance(what, Spoken) and what.measure != "mentioned" and paragraph.part != "performance":
            if (id(paragraph), what.sentence) in sentences:
                what = replace(what, doubt=what.doubt or "sentence_incomplete")
            elif paragraph.part in sections:
                what = replace(what, doubt=what.doubt or "sum_incomplete")
        yield paragraph, what


def _may_be_added(paragraph: Paragraph, offset: int) -> bool:
    """Whether a number may be missing from a sum: not nothing, and with a unit or decimals."""
    return any(t.start == offset and t.value and (t.kind != "bare" or t.decimals) for t in template_tokens(paragraph.text))


def common_decimals(spoken: Iterable[Spoken]) -> int:
    """How many decimals the narrative's amounts are rounded to, trailing zeros stripped or not."""
    decimals = Counter(s.decimals for s in spoken if s.unit == "万元" and s.number and s.measure != "mentioned")
    total = sum(decimals.values())
    deep = [d for d in decimals if d <= 2 and sum(n for k, n in decimals.items() if k >= d) >= _COMMON * total]
    return max(deep, default=0)


def _rows(said: list[tuple[Paragraph, Said]], report: Report, codes: ItemCodes, evaluations: Mapping[int, int]) -> NarrativePart:
    common = common_decimals(what for _, what in said if isinstance(what, Spoken))
    statements: list[Mapping[str, Any]] = []
    remarks: list[Mapping[str, Any]] = []
    figures: list[Figure] = []
    address = {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}
    for paragraph, what in said:
        if isinstance(what, Unread):
            continue
        place = paragraph.place_at(what.offset)
        shared = {
            **address,
            "section": paragraph.section,
            "part": paragraph.part,
            "aspect": _evaluation(paragraph, evaluations) or paragraph.aspect,
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


def _evaluation(paragraph: Paragraph, evaluations: Mapping[int, int]) -> str:
    number = evaluations.get(paragraph.sources[0].block) if paragraph.part == "evaluation" else None
    return f"evaluation{number}" if number is not None else ""


def _figure(what: Spoken, paragraph: Paragraph, report: Report, row_no: int, code: str | None, place: Place, common: int) -> Figure | None:
    """The statement's figure: ``None`` for a grade; a budget that there is none of is a blank."""
    if what.measure == "grade":
        return None
    worth = factor(what.unit)
    decimals = max(what.decimals, common) if what.unit == "万元" else what.decimals
    resolution = Decimal(1).scaleb(-decimals) * (worth or 1)
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
        value=what.number * (worth or 1) if what.number is not None else None,
        unit="万元" if worth is not None else what.unit,
        resolution=resolution,
        printed=what.value,
        place=place,
        reader="narrative/2",
        concept=what.quantity,
        doubt=what.doubt,
    )
