"""The money unit of each form: declared, taken over from the forms around it, or corrected by the figures.

What belongs here: which unit a form's numbers are in.  What may not: the line that declares one (``catalogue.unit_of``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from pipeline.recognition.read import FormRead, RowRead

#: Digits that a total must show to be told again elsewhere beyond chance.
_TELLING = 4


def inherit_units(forms: Sequence[FormRead]) -> None:
    """A form that declares no unit is in the unit of the forms around it."""
    known = [(f.unit, f.ratio) for f in forms if f.unit_declared]
    for i, form in enumerate(forms):
        if not form.unit_declared and known:
            before = [(f.unit, f.ratio) for f in forms[:i] if f.unit_declared]
            form.unit, form.ratio = before[-1] if before else known[0]


def mend_units(forms: Sequence[FormRead]) -> None:
    """Units corrected by the figures: where a form prints the very numbers that forms in another unit print, one label is wrong.

    The forms of a report repeat each other's totals; the unit that most of them declare is right.  What was printed stays in
    ``unit_printed``.
    """
    printed = [{t for r in f.rows for t in _texts(r)} for f in forms]
    units = Counter(f.unit for f, numbers in zip(forms, printed, strict=True) if numbers)
    if len(units) < 2:
        return
    usual = units.most_common(1)[0][0]
    of_usual = next(f for f in forms if f.unit == usual)
    theirs = set().union(*(n for f, n in zip(forms, printed, strict=True) if f.unit == usual))
    for form, numbers in zip(forms, printed, strict=True):
        if form.unit == usual or not numbers:
            continue
        if len(numbers & theirs) * 2 >= len(numbers) or _totals(form) & theirs:
            form.unit_printed = form.unit
            form.unit, form.ratio = usual, of_usual.ratio


def _texts(row: RowRead) -> list[str]:
    """The decimals of a row as printed, without separators; none of zeros."""
    texts = (canonical(c.text).replace(",", "") for c in row.cells.values())
    return [t for t in texts if re.search(r"\d\.\d", t) and t.strip("0.-")]


def _totals(form: FormRead) -> set[str]:
    """The totals of a form, and the sum of those of its sides (人员经费合计 + 公用经费合计), as they would be printed."""
    texts = [t for row in form.rows if not row.code and re.search("合计|总计", row.label) for t in _texts(row)]
    numbers = [n for t in texts if (n := parse_number(t)) is not None]
    if len(numbers) == 2:
        digits = max(n.decimals for n in numbers)
        total, last = numbers[0].value + numbers[1].value, Decimal(1).scaleb(-digits)
        texts += [f"{v:.{digits}f}" for v in (total - last, total, total + last)]  # printed elsewhere, it is rounded on its own
    return {t for t in texts if len(t.replace(".", "").strip("0-")) >= _TELLING}
