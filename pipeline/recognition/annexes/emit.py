"""From what was read to figures and rows of ``core``: names, units, exact values, places, and what became of each printed number.

What belongs here: the collector that the kinds of annexes write into, and printed numbers as exact values.  What may not: reading, or the
columns of one kind (``form_rows``, ``summaries``, ``scoring_rows``, ``others``).

Addresses (section / statement / side / row / measure):

``self_evaluation / form3 / total|current_year|carried_over|other … / 0 / initial|adjusted|executed|weight|rate|score``
``self_evaluation / form3 / heading / 0|1… / weight``        declared weights: 0 of the budget block, then each level-1 heading
``self_evaluation / form3 / indicator / 7 / target|actual|rate|weight|declared_weight|score``
``self_evaluation / form3 / subtotal / 1 / weight|score`` and ``… / sum / 0 / weight|score``    小计, 总分
``self_evaluation_summary / summary / / 4 / initial_budget|adjusted_budget|executed|rate|score``
``evaluation / evaluation2 / table1 / 5 / weight|score|rate|group_score`` and ``… / stated / 1 / score``
``evaluation / evaluation2/other3 / / 5 / <heading path>`` and ``other / annex/other3 / / 5 / <heading path>``    every other table

Amounts are in 万元, scores and weights in 分, rates in %.  A cell that prints no number is a figure without a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pipeline.lexicon.identifiers import identifier_kind
from pipeline.lexicon.units import factor as money
from pipeline.model.figures import LEAST_CONFIDENCE, Figure, Place, Report, figure_id
from pipeline.model.numbers import parse_number, squeeze
from pipeline.model.parts import Account, Part, PartKind, PartState, numbers_in
from pipeline.model.parts import Printed as Accounted
from pipeline.recognition.annexes.grid import GridRow, TextLine
from pipeline.recognition.annexes.model import Key, Printed, tidy
from pipeline.recognition.annexes.targets import parse_quantity
from pipeline.recognition.annexes.units import Unit

SELF_EVALUATIONS = "core.self_evaluations"
INDICATORS = "core.indicators"
SUMMARIES = "core.self_evaluation_summaries"
SCORES = "core.evaluation_scores"

#: Longer words behind a number are a name that begins with it (1000并发接口响应速度).
_LONGEST_UNIT = 6
#: What a measure is, whatever its key: amounts of a form and of a summary are the same things.
_CONCEPTS = {"initial": "initial_budget", "adjusted": "adjusted_budget", "declared_weight": "weight", "level1_weight": "weight",
             "level2_weight": "weight", "group_score": "score"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """Where a figure belongs; ``row`` is its order in the printed table, ``label`` what the row is called."""

    section: str
    statement: str
    side: str
    row: int
    label: str | None = None
    printing: int = 0


@dataclass
class Collector:
    """The figures, rows and parts of a report's annexes while they are read."""

    report: Report
    reader: str
    figures: list[Figure] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {t: [] for t in (SELF_EVALUATIONS, INDICATORS, SUMMARIES, SCORES)})
    parts: list[Part] = field(default_factory=list)
    _figured: dict[Key, list[str]] = field(default_factory=dict)
    _named: dict[Key, str] = field(default_factory=dict)
    _begin: int = 0  # the first figure of the part that is read

    # ---------------------------------------------------------------- rows and figures

    def row(self, table: str, place: Place | None, **columns: Any) -> None:
        self.rows[table].append(
            {
                "report_id": self.report.report_id,
                "publisher": self.report.publisher,
                "fiscal_year": self.report.fiscal_year,
                **columns,
                "page": place.page if place else None,
                "line": place.line if place else None,
            }
        )

    def figure(
        self, at: Address, measure: str, printed: Printed, value: Decimal | None, unit: str, resolution: Decimal,
        concept: str = "", doubt: str | None = None,
    ) -> None:  # fmt: skip
        second = printed.second
        agreement = "single" if second is None else "agreed" if squeeze(second) == squeeze(printed.text) else "differs"
        told = "readers_differ" if agreement == "differs" else "column_by_identity" if printed.placement == "identity" else None
        if printed.confidence is not None:
            told = told or "recognised"
            value = value if printed.confidence >= LEAST_CONFIDENCE else None
        self.figures.append(
            Figure(
                figure_id=figure_id(self.report.report_id, at.section, at.statement, at.side, at.row, measure),
                report_id=self.report.report_id,
                section=at.section,
                statement=at.statement,
                side=at.side,
                row_no=str(at.row),
                code=None,
                label=at.label,
                measure=measure,
                value=value,
                unit=unit,
                resolution=resolution,
                printed=squeeze(printed.text),
                place=printed.place,
                reader=self.reader,
                agreement=agreement,
                other_reading=squeeze(second) if agreement == "differs" else None,
                placement=printed.placement,
                concept=concept or _CONCEPTS.get(measure, measure),
                row_order=at.row,
                printing=at.printing,
                confidence=printed.confidence,
                doubt=printed.doubt or doubt or told,
            )
        )
        if printed.key is not None and value is not None:
            self._figured.setdefault(printed.key, []).extend(d for _, _, d in numbers_in(squeeze(printed.text)))

    def number(self, at: Address, measure: str, printed: Printed, unit: str, unit_of: Unit | None = None, doubt: str | None = None) -> None:
        """A figure of a cell that should print a number; one without a value where it prints none."""
        value, resolution = exact(printed.text, unit_of.factor if unit_of is not None else Decimal(1))
        self.figure(at, measure, printed, value, unit, resolution, doubt=doubt)

    def rate(self, at: Address, printed: Printed, part: Printed | None = None, whole: Printed | None = None, plain: bool = False) -> None:
        """A rate in per cent (see :func:`rate_value`); ``plain``: as printed."""
        value, resolution = exact(printed.text) if plain else rate_value(printed, part, whole)
        self.figure(at, "rate", printed, value, "%", resolution)

    def name(self, printed: Printed, kind: str) -> None:
        """The numbers of a cell name something: an ordinal, a year, a telephone."""
        if printed.key is not None:
            self._named[printed.key] = kind

    # ---------------------------------------------------------------- parts

    def part(
        self, kind: PartKind, concept: str, title: str, state: PartState, rows: Sequence[GridRow], lines: Sequence[TextLine], reason: str = ""
    ) -> None:  # fmt: skip
        """A part of these rows and lines, with what became of each number in them."""
        cells = [p for r in rows for p in r.printed if p]
        numbers = [n for p in cells for n in self._accounts(p, state, reason)]
        for i, line in enumerate(lines):
            own = Printed(tidy(line.line.text), line.line.place, key=(line.sequence, -1, -1))
            numbers += self._accounts(own, state if i else "read", reason)  # the first is the title
        places = [*(line.line.place for line in lines), *(p.place for p in cells)]
        pages = [p.page for p in places if p.page is not None]
        blocks = {r.sequence for r in rows} | {line.sequence for line in lines}
        place = min(places, key=lambda p: (p.page or 0, p.top or 0, p.line or 0), default=Place())
        self.parts.append(Part(kind, concept, title, state, reason, place, max(pages, default=None), blocks, numbers))
        if any(n.account == "unread" for n in numbers):
            figures = self.figures[self._begin :]
            self.figures[self._begin :] = [f if f.doubt else replace(f, doubt="sum_incomplete") for f in figures]
        self._begin = len(self.figures)

    def _accounts(self, printed: Printed, state: PartState, reason: str) -> Iterable[Accounted]:
        figured = list(self._figured.get(printed.key, ())) if printed.key is not None else []
        text = squeeze(printed.text) if figured and parse_number(squeeze(printed.text)) else printed.text
        named = self._named.get(printed.key) if printed.key is not None else None
        for start, end, digits in numbers_in(text):
            account: Account
            if digits in figured:
                figured.remove(digits)
                account, kind = "figure", ""
            elif (found := named or identifier_kind(text, start, end)) is not None and not (state == "unread" and found in ("threshold", "name")):
                account, kind = "identifier", found
            elif state == "unread" or _is_quantity(text):
                account, kind = "unread", reason or "its column or row is not known"
            else:
                account, kind = "statement", "text"
            yield Accounted(account, kind, digits, printed.place, "" if named == "telephone" else text)


def _is_quantity(text: str) -> bool:
    """Whether a cell is a number and nothing else, so that it must be somebody's figure."""
    quantity = parse_quantity(text)
    return quantity.kind == "number" and len(quantity.unit) <= _LONGEST_UNIT


def exact(text: str, factor: Decimal = Decimal(1)) -> tuple[Decimal | None, Decimal]:
    """Value and resolution of a printed number; ``(None, 1)`` where the text is none.  A unit of money in the cell goes before ``factor``;
    ``90分`` counts as 90."""
    number = parse_number(squeeze(text))
    if number is None:
        return None, Decimal(1)
    own = money(number.unit) if number.unit else None
    factor = own if own is not None else factor
    return number.value * factor, Decimal(1).scaleb(-number.decimals) * factor


def rate_value(printed: Printed, part: Printed | None = None, whole: Printed | None = None) -> tuple[Decimal | None, Decimal]:
    """A rate in per cent.  Without a per cent sign ``0.69238`` is a fraction and ``91.2`` per cent; where both readings are
    possible (``1``), the one nearer to ``part / whole`` is taken.  A whole ``1`` is 100 %, not everything from 50 to 150."""
    number = parse_number(printed.text)
    if number is None:
        return None, Decimal(1)
    resolution = Decimal(1).scaleb(-number.decimals)
    if number.percent:
        return number.value, resolution
    a, b = (exact(p.text)[0] if p is not None else None for p in (part, whole))
    if a is not None and b:
        true = 100 * a / b
        if abs(number.value * 100 - true) < abs(number.value - true):
            return number.value * 100, min(resolution * 100, Decimal(1))
        return number.value, resolution
    if abs(number.value) <= 1 and (number.value != 0):
        return number.value * 100, min(resolution * 100, Decimal(1))
    return number.value, resolution


def plain(printed: Printed | None) -> str:
    """A cell's text as the contract keeps it: without white space and thousands separators; ``""`` for nothing printed."""
    if printed is None:
        return ""
    text = squeeze(printed.text)
    number = parse_number(text)
    return text.replace(",", "").replace("，", "") if number is not None else text


def pair(name: str, printed: Printed | None) -> dict[str, Any]:
    """The two columns of a printed number: its text and its value."""
    return {name: plain(printed), f"{name}_number": exact(printed.text)[0] if printed is not None else None}


def text_of(printed: Printed | None) -> str:
    return printed.text if printed is not None else ""
