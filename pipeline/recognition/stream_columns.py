"""Which columns a form has, told from the words of its heading where a text layer keeps no cells.

A heading's words come row by row, so that what stands under what is lost: columns are known by the template's order, by the
words that tell that a column is broken down (人员经费 below 基本支出), and by the row of column numbers (栏次), which must agree.
What belongs here: columns.  What may not: rows and numbers (``stream``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.lexicon.forms import FormSpec

#: A column that is broken down, the word that says so, and what stands behind it then.
_BROKEN_DOWN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("basic", "人员经费", ("column:基本支出·人员经费", "column:基本支出·公用经费")),
    ("institutional", "教育收费", ("column:事业收入·教育收费",)),
)
_BALANCE = ("基本支出结转", "项目支出结转和结余")
#: The kinds of three-public expenditure by the word that names each in a heading, with the columns that each has.
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("因公出国", ("abroad",)),
    ("公务用车", ("vehicle", "vehicle_purchase", "vehicle_operation")),
    ("接待", ("reception",)),
)
#: What some forms print behind the three: their headings stand a row higher, so that their place among the words tells nothing.
_BESIDE = ("会议费", "培训费")


def functional_columns(spec: FormSpec, head: str, count: int | None) -> list[str] | None:
    """The measures of a form with codes, extra columns among them; ``None`` where their number is not the printed ``count``.

    ``head``: the canonical words of the heading.
    """
    keys = [m.key for m in spec.measures]
    if count == len(keys):
        return keys
    named = [m.key for m in spec.measures if re.search(m.pattern.replace("^", "").replace("$", ""), head)]
    full = _with_balances(spec, _broken_down(named, head), head)
    if count is None:
        return full or keys
    if len(full) == count:
        return full
    if full and full[-1].startswith("column:") and 0 < count - len(full) <= 2:  # 项目支出结转和结余 is broken down too
        return [*full, *(f"column:年末·{n}" for n in range(count - len(full)))]
    if count < len(keys):
        required = [k for k in keys if k in spec.required or k in named]
        return required[:count] if len(required) >= count else keys[:count]
    return None


def _broken_down(named: Sequence[str], head: str) -> list[str]:
    columns: list[str] = []
    for key in named:
        columns.append(key)
        columns += [c for whole, word, parts in _BROKEN_DOWN if key == whole and word in head for c in parts]
    return columns


def _with_balances(spec: FormSpec, columns: list[str], head: str) -> list[str]:
    """The columns between those of 年初结转和结余, 本年收入 and 年末结转和结余, where each of these has columns of its own."""
    if not spec.blocks or "基本支出结转" not in head:
        return columns
    own = [c for c in columns if c not in ("opening", "income", "closing")]

    def block(key: str, zh: str, parts: Sequence[str]) -> list[str]:
        whole = key if spec.measure(key) is not None else f"column:{zh}·合计"
        return [whole, *(f"column:{zh}·{p}" for p in parts)]

    before = [*block("opening", "年初结转和结余", _BALANCE), *block("income", "本年收入", ("基本支出", "项目支出"))]
    return [*before, *own, *block("closing", "年末结转和结余", _BALANCE)]


def right_columns(spec: FormSpec, head: str, count: int | None) -> list[str]:
    """The measures of the expenditure side of a two-sided form."""
    if spec.total is None:
        return ["amount"]
    named = [
        m.key
        for m in spec.measures
        if m.key != "amount" and (m.key == "total" or re.search(m.pattern.replace("^", "").replace("$", ""), head))
    ]
    columns = [k for k in ("total", *spec.parts) if k in named]
    return columns[: count - 1] if count is not None and 1 < count <= len(named) + 1 else columns


def three_public_kinds(head: str) -> list[str]:
    """The columns of the three-public form, without budget and final, in the order in which its heading names the kinds."""
    found = sorted((at, columns) for word, columns in _KINDS if (at := head.find(word)) >= 0)
    return ["total", *(c for _, columns in found for c in columns), *(f"column:{word}" for word in _BESIDE if word in head)]
