"""The three-public form from a plain text layer: one row of all kinds, a row a point of time or a unit, or a list of kinds.

What belongs here: telling which, and its headings.  What may not: placing its numbers (``text_layer_placement``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.lexicon import any_of, concepts, name_of
from pipeline.lexicon.forms import FORM_BY_KEY, FormSpec, is_total, phase_of, three_public_kind
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.tables.text_layer_cells import Draft, TextRow
from pipeline.tables.text_layer_headings import (
    Path,
    Untold,
    begins_heading,
    column_count,
    three_public_kinds,
    unknown_words,
)
from pipeline.tables.text_layer_placement import Equation
from pipeline.tables.text_layer_rows import Body, made_whole, told
from pipeline.tables.text_layer_tokens import Token, joined

_BUDGETS = ("budget", "initial")
#: Measures of which the second is a kind of the first, or a part of it.
_SUMS = (("total", ("abroad", "vehicle", "reception")), ("vehicle", ("vehicle_purchase", "vehicle_operation")))


def three_public(spec: FormSpec, body: Body) -> Draft:
    """The form in whichever of its shapes.  Raises :class:`Untold` where its columns are not known."""
    return _list_of_kinds(spec, body) or _rows_of_times(spec, body) or _columns_of_kinds(spec, body)


def _key(path: Path) -> str:
    """The kind that a column of :func:`three_public_kinds` is, the heading for one beside them."""
    return three_public_kind(path[-1]) or path[-1]


def _listed_kind(text: str) -> bool:
    """Whether a label has the number of a list before it."""
    return "listed" in concepts("heading_words", text)


def _equations(keys: Sequence[str], prefixes: Sequence[str]) -> list[Equation]:
    found = []
    for prefix in prefixes:
        at = {key.removeprefix(prefix): i for i, key in enumerate(keys) if key.startswith(prefix)}
        for whole, parts in _SUMS:
            own = tuple(at[p] for p in parts if p in at)
            if whole in at and own:
                found.append(Equation((at[whole],), own))
    return found


# -- kinds as columns ----------------------------------------------------------------------------------------


def _columns_of_kinds(spec: FormSpec, body: Body) -> Draft:
    first = next((i for i, own in enumerate(body) if _data(own)), len(body))
    heading = [own for own in body[:first] if not all(t.number for t in own)]
    data = body[first:]
    kinds = three_public_kinds(heading or body)
    whens = _whens(heading or body, len(kinds), column_count(body) or max((len(_numbers(own)) for own in data), default=0))
    paired = sum(phase_of(m[0], None) in _BUDGETS for own in heading for m in _named_stages(joined(own))) >= 4
    pairs = [(k, w) for k in kinds for w in whens] if paired else [(k, w) for w in whens for k in kinds]
    columns: list[Path] = [(*k, name_of("phases", w)) if paired else (name_of("phases", w), *k) for k, w in pairs]
    keys = [f"{w}_{_key(k)}" for k, w in pairs]
    rows = _rows(data)
    labelled = any(row.label for row in rows)
    made_whole(rows)
    told(len(columns), [row.numbers for row in rows])
    draft = Draft(spec, ("label",) if labelled else (), columns, keys, rows or [TextRow(body[-1][-1].place if body else Place())])
    draft.equations = _equations(keys, ("budget_", "final_"))
    total = next((i for i, row in enumerate(rows) if is_total(row.label)), None)
    for i, row in enumerate(draft.rows):
        row.hang(total if labelled and i != total else None)
    return draft


def _whens(heading: Sequence[Sequence[Token]], kinds: int, count: int) -> tuple[str, ...]:
    """The points of time of which the form has columns, in order.  Raises :class:`Untold` for those that are not known."""
    unknown = unknown_words(FORM_BY_KEY["three_public"], heading)
    if unknown:
        raise Untold(f"its heading has words that are not known ({unknown})")
    times = {m[0]: phase_of(m[0], None) for own in heading for t in own for m in any_of("heading_words", "stage").finditer(canonical(t.text))}
    if sum(phase in ("final", "prior") for phase in times.values()) > 1:
        return _with_prior(times)
    return ("budget", "final") if any(phase in _BUDGETS for phase in times.values()) or count > kinds else ("final",)


def _with_prior(times: Mapping[str, str | None]) -> tuple[str, ...]:
    """The points of time where one of them is the year before: by 上年, or by the earlier of two years."""
    years = sorted({y for w, phase in times.items() if phase not in _BUDGETS for y in re.findall(r"20\d\d", w)})
    earlier = years[0] if len(years) > 1 else "\0"
    found = ["budget" if phase in _BUDGETS else "prior" if phase == "prior" or earlier in word else "final" for word, phase in times.items()]
    if sorted(found) not in (["budget", "final", "prior"], ["final", "prior"]):
        raise Untold(f"its heading names points of time that are not told apart ({'、'.join(times)})")
    return tuple(found)


def _named_stages(text: str) -> Iterator[re.Match[str]]:
    """The points of time that a heading names with the word for their amounts."""
    return any_of("heading_words", "named_stage").finditer(text)


def _numbers(own: Sequence[Token]) -> list[Token]:
    return [t for t in own if t.number]


def _data(own: Sequence[Token]) -> bool:
    """Whether a line is data: numbers, and no row of column numbers."""
    numbers = _numbers(own)
    counted = [t.integer for t in numbers] == list(range(1, len(numbers) + 1)) and len(numbers) != 1
    return bool(numbers) and not counted and own[-1].number and not begins_heading(joined(own))


def _rows(data: Body) -> list[TextRow]:
    """The rows of data: of a single one the numbers may go on on further lines; of several each begins with a label."""
    rows: list[TextRow] = []
    label = ""
    for own in data:
        numbers = _numbers(own)
        if not numbers:
            label += joined(own)
            continue
        words = label + joined([t for t in own if not t.number])
        if rows and not words:
            rows[-1].numbers.extend(numbers)
        else:
            rows.append(TextRow(own[0].place, label=words, numbers=numbers, lead=numbers[0].lead))
        label = ""
    return rows


# -- points of time as rows ----------------------------------------------------------------------------------------


def _rows_of_times(spec: FormSpec, body: Body) -> Draft | None:
    """The form printed with a row for the budget and one for the final accounts; ``None`` where it is not."""
    found = [own for own in body if len(own) > 1 and all(t.number for t in own[1:]) and phase_of(own[0].text, None) in (*_BUDGETS, "final")]
    if len({phase_of(own[0].text, None) in _BUDGETS for own in found}) < 2:
        return None
    first = body.index(found[0])
    kinds = three_public_kinds(body[:first])
    rows = _rows(body[first:])  # further rows (changes, rates) are remarks
    made_whole(rows)
    told(len(kinds), [row.numbers for row in rows])
    keys = [_key(k) for k in kinds]
    draft = Draft(spec, ("label",), kinds, keys, rows, _equations(keys, ("",)))
    for row in rows:
        row.hang(None)
    return draft


# -- kinds as rows ----------------------------------------------------------------------------------------


def _list_of_kinds(spec: FormSpec, body: Body) -> Draft | None:
    """The form printed as a list (项目 | 预算数 | 决算数), its kinds one below the other; ``None`` where it is not."""
    rows = _listed(body)
    named = {three_public_kind(row.label) for row in rows}
    if len(named - {None}) < 3 or "reception" not in named:
        return None
    first = [own for own in body[:12] if not three_public_kind(own[0].text)]
    whens = _stages_of_list("".join(joined(own) for own in body[:12]), [t.text for own in first for t in own])
    made_whole(rows)
    if any(len(row.numbers) > len(whens) for row in rows):
        raise Untold(f"its rows print more numbers than it has columns ({'、'.join(name_of('phases', w) for w in whens)})")
    draft = Draft(spec, ("label",), [(name_of("phases", w),) for w in whens], [], rows)
    index = {kind: i for i, row in reversed(list(enumerate(rows))) if (kind := three_public_kind(row.label))}
    parents = {part: index.get(whole) for whole, parts in _SUMS for part in parts}
    for row in rows:
        row.hang(parents.get(three_public_kind(row.label) or ""))
    return draft


def _stages_of_list(head: str, pieces: Sequence[str]) -> list[str]:
    """The points of time that the columns of a list are of, in order: those that its heading names, or two years that are ``pieces`` of it."""
    words = [m[0] for m in _named_stages(head)]
    bare = [t for t in pieces if re.match(r"20\d\d", t) and phase_of(canonical(t), None) == "final"] if not words else []
    if len(bare) == 2:
        return ["prior" if year == min(bare) else "final" for year in bare]
    accounts = [w for w in words if phase_of(w, None) not in _BUDGETS]
    years = {y for w in accounts for y in re.findall(r"20\d\d", w)}
    said = ["prior" if w in accounts and len(years) > 1 and min(years) in w else phase_of(w, None) for w in words]
    if len(accounts) > 1 and "prior" not in said and len(years) == 1 and (own := next(w for w in accounts if min(years) in w)) != accounts[-1]:
        said[words.index(own)] = "prior"  # 2023年决算数 beside 本年决算数
    whens = ["budget", "final"]
    if {"initial", "budget"} <= set(said):
        whens.insert(0, "initial")
    if "prior" in said:
        first = next((i for i, phase in enumerate(said) if phase in _BUDGETS), len(said))
        whens.insert(0 if said.index("prior") < first else len(whens), "prior")
    return whens


def _listed(body: Body) -> list[TextRow]:
    """The rows of a list: labels, which may wrap, with the numbers behind them."""
    rows: list[TextRow] = []
    label, at = "", Place()
    for own in body:
        numbers = _numbers(own)
        words = "".join(t.text for t in own if not t.number)
        if words and not (numbers and not own[0].number):
            fresh = not label or begins_heading(canonical(label)) or _listed_kind(words)
            if fresh and label and three_public_kind(label):
                rows.append(TextRow(at, label=label))
            label, at = (words, own[0].place) if fresh else (label + words, at)
            continue
        whole = label + words if label and not three_public_kind(words) else words
        if three_public_kind(whole) and numbers:
            rows.append(TextRow(own[0].place, label=whole, numbers=numbers, lead=numbers[0].lead))
        label = ""
    if three_public_kind(label) and _listed_kind(label):
        rows.append(TextRow(at, label=label))
    return rows
