"""Calculations that evaluation reports write out: ``94%×5=4.7分``, ``480/500×100%=96%`` give what they say.

What belongs here: reading a written calculation and computing it, in sentences, scoring rules and reasons.  What may not: what it is of
(``evaluation_due`` holds scores to their rules).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product

from expectations.rules.base import Rule
from expectations.rules.evaluation_text import names
from expectations.rules.performance_forms import Instances
from expectations.rules.performance_tables import score_tables
from expectations.rules.performance_view import judged
from pipeline.lexicon.annexes import words
from pipeline.model.contents import ReportContents

_UNIT = "(?:万元|元|分|个|人|份|次|天|项|家|户|套|台|条|处)?"
#: Longer numbers, and more of them, are no calculation that anybody wrote.
_DIGITS, _MOST_TERMS = r"\d{1,15}(?:\.\d{1,9})?", 60
_NUMBER = rf"{_DIGITS}%?{_UNIT}"
_TERM = rf"\({{0,9}}{_NUMBER}\){{0,9}}"
_EXPRESSION = rf"{_TERM}(?:[×*xX÷/+\-−]{_TERM}){{1,{_MOST_TERMS}}}"
_WRITTEN = re.compile(rf"(?<![\d.%a-zA-Z(×*÷/+\-−])(?P<left>{_EXPRESSION})(?:=(?P<middle>{_EXPRESSION}))?[=≈](?P<right>{_DIGITS}%?)(?![\d.×*÷/+])")
_OPERAND = re.compile(r"(\d+(?:\.\d+)?)(%?)" + _UNIT)
_SIGNS = {"×": "*", "x": "*", "X": "*", "÷": "/", "−": "-"}
_MOST_LOOSE = 4


def written(text: str) -> Iterator[tuple[str, str]]:
    """``(calculation, result)`` of every calculation of a text."""
    for match in _WRITTEN.finditer(words(text)):
        yield match["middle"] or match["left"], match["right"]
        if match["middle"]:
            yield match["left"], match["right"]


def computes(calculation: str, result: str) -> Fraction | None:
    """The value where a calculation does not give its result, to the digits that both print; ``None`` where it does, or where none can be
    computed.  A rate is rounded, all else is as printed; a result may be cut off instead of rounded."""
    rates = [(Decimal(n), n) for n, sign in _OPERAND.findall(calculation) if sign and n != "100" and "." in n][:_MOST_LOOSE]
    values = [
        v
        for ends in product((-1, 0, 1), repeat=len(rates))
        if (v := _value(calculation, [_half(n) * e for (_, n), e in zip(rates, ends, strict=True)]))
    ]
    exact = _value(calculation, [Fraction(0)] * len(rates))
    if exact is None or not values:
        return None
    said, step = Fraction(result.rstrip("%")), 2 * _half(result.rstrip("%"))
    scales = (1, 100) if result.endswith("%") else (1,)
    if any(min(values) * scale - step < said < max(values) * scale + step for scale in scales):
        return None
    return exact * (100 if result.endswith("%") and exact < said else 1)


def _half(number: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(number.partition(".")[2]))


def _value(calculation: str, off: list[Fraction]) -> Fraction | None:
    """The value of a calculation whose rates are off by so much; ``None`` where it is none."""
    left = list(off)

    def operand(match: re.Match[str]) -> str:
        value = Fraction(match[1])
        if match[2]:
            loose = match[1] != "100" and "." in match[1] and bool(left)
            value = (value + (left.pop(0) if loose else 0)) / 100
        return f"({value.numerator}/{value.denominator})"

    text = "".join(_SIGNS.get(c, c) for c in _OPERAND.sub(operand, calculation))
    try:
        return _computed(ast.parse(text, mode="eval").body)
    except (SyntaxError, ZeroDivisionError):
        return None


def _computed(node: ast.expr) -> Fraction:
    """A tree of numbers and the four operations; anything else is a :class:`SyntaxError`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return Fraction(node.value)
    if isinstance(node, ast.BinOp):
        left, right = _computed(node.left), _computed(node.right)
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
        return left + right if isinstance(node.op, ast.Add) else left - right
    raise SyntaxError


def _texts(contents: ReportContents) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """``(place, text, row)`` of the sentences, scoring rules and reasons of evaluation reports, each once."""
    titles = names(contents)
    told: set[tuple[object, ...]] = set()
    for table in score_tables(contents):
        for item in table.items:
            for text in (str(item.row.get("rule") or ""), str(item.row.get("basis") or "")):
                yield f"{table.place} / {item.name}", text, item.row
    for row in contents.rows_of("core.statements"):
        key = (row["aspect"], row["sentence"])
        if row["part"] == "evaluation" and row["aspect"] and key not in told:
            told.add(key)
            yield f"{titles.get(str(row['aspect']), row['aspect'])} / {row['section']}", str(row["sentence"]), row


def calculations(rule: Rule, contents: ReportContents) -> Instances:
    """A calculation that is written out gives the result behind its sign of equality."""
    for place, text, row in _texts(contents):
        for calculation, result in written(text) if "=" in text or "＝" in text or "≈" in text else ():
            value = computes(calculation, result)
            due = "" if value is None else f"{float(value):.4f}".rstrip("0").rstrip(".") + ("%" if result.endswith("%") else "")
            why = f"{place}：{calculation}={result}，应为{due}"
            yield judged(rule, contents, f"{place} / {calculation}", value is None, why, result, due or result, row=row)
