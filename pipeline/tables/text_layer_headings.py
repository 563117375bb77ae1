"""Which columns a table has, told from the words of its heading where a text layer keeps no cells.

A heading's words come row by row, so that what stands under what is lost: columns are known by the template's order, by the
words that tell that a column is broken down (人员经费 below 基本支出), and by the row of column numbers (栏次), which must agree.  A word
that is none of the form's on the line of the lowest headings is a column more; anywhere else it leaves the columns untold.
What belongs here: columns.  What may not: rows and numbers (``text_layer_rows``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.lexicon import lexicon
from pipeline.lexicon.forms import FORM_BY_KEY, FormSpec, loosely
from pipeline.model.text import canonical
from pipeline.tables.text_layer_tokens import Token, joined

Path = tuple[str, ...]
"""The headings over one column, from the highest to the lowest."""

#: A column that is broken down, the word that says so, and what stands behind it then.
_BROKEN_DOWN: tuple[tuple[str, str, tuple[Path, ...]], ...] = (
    ("basic", "人员经费", (("基本支出", "人员经费"), ("基本支出", "公用经费"))),
    ("institutional", "教育收费", (("事业收入", "教育收费"),)),
)
_BALANCE = ("基本支出结转", "项目支出结转和结余")
_VEHICLES = "公务用车购置及运行维护费"
#: The kinds of three-public expenditure by the word that names each in a heading, with the columns that each has.
_KINDS: tuple[tuple[str, tuple[Path, ...]], ...] = (
    ("因公出国", (("因公出国（境）费",),)),
    ("公务用车", ((_VEHICLES, "小计"), (_VEHICLES, "公务用车购置费"), (_VEHICLES, "公务用车运行维护费"))),
    ("接待", (("公务接待费",),)),
)
#: What some forms print behind the three: their headings stand a row higher, so that their place among the words tells nothing.
_BESIDE = ("会议费", "培训费")
_HEADING_START = re.compile(
    r"^(项目($|项目|本年|行|金额|决算|预算|\(按|年初|科目|合计|小计)|科目(编码|代码|名称)|(支出)?功能分类|(支出)?经济分类|收入支出$|栏次"
    r"|人员经费公用经费|预算数决算数|类款项?)"
)


class Untold(Exception):
    """The columns are not told by what is printed: why."""


def begins_heading(text: str) -> bool:
    """Whether a line's words begin a heading, the first or one that is repeated on a later page."""
    return bool(_HEADING_START.match(text))


def column_count(body: Sequence[Sequence[Token]]) -> int | None:
    """Number of columns by the row of column numbers (栏次 1 2 3 …), summed over both sides of a two-sided form."""
    for own in body:
        text = joined(own)
        if text.startswith(("栏次", "列次")) or (len(own) >= 6 and all(t.integer == i + 1 for i, t in enumerate(own))):
            numbers = [n for t in own if (n := t.integer) is not None]
            return max(numbers) if numbers else None
    return None


def heading_lines(body: Sequence[Sequence[Token]], begins: Callable[[Sequence[Token]], bool], most: int = 40) -> Sequence[Sequence[Token]]:
    """The lines of the heading: those before the first that begins data."""
    return body[: next((i for i, own in enumerate(body) if begins(own)), most)]


def words_of(lines: Sequence[Sequence[Token]]) -> str:
    return "".join(joined(own) for own in lines)


# -- forms with codes ----------------------------------------------------------------------------------------


def functional_columns(spec: FormSpec, heading: Sequence[Sequence[Token]], count: int | None) -> list[Path]:
    """The columns of a form with codes, those that its entry does not know among them.

    ``count``: the printed number of columns (栏次).  Raises :class:`Untold`.
    """
    head = words_of(heading)
    keys = [m.key for m in spec.measures]
    if count == len(keys):
        return [_path(spec, k) for k in keys]
    named = [m.key for m in spec.measures if loosely(m).search(head)]
    full = _with_more(spec, heading, _with_balances(spec, _broken_down(spec, named, head), head))
    if count is None:
        unknown = unknown_words(spec, heading, full)
        if unknown:
            raise Untold(f"its heading has words that are not known ({unknown}), and no row of column numbers")
        return full or [_path(spec, k) for k in keys]
    if len(full) == count:
        return full
    if full and full[-1][0].startswith("年末") and 0 < count - len(full) <= 2:  # 项目支出结转和结余 is broken down too
        return [*full, *(("年末结转和结余", f"第{len(full) + n + 1}栏") for n in range(count - len(full)))]
    if count < len(keys):
        required = [k for k in keys if k in spec.required or k in named]
        return [_path(spec, k) for k in (required[:count] if len(required) >= count else keys[:count])]
    raise Untold(f"its heading tells {len(full)} columns, its row of column numbers counts {count}")


def _path(spec: FormSpec, key: str) -> Path:
    measure = spec.measure(key)
    assert measure is not None
    under = key in ("total", "basic", "project") and spec.blocks
    return ("本年支出", measure.zh) if under else (measure.zh,)


def _broken_down(spec: FormSpec, named: Sequence[str], head: str) -> list[Path]:
    columns: list[Path] = []
    for key in named:
        columns.append(_path(spec, key))
        columns += [c for whole, word, parts in _BROKEN_DOWN if key == whole and word in head for c in parts]
    return columns


def _with_balances(spec: FormSpec, columns: list[Path], head: str) -> list[Path]:
    """The columns between those of 年初结转和结余, 本年收入 and 年末结转和结余, where each of these has columns of its own."""
    if not spec.blocks or "基本支出结转" not in head:
        return columns
    own = [c for c in columns if not c[0].startswith(("年初", "本年收入", "年末"))]

    def block(zh: str, parts: Sequence[str]) -> list[Path]:
        return [(zh, "合计"), *((zh, p) for p in parts)]

    before = [*block("年初结转和结余", _BALANCE), *block("本年收入", ("基本支出", "项目支出"))]
    return [*before, *own, *block("年末结转和结余", _BALANCE)]


def _with_more(spec: FormSpec, heading: Sequence[Sequence[Token]], columns: list[Path]) -> list[Path]:
    """The columns with those whose headings stand among the lowest and are none of the form's (上年决算数)."""
    found = list(columns)
    line = max(heading, key=lambda own: _measures_on(spec, own), default=[])
    if _measures_on(spec, line) < 2:
        return found
    before: Path | None = None
    for token in line:
        text = canonical(token.text)
        known = next((c for c in columns if c[-1] == text or _is_measure(spec, c, text)), None)
        if known is not None:
            before = known
        elif _strange(spec, text):
            found.insert(found.index(before) + 1 if before is not None else 0, (token.text,))
            before = (token.text,)
    return found


def _measures_on(spec: FormSpec, own: Sequence[Token]) -> int:
    return sum(any(re.search(m.pattern, canonical(t.text)) for m in spec.measures) for t in own)


def _is_measure(spec: FormSpec, column: Path, text: str) -> bool:
    return any(m.zh == column[-1] and re.search(m.pattern, text) for m in spec.measures)


def _strange(spec: FormSpec, text: str) -> str:
    """What a heading says besides the measures of the form and the headings that measure nothing; ``""`` where it is known."""
    rest = text
    for measure in spec.measures:
        rest = loosely(measure).sub("\0", rest)
    for entry in lexicon().entries("frames"):
        if entry.holds(spec.key, None):
            rest = re.sub(entry.pattern.replace("$", ""), "\0", rest)
    return max(re.findall(r"[一-鿿]{2,}", rest), key=len, default="")


def unknown_words(spec: FormSpec, heading: Sequence[Sequence[Token]], columns: Sequence[Path] = ()) -> str:
    """Words of a heading that no column accounts for."""
    text = words_of(heading)
    for path in columns:
        for words in path:
            text = text.replace(canonical(words), "\0")
    return _strange(spec, text)


# -- two-sided and three-public forms ----------------------------------------------------------------------------


def right_columns(spec: FormSpec, head: str, count: int | None) -> list[str]:
    """The measures of the expenditure side of a two-sided form."""
    if spec.total is None:
        return ["amount"]
    named = [m.key for m in spec.measures if m.key != "amount" and (m.key == "total" or loosely(m).search(head))]
    columns = [k for k in ("total", *spec.parts) if k in named]
    return columns[: count - 1] if count is not None and 1 < count <= len(named) + 1 else columns


def three_public_kinds(heading: Sequence[Sequence[Token]]) -> list[Path]:
    """The columns of the three-public form, without budget and final, in the order of its heading.

    The template's order holds but where one line names the kinds in another: a kind that is broken down stands a row higher than the others.
    """
    lines = [joined(own) for own in heading]
    head = "".join(lines)
    order = {word: i for i, (word, _) in enumerate(_KINDS)}
    for text in lines:
        at = {word: text.find(word) for word in order}
        if all(place >= 0 for place in at.values()):
            order = at
            break
    kinds = [c for word, columns in sorted(_KINDS, key=lambda kind: order[kind[0]]) if word in head for c in columns]
    return [("合计",), *kinds, *((word,) for word in _BESIDE if word in head)]


def three_public_kind(path: Path) -> str:
    """The kind that a column of :func:`three_public_kinds` is (``abroad``, ``vehicle_purchase`` …), the heading for one beside them."""
    spec = FORM_BY_KEY["three_public"]
    kinds = (m for m in spec.measures if m.key.startswith("final_"))
    return next((m.key.removeprefix("final_") for m in kinds if re.search(m.pattern, canonical(path[-1]))), path[-1])
