"""Which columns a table has, told from the words of its heading where a text layer keeps no cells.

A heading's words come row by row, so that what stands under what is lost: columns are known by the template's order, by the
words that tell that a column is broken down (人员经费 below 基本支出), and by the row of column numbers (栏次), which must agree.  A word
that is none of the form's on the line of the lowest headings is a column more; anywhere else it leaves the columns untold.
What belongs here: columns.  What may not: rows and numbers (``text_layer_rows``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.lexicon import any_of, concepts, lexicon, words_of
from pipeline.lexicon.forms import FORM_BY_KEY, FormSpec, loosely
from pipeline.model.text import canonical
from pipeline.tables.text_layer_tokens import Token, joined

Path = tuple[str, ...]
"""The headings over one column, from the highest to the lowest."""


class Untold(Exception):
    """The columns are not told by what is printed: why."""


def begins_heading(text: str) -> bool:
    """Whether a line's words begin a heading, the first or one that is repeated on a later page."""
    return "begins_heading" in concepts("heading_words", text) or text.startswith(_address_words("code", "label", "row_no", "column_numbers"))


def begins_column_numbers(text: str) -> bool:
    """Whether a line's words begin with the label of the row of column numbers (栏次)."""
    return text.startswith(_address_words("column_numbers"))


def numbers_rows(text: str) -> bool:
    """Whether a line of a heading heads line numbers (行次)."""
    return any(word in text for word in _address_words("row_no")) or "row_number" in concepts("heading_words", text)


def _address_words(*concepts_of: str) -> tuple[str, ...]:
    return tuple(word for concept in concepts_of for word in words_of("addresses", concept))


def column_count(body: Sequence[Sequence[Token]]) -> int | None:
    """Number of columns by the row of column numbers (栏次 1 2 3 …), summed over both sides of a two-sided form."""
    for own in body:
        text = joined(own)
        if begins_column_numbers(text) or (len(own) >= 6 and all(t.integer == i + 1 for i, t in enumerate(own))):
            numbers = [n for t in own if (n := t.integer) is not None]
            return max(numbers) if numbers else None
    return None


def heading_lines(body: Sequence[Sequence[Token]], begins: Callable[[Sequence[Token]], bool], most: int = 40) -> Sequence[Sequence[Token]]:
    """The lines of the heading: those before the first that begins data."""
    return body[: next((i for i, own in enumerate(body) if begins(own)), most)]


def text_of(lines: Sequence[Sequence[Token]]) -> str:
    return "".join(joined(own) for own in lines)


def with_whole_names(spec: FormSpec, heading: Sequence[Sequence[Token]]) -> list[list[Token]]:
    """The lines of a heading with the names in one piece that are printed over several lines (附属单位 ⏎ 上缴收入), on the last."""
    lines = [list(own) for own in heading]
    for name in dict.fromkeys((*(canonical(m.zh) for m in spec.measures), *words_of("heading_words", "address_name"))):
        pieces = [] if any(name in joined(own) for own in lines) else _pieces_of(name, lines, 0)
        if len(pieces) > 1:
            *above, (n, last) = pieces
            lines[n][lines[n].index(last)] = replace(last, text=name)
            for n, piece in above:
                lines[n].remove(piece)
    return [own for own in lines if own]


def _pieces_of(name: str, lines: Sequence[Sequence[Token]], first: int) -> list[tuple[int, Token]]:
    """Words that spell a name one after another, each on a later line than the one before, with their lines; none where they do not."""
    for n, own in enumerate(lines[first:], first):
        for token in own:
            text = canonical(token.text)
            if text and name.startswith(text):
                rest = _pieces_of(name[len(text) :], lines, n + 1) if text != name else []
                if rest or text == name:
                    return [(n, token), *rest]
    return []


# -- forms with codes ----------------------------------------------------------------------------------------


def functional_columns(spec: FormSpec, heading: Sequence[Sequence[Token]], count: int | None) -> list[Path]:
    """The columns of a form with codes, those that its entry does not know among them.

    ``count``: the printed number of columns (栏次).  Raises :class:`Untold`.
    """
    head = text_of(heading)
    keys = [m.key for m in spec.measures]
    if count == len(keys):
        return [_path(spec, k) for k in keys]
    named = [m.key for m in spec.measures if loosely(m).search(head)]
    full = _with_more(spec, heading, _with_balances(spec, named, head))
    if count is None:
        unknown = unknown_words(spec, heading, full)
        if unknown:
            raise Untold(f"its heading has words that are not known ({unknown}), and no row of column numbers")
        return full or [_path(spec, k) for k in keys]
    if len(full) == count:
        return full
    closing = spec.measure("closing")
    if full and closing is not None and full[-1][0] == closing.zh and 0 < count - len(full) <= 2:  # 项目支出结转和结余 is broken down too
        return [*full, *((closing.zh, f"第{len(full) + n + 1}栏") for n in range(count - len(full)))]
    if count < len(keys):
        required = [k for k in keys if k in spec.required or k in named]
        return [_path(spec, k) for k in (required[:count] if len(required) >= count else keys[:count])]
    raise Untold(f"its heading tells {len(full)} columns, its row of column numbers counts {count}")


def _path(spec: FormSpec, key: str) -> Path:
    measure = spec.measure(key)
    assert measure is not None
    under = key in ("total", "basic", "project") and spec.blocks
    return (spec.blocks, measure.zh) if under else (measure.zh,)


def _groups(scope: str, said: str) -> dict[str, list[Path]]:
    """The groups of columns that a heading tells of, by concept, in the order in which the lexicon has them."""
    found: dict[str, list[Path]] = {}
    for entry in lexicon().entries("column_groups"):
        if entry.holds(scope, None) and entry.matches(said):
            found.setdefault(entry.concept, []).extend(tuple(path) for path in entry.values["columns"])
    return found


def _with_balances(spec: FormSpec, named: Sequence[str], head: str) -> list[Path]:
    """The columns with those that break one down behind it, and between the balances where these have columns of their own."""
    groups = _groups("functional", head)
    balances = bool(spec.blocks and "before" in groups)
    own = [k for k in named if not (balances and k in ("opening", "income", "closing"))]
    columns = [path for key in own for path in (_path(spec, key), *groups.get(key, ()))]
    return [*groups["before"], *columns, *groups["behind"]] if balances else columns


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
    text = text_of(heading)
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
    groups = _groups("three_public", "".join(lines))
    beside = groups.pop("beside", [])
    order: Sequence[str] = list(groups)
    for text in lines:
        at = {kind: match.start() for kind in order if (match := any_of("column_groups", kind).search(text)) is not None}
        if len(at) == len(order):
            order = sorted(at, key=lambda kind: at[kind])
            break
    total = next(m.zh.rpartition("·")[2] for m in FORM_BY_KEY["three_public"].measures if m.key == "final_total")
    return [(total,), *(c for kind in order for c in groups[kind]), *beside]
