"""What the readers of all kinds of forms from a plain text layer share: the words of a heading, and numbers put into a row's cells.

What belongs here: that.  What may not: the grammar of any kind of form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pipeline.model.text import canonical
from pipeline.recognition.placement import Slots
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.tokens import Token

HEADING_START = re.compile(
    r"^(项目($|项目|本年|行|金额|决算|预算|\(按|年初|科目|合计|小计)|科目(编码|代码|名称)|(支出)?功能分类|(支出)?经济分类|收入支出$|栏次"
    r"|人员经费公用经费|预算数决算数|类款项?)"
)


def joined(own: Sequence[Token]) -> str:
    return canonical("".join(t.text for t in own))


def column_count(body: Sequence[Sequence[Token]]) -> int | None:
    """Number of columns by the row of column numbers (栏次 1 2 3 …), summed over both sides of a two-sided form."""
    for own in body:
        text = joined(own)
        if text.startswith(("栏次", "列次")) or (len(own) >= 6 and all(t.integer == i + 1 for i, t in enumerate(own))):
            numbers = [n for t in own if (n := t.integer) is not None]
            return max(numbers) if numbers else None
    return None


def heading_words(body: Sequence[Sequence[Token]], begins: Callable[[Sequence[Token]], bool], most: int = 40) -> str:
    """The words of the heading: of the lines before the first that begins data."""
    first = next((i for i, own in enumerate(body) if begins(own)), most)
    return canonical("".join(t.text for own in body[:first] for t in own))


def untold(form: FormRead, columns: int, rows: Iterable[Sequence[Token]]) -> bool:
    """Whether rows print more numbers than the form has columns, so that no number's column is known; said as the form's problem."""
    numbers = [len(own) for own in rows]
    wide = sum(n > columns for n in numbers)
    if wide < 2 or wide * 5 < len(numbers):
        return False
    form.problem = f"its rows print up to {max(numbers)} numbers, its heading tells {columns} columns"
    return True


def raw(numbers: Sequence[Token]) -> str:
    """The numbers with the spaces between and behind them; nothing where they stand on several lines."""
    return "".join(t.raw for t in numbers) if len({t.line for t in numbers}) == 1 else ""


def fill(form: FormRead, row: RowRead, measures: Sequence[str], numbers: Sequence[Token], slot: Slots) -> None:
    placement = "printed" if slot.certain else "identity"
    row.cells = {m: CellRead("", row.place, None, placement) for m in measures}
    for column, token in zip(slot.chosen, numbers, strict=False):
        row.cells[measures[column]] = CellRead(token.text, token.place, None, placement)
    for token in numbers[len(measures) :]:
        form.stray.append((token.text, token.place))
