"""Rows of a form → figures: exact values in 万元, resolution, both readings.

What belongs here: the step from a cell's text to a figure.  What may not: which cell stands where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from pipeline.lexicon.units import factor
from pipeline.model.figures import Figure, figure_id
from pipeline.model.numbers import PrintedNumber, is_blank, parse_number, squeeze
from pipeline.model.text import canonical
from pipeline.recognition.read import CellRead, FormRead

#: A share of the amounts that must show the finest decimals before those count as the form's own precision.
_COMMON = 5
#: No department's amount comes near this (万元); sums and rates of such a figure would not fit the warehouse's columns.
_LARGEST = Decimal(10) ** 12
_SHOWN = 80


def figures_of(form: FormRead, report_id: str, reader: str, printing: int = 0) -> list[Figure]:
    """Every value cell of a form as a figure, blanks included; cells with words or an impossible amount instead of a number
    go to ``form.stray``.

    ``printing`` numbers repeated printings of the same form, so that ids stay unique.
    A filler row without label and without any value gives no figures.
    """
    ratio = Decimal(form.ratio[0]) / Decimal(form.ratio[1])
    numbers: list[tuple[int, str, CellRead, PrintedNumber | None, Decimal]] = []
    for index, row in enumerate(form.rows):
        if row.empty and not row.label and not row.code and form.spec.kind != "three_public":
            continue
        for measure, cell in row.cells.items():
            number = parse_number(cell.text, blanks=cell.found in ("markup", "sheet"))
            own = factor(number.unit) if number is not None and number.unit else ratio  # the unit in the cell, or the form's
            if own is None or (number is None and not is_blank(cell.text)) or (number and abs(number.value) * own >= _LARGEST):
                form.stray.append((_short(squeeze(cell.text)), cell.place))
                continue
            numbers.append((index, measure, cell, number, own))
    decimals = common_decimals(n for *_, n, _ in numbers if n is not None)
    orders: Counter[str | None] = Counter()
    figures = []
    order_of: dict[int, int] = {}
    for index, measure, cell, number, own in numbers:
        row = form.rows[index]
        side = _side(form, row.side, row.code, row.label)
        if index not in order_of:
            orders[side] += 1
            order_of[index] = orders[side]
        order = order_of[index]
        digits = max(decimals, number.decimals) if number is not None else decimals
        value = number.value * own if number is not None else None
        agreement, other = _agreement(cell, number)
        row_id = f"{order}" if printing == 0 else f"{printing + 1}.{order}"
        figures.append(
            Figure(
                figure_id=figure_id(report_id, "form", form.spec.key, side, row_id, measure),
                report_id=report_id,
                section="form",
                statement=form.spec.key,
                side=side,
                row_no=row.row_no or str(order),
                code=row.code or None,
                label=row.label or None,
                measure=measure,
                value=value,
                unit="万元",
                resolution=Decimal(1).scaleb(-digits) * own,
                printed=squeeze(cell.text),
                place=cell.place,
                reader=reader,
                agreement=agreement,
                other_reading=other,
                placement=cell.placement,
            )
        )
    return figures


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text):,} characters)"


def _side(form: FormRead, side: str | None, code: str, label: str) -> str | None:
    """The side as the warehouse names it; of economic classes, by what the class is."""
    if form.spec.kind == "two_sided":
        return side
    if form.spec.kind != "economic":
        return None
    if code[:3] in ("301", "303") or "人员" in label:
        return "personnel"
    return "public" if code or "公用" in label else None


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
    if number is not None and other is not None and (other.value, other.unit) == (number.value, number.unit):
        return "agreed", None
    if number is None and is_blank(second):
        return "agreed", None
    return "differs", second
