"""The money unit of each form: declared, taken over from the forms around it, corrected by the figures, or told by the text.

What belongs here: which unit a form's numbers are in.  What may not: the line that declares one (``pipeline.lexicon.units``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.lexicon import concepts
from pipeline.model.numbers import half_width, parse_number
from pipeline.model.text import canonical
from pipeline.recognition.read import FormRead, RowRead

#: Digits that a total must show to be told again elsewhere beyond chance.
_TELLING = 4
_SAID = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)\s*万元")


def assign_units(forms: Sequence[FormRead], text: Iterable[str]) -> None:
    """Give every form its unit, with a doubt where nothing that is printed tells it.

    A form without a label is in the unit of the forms around it; a label that the figures contradict is corrected.  Where no form
    has one, amounts in 万元 that the ``text`` states tell whether the forms print the same numbers, or ten thousand times as many.
    """
    _inherit(forms)
    _correct(forms)
    if not any(f.unit_declared for f in forms):
        _by_text(forms, text)


def _inherit(forms: Sequence[FormRead]) -> None:
    known = [f for f in forms if f.unit_declared]
    for i, form in enumerate(forms):
        if not form.unit_declared and known:
            before = [f for f in forms[:i] if f.unit_declared]
            source = before[-1] if before else known[0]
            form.unit, form.ratio = source.unit, source.ratio


def _correct(forms: Sequence[FormRead]) -> None:
    """Where a form prints the very numbers that forms in another unit print, one label is wrong: the unit of most is right.

    What was printed stays in ``unit_printed``.
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


def _by_text(forms: Sequence[FormRead], text: Iterable[str]) -> None:
    said = {Decimal(m.replace(",", "")) for line in text for m in _SAID.findall(half_width(line))}
    totals = {n.value for f in forms for t in _totals(f) if (n := parse_number(t)) is not None}
    in_wan = len(totals & said)
    in_yuan = sum(round(t / 10_000, 2) in said or round(t / 10_000, 4) in said for t in totals)
    for form in forms:
        if in_yuan > in_wan:
            form.unit, form.ratio = "元", Fraction(1, 10_000)
        elif not in_wan:
            form.unit_doubt = "unit_assumed"


def _texts(row: RowRead) -> list[str]:
    """The decimals of a row as printed, without separators; none of zeros."""
    texts = (canonical(c.text).replace(",", "") for c in row.cells.values())
    return [t for t in texts if re.search(r"\d\.\d", t) and t.strip("0.-")]


def _totals(form: FormRead) -> set[str]:
    """The totals of a form, and the sum of those of its sides (人员经费合计 + 公用经费合计), as they would be printed."""
    texts = [t for row in form.rows if not row.code and "sum" in concepts("label_parts", row.label) for t in _texts(row)]
    numbers = [n for t in texts if (n := parse_number(t)) is not None]
    if len(numbers) == 2:
        digits = max(n.decimals for n in numbers)
        total, last = numbers[0].value + numbers[1].value, Decimal(1).scaleb(-digits)
        texts += [f"{v:.{digits}f}" for v in (total - last, total, total + last)]  # printed elsewhere, it is rounded on its own
    return {t for t in texts if len(t.replace(".", "").strip("0-")) >= _TELLING}
