"""Rows of a form → figures: exact values in 万元, resolution, concept, both readings, and every doubt about the reading.

What belongs here: the step from a cell's text to a figure.  What may not: which cell stands where.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from pipeline.lexicon import concepts, lexicon, name_of
from pipeline.lexicon.forms import label_concept
from pipeline.lexicon.units import factor
from pipeline.model.chinese_numerals import NUMBERED
from pipeline.model.classification import functional_class, known, same_name
from pipeline.model.figures import LEAST_CONFIDENCE, Figure, Place, figure_id
from pipeline.model.numbers import PrintedNumber, is_blank, parse_number, squeeze
from pipeline.model.text import canonical
from pipeline.recognition.read import Address, CellRead, FormRead, RowRead

#: A share of the amounts that must show the finest decimals before those count as the form's own precision.
_COMMON = 5
#: No department's amount comes near this (万元); sums and rates of such a figure would not fit the warehouse's columns.
_LARGEST = Decimal(10) ** 12
#: What a name ends with that is told with its unit.
_BRACKETED = re.compile(r"[（(]([^（）()]{1,4})[）)]$")
#: Characters of a cell that are shown where it is no figure.
_SHOWN = 80


#: How cells are found where nothing is drawn around them: a label that wraps may have come apart, or run into another.
_WITHOUT_BORDERS = ("text", "aligned")
_TORN = "its row's label may have come apart: words that are not known stand next to it"
_UNDECIDED = "more than one column fits it, and no sum decides among them"
#: Of a workbook's cell that prints an amount, and the file does not say which.
_WITHOUT_VALUE = "a formula whose value the file does not keep"


@dataclass
class FormFigures:
    """The figures of one printing of a form, which cells of which tables they are, and the cells that hold no number."""

    figures: list[Figure] = field(default_factory=list)
    cells: set[Address] = field(default_factory=set)
    unread: dict[Address, str] = field(default_factory=dict)
    stray: list[tuple[str, Place]] = field(default_factory=list)

    def leave(self, cell: CellRead, why: str) -> None:
        """Say that a cell is no figure."""
        self.stray.append((squeeze(cell.text)[:_SHOWN], cell.place))
        if cell.address is not None:
            self.unread[cell.address] = why


def figures_of(form: FormRead, report_id: str, reader: str, printing: int = 0) -> FormFigures:
    """Every value cell of a form as a figure, blanks included.

    ``printing`` numbers repeated printings of the same form, so that ids stay unique.  A filler row without label and without any
    value gives no figures; a cell with words or an impossible amount instead of a number is said to be unread.
    """
    found = FormFigures()
    told = [*_numbers(form, found)]
    decimals = common_decimals(n for *_, n in told if n is not None)
    orders: Counter[str | None] = Counter()
    order_of: dict[int, int] = {}
    for index, measure, cell, number in told:
        row = form.rows[index]
        side = _side(form, row)
        if index not in order_of:
            orders[side] += 1
            order_of[index] = orders[side]
        if cell.address is not None:
            found.cells.add(cell.address)
        found.figures.append(_figure(form, row, side, order_of[index], measure, cell, number, decimals, (report_id, reader, printing)))
    return found


def _numbers(form: FormRead, found: FormFigures) -> Iterator[tuple[int, str, CellRead, PrintedNumber | None]]:
    """The value cells that are numbers or blanks."""
    torn = _torn(form)
    for index, row in enumerate(form.rows):
        if row.empty and not row.label and not row.code and form.spec.kind != "three_public":
            continue
        for measure, cell in row.cells.items():
            number = cell.number
            if cell.placement == "undecided":
                if not is_blank(cell.text):
                    found.leave(cell, _UNDECIDED)
            elif number is None and is_blank(cell.text):
                yield index, _of_row(form, row, measure), cell, None
            elif number is None or abs(number.value) * _ratio(form, number) >= _LARGEST:
                found.leave(cell, _WITHOUT_VALUE if cell.text.startswith("=") else "the cell holds no amount")
            elif why := _TORN if index in torn and cell.found in _WITHOUT_BORDERS else _unnamed(form, row, cell):
                found.leave(cell, why)
            elif cell.confidence is not None and cell.confidence < LEAST_CONFIDENCE:
                found.leave(cell, "it is not recognised with confidence")
            else:
                yield index, _of_row(form, row, measure), cell, number


def _of_row(form: FormRead, row: RowRead, measure: str) -> str:
    """The measure of a cell; the total over personnel and public money is neither's amount."""
    both = form.spec.kind == "economic" and not row.code and measure == "amount" and label_concept(row.label, "economic") == "total"
    return f"column:{name_of('labels', 'total')}" if both else measure


def _ratio(form: FormRead, number: PrintedNumber) -> Decimal:
    """What one of a cell's unit is in 万元: a unit in the cell itself counts more than the form's."""
    own = factor(number.unit) if number.unit else None
    return own if own is not None else _decimal(form.ratio)


def _decimal(ratio: Fraction) -> Decimal:
    return Decimal(ratio.numerator) / Decimal(ratio.denominator)


def _figure(
    form: FormRead, row: RowRead, side: str | None, order: int, measure: str, cell: CellRead, number: PrintedNumber | None,
    decimals: int, source: tuple[str, str, int],
) -> Figure:  # fmt: skip
    report_id, reader, printing = source
    counted = _count_unit(row.label) or _count_unit(measure)
    ratio = Decimal(1) if counted else _ratio(form, number) if number is not None else _decimal(form.ratio)
    digits = number.decimals if counted and number is not None else max(decimals, number.decimals) if number is not None else decimals
    agreement, other = _agreement(cell, number)
    with localcontext() as context:
        context.prec = 60
        value = number.value * ratio if number is not None else None
    return Figure(
        figure_id=figure_id(report_id, "form", form.spec.key, side, f"{order}" if printing == 0 else f"{printing + 1}.{order}", measure),
        report_id=report_id,
        section="form",
        statement=form.spec.key,
        side=side,
        row_no=row.row_no or str(order),
        code=row.code or None,
        label=row.label or None,
        measure=measure,
        value=value,
        unit=counted or "万元",
        resolution=Decimal(1).scaleb(-digits) * ratio,
        printed=squeeze(cell.text),
        place=cell.place,
        reader=reader,
        agreement=agreement,
        other_reading=other,
        placement=cell.placement,
        concept=_concept(form, row),
        row_order=order,
        printing=printing,
        confidence=cell.confidence,
        doubt=_doubt(form, row, cell, agreement),
    )


def _count_unit(words: str) -> str:
    """The unit of a count behind its name (公务用车保有量（辆）); ``""`` for none: money."""
    named = _BRACKETED.search(words)
    entry = lexicon().find("count_units", named[1]) if named else None
    return named[1] if named and entry is not None and entry.concept == "count" else ""


def _concept(form: FormRead, row: RowRead) -> str:
    if form.spec.kind == "two_sided":
        return label_concept(row.label, row.side or "")
    return label_concept(row.label, form.spec.kind) if not row.code and row.label else ""


def _doubt(form: FormRead, row: RowRead, cell: CellRead, agreement: str) -> str | None:
    """Why a figure's reading is not sure, the gravest first."""
    if cell.doubt:
        return cell.doubt
    if not is_blank(cell.text) and _row_unknown(form, row, cell):
        return "row_unknown"
    if form.doubt:
        return form.doubt
    if agreement == "differs":
        return "readers_differ"
    if form.unit_doubt:
        return form.unit_doubt
    return "recognised" if cell.confidence is not None else None


def _row_unknown(form: FormRead, row: RowRead, cell: CellRead) -> bool:
    """Whether nothing tells what a row is: no code, and words that are no known line and no class; or, where a text layer has lost the
    borders of cells, a code whose name goes on with words that are none of it."""
    if form.spec.kind == "three_public" or not row.label:
        return False
    if row.code:
        return cell.found in _WITHOUT_BORDERS and _runs_on(row)
    return _label_unknown(form, row)


def _label_unknown(form: FormRead, row: RowRead) -> bool:
    if not row.label or _concept(form, row) or "breaks_down" in concepts("heading_words", row.label):
        return False
    return form.spec.kind != "two_sided" or functional_class(row.label) is None


def _torn(form: FormRead) -> set[int]:
    """The rows of two sides whose label may have come apart: one with amounts and one without, of which the lower is neither known
    nor numbered.  Where not even columns are kept, one that is not known puts all in doubt: its words may belong to any."""
    torn: set[int] = set()
    lost = any(c.found == "text" for row in form.rows for c in row.cells.values())
    for side in dict.fromkeys(row.side for row in form.rows) if form.spec.kind == "two_sided" else ():
        own = [(i, row, any(not is_blank(c.text) for c in row.cells.values())) for i, row in enumerate(form.rows) if row.side == side]
        for (i, _, amounts), (j, below, others) in pairwise(own):
            if (lost or amounts != others) and _label_unknown(form, below) and not NUMBERED.match(below.label):
                torn |= {i, j}
    return set(range(len(form.rows))) if lost and torn else torn


def _unnamed(form: FormRead, row: RowRead, cell: CellRead) -> str:
    """Why a number is nobody's where the borders of cells are lost: nothing stands beside it, or words that may be another row's."""
    if form.spec.kind == "three_public" or cell.found not in _WITHOUT_BORDERS:
        return ""
    if not (row.label or row.code or row.row_no):
        return "nothing names its row"
    return "the words of its row are not known" if cell.found == "text" and not row.code and _row_unknown(form, row, cell) else ""


def _runs_on(row: RowRead) -> bool:
    kind = "economic" if row.code.startswith("3") else "functional"
    names = [same_name(name) for c in known(kind, row.code) for name in c.names]
    label = same_name(row.label)
    return label not in names and any(label.startswith(name) and len(label) > len(name) + 1 for name in names)


def _side(form: FormRead, row: RowRead) -> str | None:
    """The side as the warehouse names it; of economic classes, by what the class is."""
    if form.spec.kind == "two_sided":
        return row.side
    if form.spec.kind != "economic":
        return None
    if row.code[:3] in ("301", "303") or "of_personnel" in concepts("label_parts", row.label):
        return "personnel"
    return "public" if row.code or "of_public" in concepts("label_parts", row.label) else None


def common_decimals(numbers: Iterable[PrintedNumber]) -> int:
    """The decimals that a form prints its amounts with.

    Trailing zeros are often dropped (``0``, ``11093.1``, ``6613``): such a number is not coarser than its neighbours.
    The finest decimals count when at least one amount in five shows them, else the most frequent ones.
    """
    counts = Counter(n.decimals for n in numbers if n.value != 0 or n.decimals)
    total = sum(counts.values())
    if not total:
        return 2
    shown = 0
    for digits in sorted(counts, reverse=True):
        shown += counts[digits]
        if shown * _COMMON >= total:
            return digits
    return counts.most_common(1)[0][0]


def _agreement(cell: CellRead, number: PrintedNumber | None) -> tuple[str, str | None]:
    if cell.second is None:
        return "single", None
    second = squeeze(cell.second)
    if canonical(second) == canonical(cell.text):
        return "agreed", None
    other = parse_number(cell.second)
    if number is not None and other is not None and other.value == number.value:
        return "agreed", None
    if number is None and is_blank(second):
        return "agreed", None
    return "differs", second
