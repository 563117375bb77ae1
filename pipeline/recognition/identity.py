"""What a document is, whose, and of which fiscal year, from its cover, its titles and the heads of its forms, with the evidence.

Sentences are no evidence, however many: they compare with other years and name other bodies.  Where the evidence conflicts, nothing
is guessed: the document is ambiguous, with the candidates.
What belongs here: that.  What may not: file names and addresses, what the forms hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.lexicon import any_of, concepts, lexicon
from pipeline.lexicon.around import around_table, is_owner_label
from pipeline.lexicon.titles import core_title, looks_like_title, title_entry
from pipeline.lexicon.units import is_unit, without_unit
from pipeline.model.chinese_numerals import with_plain_years
from pipeline.model.numbers import half_width
from pipeline.model.text import canonical
from pipeline.reading.document import Document, Line, Table, UnreadableDocument
from pipeline.recognition.captions import without_remarks

#: Lines before the contents or the first part, of which the cover is one.
_COVER_LINES = 14
#: Lines below the title of a form in which its head stands: number, owner, year, unit.
_HEAD_LINES = 5
#: Names are kept with the brackets that Chinese text uses, so that one publisher is not two.
_BRACKETS = str.maketrans("()", "（）")


@dataclass(frozen=True, slots=True)
class Identity:
    """Publisher as printed, ``department`` or ``unit``, fiscal year, title, and what told them, in words."""

    publisher: str
    kind: str
    fiscal_year: int
    title: str
    evidence: tuple[str, ...] = ()


@dataclass
class _Evidence:
    """What titles, form heads and labels say."""

    cover_years: Counter[int] = field(default_factory=Counter)
    head_years: Counter[int] = field(default_factory=Counter)
    part_years: Counter[int] = field(default_factory=Counter)
    said_years: Counter[int] = field(default_factory=Counter)
    covers: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    titles: list[str] = field(default_factory=list)
    budgets: list[str] = field(default_factory=list)
    government: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)


def identify(document: Document, publisher: str | None = None, year: int | None = None) -> Identity:
    """Publisher and year by what cover, titles and form heads say; ``publisher`` and ``year``, where given, stand.

    Raises :class:`UnreadableDocument`: ``not_a_report`` where the document is something else or names no year or publisher,
    ``ambiguous`` where what it says conflicts.
    """
    seen = _gather(document)
    _other_kinds(seen)
    fiscal_year, year_told = (year, "given") if year is not None else _year(seen)
    name, name_told = (publisher, "given") if publisher is not None else _publisher(seen)
    kind = "unit" if seen.kinds["unit"] > seen.kinds["department"] else "department"
    title = seen.titles[0] if seen.titles else f"{fiscal_year}年度{name}{'单位' if kind == 'unit' else '部门'}决算"
    return Identity(name, kind, fiscal_year, title, (f"year {fiscal_year}: {year_told}", f"publisher {name}: {name_told}"))


def _gather(document: Document) -> _Evidence:
    seen = _Evidence()
    texts = list(_texts(document))
    cover_ends = min(_COVER_LINES, next((i for i, (t, _) in enumerate(texts) if i and _says("part", canonical(t))), _COVER_LINES))
    head = 0  # lines since the title of a form
    for i, (text, of_table) in enumerate(texts):
        plain = with_plain_years(half_width(text))
        compact = canonical(plain)
        head = 0 if title_entry(plain) is not None or (looks_like_title(plain) and _says("accounts", compact)) else head + 1
        _owner(seen, plain)
        if 0 < head <= _HEAD_LINES and not re.search("[,。;]", compact):
            seen.head_years.update(_years_in("year_of_head", plain)[:1])
        if _says("sentence", compact) and head:
            _said(seen, compact)
            continue
        seen.kinds.update(kind for kind in ("department", "unit") if _says(kind, compact))
        _years(seen, compact, i < cover_ends, head, of_table)
        if i < cover_ends and not of_table:
            _cover(seen, [canonical(with_plain_years(half_width(t))) for t, _ in texts[i : min(i + 3, cover_ends)]])
        _about(seen, compact, i)
    return seen


def _texts(document: Document) -> Iterator[tuple[str, bool]]:
    """Lines, and short cells of tables' first rows, in order, with whether they stand in a table."""
    for _, block in document.blocks():
        if isinstance(block, Line):
            if len(block.text) < 400:
                yield block.text.strip(), False
        else:
            yield from ((t, True) for t in _head_cells(block))


def _head_cells(table: Table) -> Iterator[str]:
    """The cells of a table's first rows; a label and its value in the next cell are one text (单位名称 | 甲县水利局)."""
    label = ""
    for cell in table.cells:
        text = cell.text.replace("\n", "").strip()
        if cell.row >= 4 or not text or len(text) > 120:
            continue
        entry = lexicon().find("owners", text.rstrip(":："))
        if label and entry is None:
            yield f"{label}：{text}"
        label = text.rstrip(":：") if entry is not None and entry.concept == "owner" else text if "year_name" in concepts("sheet_heads", text) else ""
        yield text


def _years(seen: _Evidence, text: str, cover: bool, head: int, of_table: bool) -> None:
    own = _years_in("year_of_accounts", text)
    if cover and not of_table:
        seen.cover_years.update(own)
    elif own and _says("part", text):
        seen.part_years.update(own)
    elif own and (head == 0 or len(text) < 40):
        seen.head_years.update(own[:1])
    elif cover and "year" in around_table(text):
        seen.cover_years.update(int(y) for y in re.findall(r"\d{4}", text))


def _said(seen: _Evidence, text: str) -> None:
    """A sentence that begins with a year speaks of it; weak, and never against anything else."""
    seen.said_years.update(_years_in("year_of_sentence", text))


def _cover(seen: _Evidence, lines: Sequence[str]) -> None:
    for n in (1, 2, 3):
        match = any_of("cover_words", "title").match("".join(lines[:n]))
        if match and len(match.group()) < 80:
            name = _clean(match["before"]) or _clean(match["after"])
            seen.cover_years[int(match["year"])] += 1
            if name and (_says("organisation", name) or _says("name", name)):
                seen.covers[name] += 2 if _says("organisation", name) else 1
                seen.titles.append(match.group())
            return


def _owner(seen: _Evidence, text: str) -> None:
    for said in any_of("cover_words", "labelled").finditer(without_unit(text)):
        label = said["label"].lstrip("(")
        if not (is_owner_label(label) or is_owner_label(label.rstrip(")"))):
            continue
        if {"masked", "placeholder"} & set(concepts("owners", said["name"])):
            seen.placeholders.append(said["name"])
        elif (name := _clean(said["name"])) and not is_unit(name):
            seen.owners[name] += 1


def _about(seen: _Evidence, text: str, at: int) -> None:
    """Titles of other kinds of documents, and names in the titles of parts."""
    part = any_of("cover_words", "named_by_part").match(text)
    if part and _says("organisation", name := _clean(part["name"])):
        seen.parts[name] += 1
    if at < _COVER_LINES and _says("budget", text):
        seen.budgets.append(text)
    if _says("government", core_title(text)):
        seen.government.append(text)


def _says(concept: str, text: str) -> bool:
    """Whether words of a concept are in a canonical text."""
    return any_of("cover_words", concept).search(text) is not None


def _years_in(concept: str, text: str) -> list[int]:
    """The years that a line names as those of a concept."""
    return [int(match["year"]) for match in any_of("cover_words", concept).finditer(text)]


def _clean(name: str) -> str:
    name = without_remarks(canonical(name)).strip("-—_.·:")
    name = any_of("cover_words", "no_name").sub("", name)
    entry = lexicon().find("owners", name)
    if entry is not None and entry.concept != "owner":
        return ""
    return name.translate(_BRACKETS) if 2 <= len(name) <= 50 else ""


# ---------------------------------------------------------------- decisions


def _other_kinds(seen: _Evidence) -> None:
    """Raises where the document is known to be something else than a department's accounts."""
    if seen.budgets and not seen.cover_years and not seen.head_years:
        problem = f"it is a budget (“{seen.budgets[0]}”), not final accounts"
        raise UnreadableDocument(problem, "offer the 决算 of that year", "not_a_report")
    if len(set(seen.government)) >= 2 and _no_department(seen):
        raise UnreadableDocument(
            f"it is a government's own accounts (“{seen.government[0]}”), not a department's",
            "offer departments' accounts (部门决算)",
            "not_a_report",
        )
    if seen.placeholders and not seen.owners and not seen.covers:
        raise UnreadableDocument(
            f"it is the empty template (its publisher is “{seen.placeholders[0]}”)",
            "offer the report that was made of it",
            "not_a_report",
        )


def _no_department(seen: _Evidence) -> bool:
    """Whether no head of a form and no cover names a department; a government may stand on a cover that does not speak of one."""
    titled = any(_says(kind, t) for t in seen.titles for kind in ("department", "unit"))
    return not seen.owners and not titled and all(_says("government_body", name) for name in seen.covers)


def _year(seen: _Evidence) -> tuple[int, str]:
    """The year of cover and form heads; of the titles of parts, or of sentences, only where these say nothing."""
    cover, heads = _leading(seen.cover_years), _leading(seen.head_years)
    if cover is not None and heads is not None and cover != heads and cover not in seen.head_years:
        if seen.part_years[cover] == 0 and seen.head_years[heads] > 1:
            _ambiguous("fiscal years", [f"{cover} (cover)", f"{heads} ({seen.head_years[heads]} heads of forms)"], "--year")
    for counter, where in ((seen.cover_years, "cover"), (seen.head_years, "heads of forms"), (seen.part_years, "titles of parts"),
                           (seen.said_years, "beginnings of sentences")):  # fmt: skip
        if counter:
            year = _leading(counter)
            if year is None:
                _ambiguous("fiscal years", [f"{y} ({where}, {n} times)" for y, n in counter.most_common(4)], "--year")
            else:
                return year, f"{where}, {counter[year]} times"
    raise UnreadableDocument(
        "no fiscal year of accounts (年度…决算) is printed",
        "check that this is a 部门决算 report, or name its year (--year)",
        "not_a_report",
        names="",
    )


def _leading(counter: Counter[int]) -> int | None:
    """The year that is said most; ``None`` where two are said as often."""
    (first, n), *rest = [*counter.most_common(2), (0, 0)] if counter else [(0, 0)]
    return first if n and not (rest and rest[0][1] == n) else None


def _publisher(seen: _Evidence) -> tuple[str, str]:
    votes: Counter[str] = Counter()
    for counter, weight in ((seen.owners, 2), (seen.covers, 3), (seen.parts, 1)):
        for name, n in counter.items():
            votes[name] += weight * n
    if not votes:
        raise UnreadableDocument(
            "no publisher (部门：… / 单位：…) is printed",
            "check that this is a complete 部门决算 report, or name it (--publisher)",
            "not_a_report",
            names="",
        )
    name = max(votes, key=lambda n: (votes[n], -len(n), n))
    strangers = [c for c in seen.covers if not any(_related(c, o) for o in seen.owners)]
    if seen.owners and strangers and len(strangers) == len(seen.covers) and not any(_related(p, name) for p in seen.parts):
        (owner, heads), *others = seen.owners.items()
        if heads > 1 and not others:
            _ambiguous("publishers", [f"{strangers[0]} (cover)", f"{owner} ({heads} heads of forms)"], "--publisher")
    told = [f"{where} {counter[name]} times" for counter, where in ((seen.covers, "cover"), (seen.owners, "heads of forms"), (seen.parts, "parts"))
            if counter[name]]  # fmt: skip
    return name, ", ".join(told)


def _related(one: str, other: str) -> bool:
    """Whether two names may be of one body: one is within the other (市大数据局 and 烟台市大数据局, …（本级）)."""
    a, b = (re.sub(r"（.*?）|部门$|单位$", "", n) for n in (one, other))
    return a in b or b in a


def _ambiguous(what: str, candidates: Iterable[str], option: str) -> None:
    told = "; ".join(candidates)
    raise UnreadableDocument(f"its {what} conflict: {told}", f"name the right one ({option}, or a sidecar file)", "ambiguous")
