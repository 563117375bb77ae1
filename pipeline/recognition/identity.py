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

from pipeline.lexicon import concepts, lexicon
from pipeline.lexicon.around import is_owner_label
from pipeline.lexicon.titles import core_title, looks_like_title, title_entry
from pipeline.model.chinese_numerals import with_plain_years
from pipeline.model.numbers import half_width
from pipeline.model.text import canonical
from pipeline.reading.document import Document, Line, Table, UnreadableDocument
from pipeline.recognition.captions import without_remarks

#: Lines before the contents or the first part, of which the cover is one.
_COVER_LINES = 14
#: Lines below the title of a form in which its head stands: number, owner, year, unit.
_HEAD_LINES = 5
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)(?=年|[^\d.,%]|$)")
_YEAR_OF_ACCOUNTS = re.compile(r"(?<!\d)(20[0-4]\d)年?度?(?=[^,。;]{0,40}决算)")
#: A year on a line of its own, or between an owner and a unit: what the head of a form says.
_YEAR_OF_HEAD = re.compile(r"(?:^|\s|\()(?:年度:\s?)?(20[0-4]\d)\s?年?度?\)?(?=\s|$)(?!\s*\d{1,2}\s?月)")
_SENTENCE = re.compile(r"[,。;]|万元|%|比|较|同期|相比")
_PART = re.compile(r"^(第[一二三四五六七八九]部分|目录$|[一二三四五]、.{0,12}概况)")
_TITLE = re.compile(
    r"^(?P<before>.*?)(?P<year>20[0-4]\d)年度?(?P<after>.*?)(?P<kind>部门|单位)?决算(信息|情况)?(公开)?(的)?(报告|说明|情况|文本|信息)?(\(.*\))?$"
)
_LABELLED = re.compile(
    r"(?<![一-鿿])(?P<label>[一-鿿()（）/、]{2,12}?)\s{0,6}:\s{0,6}(?P<name>[^\s:]{1,60}(?: [^\s:]{1,40}){0,4}?)"
    r"(?=\s{2}|\s?(金\s?额)?单\s?位\s?:|\s?公开\s?\d|\s?$)"
)
_MONEY_UNIT = re.compile(
    r"(金\s{0,4}额\s{0,4})?单\s{0,4}位\s{0,4}:[(\s]{0,20}(?:[\d,.]{1,20}\s{0,4})?(人民币\s{0,4})?(亿元|百万元|万\s{0,4}元|千元|元|万(?![一-鿿])|圆)"
)
_UNIT_NAME = re.compile(r"^[\d,.(]*(人民币)?(亿|百万|万|千)?元?\)?$")
#: Names are kept with the brackets that Chinese text uses, so that one publisher is not two.
_BRACKETS = str.maketrans("()", "（）")
_NAME = re.compile(r"[一-鿿（）·]{4,40}")
_ORGANISATION = re.compile(
    r"(局|委员会|委|办公室|办|厅|部|中心|院|校|学校|大学|学院|所|站|馆|中学|小学|幼儿园|处|队|会|团|社|公司|政府|法院|检察院|医院|协会|联合会|本级\)|）|馆|室|园|场|台|段|组|署|行|镇|乡|街道)$"
)
#: Titles of a government's own accounts, which are no department's.
_GOVERNMENT = re.compile(
    r"^(全[省市县区]|[^,]{0,12}(省|市|县|区|本级))?(一般公共预算|政府性基金(预算)?|国有资本经营(预算)?|社会保险基金)"
    r"(收入|支出|收支|平衡)(决算)?(功能分类|经济分类|录入)?(表|情况)|税收返还|转移支付(决算)?表|政府(一般|专项)?债务"
)
_BUDGET = re.compile(r"20[0-4]\d年度?[^,。]{0,30}(部门|单位)?预算(公开|草案|编制|信息)*(报告|说明|情况|文本)?$")
_ACCOUNTS = re.compile(r"决\s*算")


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
    cover_ends = min(_COVER_LINES, next((i for i, (t, _) in enumerate(texts) if i and _PART.match(canonical(t))), _COVER_LINES))
    head = 0  # lines since the title of a form
    for i, (text, of_table) in enumerate(texts):
        plain = with_plain_years(half_width(text))
        compact = canonical(plain)
        head = 0 if title_entry(plain) is not None or (looks_like_title(plain) and "决算" in compact) else head + 1
        _owner(seen, plain)
        if 0 < head <= _HEAD_LINES and not re.search("[,。;]", compact):
            seen.head_years.update(map(int, _YEAR_OF_HEAD.findall(plain)[:1]))
        if _SENTENCE.search(compact) and head:
            _said(seen, compact)
            continue
        for words, key in (("部门决算", "department"), ("单位决算", "unit")):
            seen.kinds[key] += words in compact
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
        label = text.rstrip(":：") if entry is not None and entry.concept == "owner" else "年度" if canonical(text) in ("年度", "年份") else ""
        yield text


def _years(seen: _Evidence, text: str, cover: bool, head: int, of_table: bool) -> None:
    own = [int(y) for y in _YEAR_OF_ACCOUNTS.findall(text)]
    if cover and not of_table:
        seen.cover_years.update(own)
    elif own and _PART.match(text):
        seen.part_years.update(own)
    elif own and (head == 0 or len(text) < 40):
        seen.head_years.update(own[:1])
    elif cover and re.fullmatch(r"20[0-4]\d年度?", text):
        seen.cover_years.update(int(y) for y in _YEAR.findall(text))


def _said(seen: _Evidence, text: str) -> None:
    """A sentence that begins with a year speaks of it; weak, and never against anything else."""
    if match := re.match(r"\D{0,12}?(20[0-4]\d)年度?(?!.{0,6}(相比|决算数))", text):
        seen.said_years[int(match[1])] += 1


def _cover(seen: _Evidence, lines: Sequence[str]) -> None:
    for n in (1, 2, 3):
        match = _TITLE.match("".join(lines[:n]))
        if match and len(match.group()) < 80:
            name = _clean(match["before"]) or _clean(match["after"])
            seen.cover_years[int(match["year"])] += 1
            if name and (_ORGANISATION.search(name) or _NAME.fullmatch(name)):
                seen.covers[name] += 2 if _ORGANISATION.search(name) else 1
                seen.titles.append(match.group())
            return


def _owner(seen: _Evidence, text: str) -> None:
    for said in _LABELLED.finditer(_MONEY_UNIT.sub("  ", text)):
        label = said["label"].lstrip("(")
        if not (is_owner_label(label) or is_owner_label(label.rstrip(")"))):
            continue
        if {"masked", "placeholder"} & set(concepts("owners", said["name"])):
            seen.placeholders.append(said["name"])
        elif (name := _clean(said["name"])) and not _UNIT_NAME.match(name):
            seen.owners[name] += 1


def _about(seen: _Evidence, text: str, at: int) -> None:
    """Titles of other kinds of documents, and names in the titles of parts."""
    part = re.match(r"^第[一二三]部分:?(?P<name>.+?)(20[0-4]\d年度?(部门|单位)?决算.*|概况|简介)$", text)
    if part and _ORGANISATION.search(name := _clean(part["name"])):
        seen.parts[name] += 1
    if at < _COVER_LINES and _BUDGET.search(text) and not _ACCOUNTS.search(text):
        seen.budgets.append(text)
    if _GOVERNMENT.search(core_title(text)) and "财政拨款" not in text:
        seen.government.append(text)


def _clean(name: str) -> str:
    name = without_remarks(canonical(name)).strip("-—_.·:")
    name = re.sub(r"^(关于|附件\d*:?|目录|现将|第[一二三]部分)+", "", name)
    name = re.sub(r"(的|公开)+$", "", re.sub(r"^(公开|印发)", "", name))
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
    if len(set(seen.government)) >= 2 and not seen.owners and not seen.covers:
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
        if sum(seen.owners.values()) > 1 and len(seen.owners) == 1:
            _ambiguous("publishers", [f"{strangers[0]} (cover)", f"{name} ({seen.owners[name]} heads of forms)"], "--publisher")
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
