"""The three-public form from a plain text layer: one row of all kinds, a row a point of time or a unit, or a list of kinds.

What belongs here: telling which, and its headings.  What may not: placing its numbers (``text_layer_placement``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.lexicon.forms import FORM_BY_KEY, FormSpec
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.tables.text_layer_cells import Draft, TextRow
from pipeline.tables.text_layer_headings import (
    Path,
    Untold,
    begins_heading,
    column_count,
    three_public_kind,
    three_public_kinds,
    unknown_words,
)
from pipeline.tables.text_layer_placement import Equation
from pipeline.tables.text_layer_rows import Body, made_whole, told
from pipeline.tables.text_layer_tokens import Token, joined

_LISTED = re.compile(r"^(\d+[.、]|\([\d一二三四]+\)|[一二三四五]、|其中)")
_NUMBERING = re.compile(r"^(?>其中:?|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+[、.)]|\d+[、.)]?)+(?=[一-鿿])")
_WHEN = re.compile(r"^(\d{4}年度?)?((年初|全年|本年)?预算|决算)数?$")
_TITLES = {"budget": "预算数", "final": "决算数", "initial": "年初预算数", "prior": "上年决算数"}
#: Measures of which the second is a kind of the first, or a part of it.
_SUMS = (("total", ("abroad", "vehicle", "reception")), ("vehicle", ("vehicle_purchase", "vehicle_operation")))


def three_public(spec: FormSpec, body: Body) -> Draft:
    """The form in whichever of its shapes.  Raises :class:`Untold` where its columns are not known."""
    return _list_of_kinds(spec, body) or _rows_of_times(spec, body) or _columns_of_kinds(spec, body)


def kind_of(label: str) -> str | None:
    """The kind of three-public expenditure that a row's label names (``abroad``, ``vehicle`` …)."""
    plain = _NUMBERING.sub("", canonical(label))
    kinds = (m for m in FORM_BY_KEY["three_public"].measures if m.key.startswith("final_"))
    return next((m.key.removeprefix("final_") for m in kinds if re.search(m.pattern, plain)), None)


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
    paired = joined([t for own in heading for t in own]).count("预算数") >= 4
    pairs = [(k, w) for k in kinds for w in whens] if paired else [(k, w) for w in whens for k in kinds]
    columns: list[Path] = [(*k, _TITLES[w]) if paired else (_TITLES[w], *k) for k, w in pairs]
    keys = [f"{w}_{three_public_kind(k)}" for k, w in pairs]
    rows = _rows(data)
    labelled = any(row.label for row in rows)
    made_whole(rows)
    told(len(columns), [row.numbers for row in rows])
    draft = Draft(spec, ("单位",) if labelled else (), columns, keys, rows or [TextRow(body[-1][-1].place if body else Place())])
    draft.equations = _equations(keys, ("budget_", "final_"))
    total = next((i for i, row in enumerate(rows) if canonical(row.label) in ("合计", "总计")), None)
    for i, row in enumerate(draft.rows):
        row.hang(total if labelled and i != total else None)
    return draft


def _whens(heading: Sequence[Sequence[Token]], kinds: int, count: int) -> tuple[str, ...]:
    """The points of time of which the form has columns, in order.  Raises :class:`Untold` for those that are not known."""
    unknown = unknown_words(FORM_BY_KEY["three_public"], heading)
    if unknown:
        raise Untold(f"its heading has words that are not known ({unknown})")
    words = [w for own in heading for t in own for w in re.findall(r"(?:上年|20\d\d年度?)?(?:年初|全年|本年)?(?:预|决)算数?", canonical(t.text))]
    times = list(dict.fromkeys(words))
    if len({w for w in times if "决算" in w}) > 1:
        return _with_prior(times)
    budget = any("预算" in w for w in times if "财政" not in w)
    return ("budget", "final") if budget or count > kinds else ("final",)


def _with_prior(times: Sequence[str]) -> tuple[str, ...]:
    """The points of time where one of them is the year before: by 上年, or by the earlier of two years."""
    years = sorted({y for w in times if "决算" in w for y in re.findall(r"20\d\d", w)})
    found = []
    for word in times:
        earlier = word.startswith("上年") or (len(years) > 1 and years[0] in word)
        found.append("budget" if "预算" in word else "prior" if earlier else "final")
    if sorted(found) not in (["budget", "final", "prior"], ["final", "prior"]):
        raise Untold(f"its heading names points of time that are not told apart ({'、'.join(times)})")
    return tuple(found)


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
    found = [own for own in body if _WHEN.match(canonical(own[0].text)) and len(own) > 1 and all(t.number for t in own[1:])]
    if len({"预算" in own[0].text for own in found}) < 2:
        return None
    first = body.index(found[0])
    kinds = three_public_kinds(body[:first])
    rows = _rows(body[first:])  # further rows (changes, rates) are remarks
    made_whole(rows)
    told(len(kinds), [row.numbers for row in rows])
    keys = [three_public_kind(k) for k in kinds]
    draft = Draft(spec, ("项目",), kinds, keys, rows, _equations(keys, ("",)))
    for row in rows:
        row.hang(None)
    return draft


# -- kinds as rows ----------------------------------------------------------------------------------------


def _list_of_kinds(spec: FormSpec, body: Body) -> Draft | None:
    """The form printed as a list (项目 | 预算数 | 决算数), its kinds one below the other; ``None`` where it is not."""
    rows = _listed(body)
    named = {kind_of(row.label) for row in rows}
    if len(named - {None}) < 3 or "reception" not in named:
        return None
    head = "".join(joined(own) for own in body[:12])
    whens = ["budget", "final"]
    if "年初预算" in head and head.count("预算数") > 1:
        whens.insert(0, "initial")
    if re.search(r"上年(度)?决算", head):
        whens.insert(0 if head.find("上年") < head.find("预算数") else len(whens), "prior")
    made_whole(rows)
    if any(len(row.numbers) > len(whens) for row in rows):
        raise Untold(f"its rows print more numbers than it has columns ({'、'.join(_TITLES[w] for w in whens)})")
    draft = Draft(spec, ("项目",), [(_TITLES[w],) for w in whens], [], rows)
    index = {kind: i for i, row in reversed(list(enumerate(rows))) if (kind := kind_of(row.label))}
    parents = {part: index.get(whole) for whole, parts in _SUMS for part in parts}
    for row in rows:
        row.hang(parents.get(kind_of(row.label) or ""))
    return draft


def _listed(body: Body) -> list[TextRow]:
    """The rows of a list: labels, which may wrap, with the numbers behind them."""
    rows: list[TextRow] = []
    label, at = "", Place()
    for own in body:
        numbers = _numbers(own)
        words = "".join(t.text for t in own if not t.number)
        if words and not (numbers and not own[0].number):
            fresh = not label or bool(begins_heading(canonical(label))) or bool(_LISTED.match(canonical(words)))
            if fresh and label and kind_of(label):
                rows.append(TextRow(at, label=label))
            label, at = (words, own[0].place) if fresh else (label + words, at)
            continue
        whole = label + words if label and not kind_of(words) else words
        if kind_of(whole) and numbers:
            rows.append(TextRow(own[0].place, label=whole, numbers=numbers, lead=numbers[0].lead))
        label = ""
    if kind_of(label) and _LISTED.match(canonical(label)):
        rows.append(TextRow(at, label=label))
    return rows
