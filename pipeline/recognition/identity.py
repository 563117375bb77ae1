"""Whose report it is and for which year, from what the report itself prints.

What belongs here: publisher, kind, fiscal year, title.  What may not: file names and addresses.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.model.numbers import half_width
from pipeline.model.text import canonical
from pipeline.reading.document import Document, Line, UnreadableDocument
from pipeline.recognition.read import FormRead

_YEAR = re.compile(r"(20[0-4]\d)\s*(?:年度|年)")
_ACCOUNTS = re.compile(r"决\s*算")
_PUBLISHER = re.compile(
    r"(?<![金额])(?:公开|编制|填报)?(?P<what>部\s*门|单\s*位)(?:\s*名\s*称)?\s*[:：]\s*"
    r"(?P<name>[^\s:：]+(?: [^\s:：]+)*?)(?=\s{2,}|\s*(?:金额)?单\s*位\s*[:：]|\s*公开\s*\d|\s*$)"
)
_UNIT = re.compile(r"(金\s*额\s*)?单\s*位\s*[:：]\s*(?:[\d,.]+\s*)?(人民币\s*)?(亿元|百万元|万元|千元|元|万(?![一-鿿]))")
_MONEY_UNIT = re.compile(r"^[\d,.]*(人民币)?(亿|百万|万|千)?元?$")
_TITLE = re.compile(r"^(?P<before>.*?)(?P<year>20[0-4]\d)年度?(?P<after>.*?)(?P<kind>部门|单位)?决算(公开)?(报告|说明|情况)?$")
#: Names are kept with the brackets that Chinese text uses, so that one publisher is not two.
_BRACKETS = str.maketrans("()", "（）")
#: A name on the title page that ends like no known kind of organisation.
_NAME = re.compile(r"(?!第|目录|附件|公开|部门|单位|关于)[一-鿿（）·]{4,40}")
_ORGANISATION = re.compile(
    r"(局|委员会|委|办公室|办|厅|部|中心|院|校|学校|大学|学院|所|站|馆|中学|小学|幼儿园|处|队|会|团|社|公司|政府|法院|检察院|医院|协会|联合会|本级\)|）|馆|室|园|场|台|段|组|署|行)$"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Publisher as printed, ``department`` or ``unit``, fiscal year, and the report's title."""

    publisher: str
    kind: str
    fiscal_year: int
    title: str


def identify(document: Document, forms: list[FormRead]) -> Identity:
    """Publisher and year by majority of what title page, forms and headings say.

    Raises :class:`UnreadableDocument` (``not_a_report``) where the document names no year of accounts or no publisher.
    """
    lines = _candidate_lines(document)
    years: Counter[int] = Counter()
    names: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    titles: list[str] = []
    for i, line in enumerate(lines):
        text = half_width(line)
        if _ACCOUNTS.search(text) and len(text) < 120:
            own = _YEAR.findall(text)
            near = own or [y for n in lines[max(0, i - 1) : i + 2] if len(n) < 40 for y in _YEAR.findall(half_width(n))]
            for year in near[:1]:
                years[int(year)] += 3 if own else 1
        for kind, key in (("部门决算", "department"), ("单位决算", "unit")):
            if kind in canonical(text):
                kinds[key] += 1
        for said in _PUBLISHER.finditer(_UNIT.sub("  ", text)):
            name = _clean(said["name"])
            if name and not _MONEY_UNIT.match(name):
                names[name] += 2
        joined = canonical(line)
        for candidate in (joined, canonical("".join(lines[i : i + 2])), canonical("".join(lines[i : i + 3]))):
            match = _TITLE.match(candidate)
            if match and i < 12 and len(candidate) < 80:
                years[int(match["year"])] += 2
                name = _clean(match["before"] or match["after"])
                if name and (_ORGANISATION.search(name) or _NAME.fullmatch(name)):
                    names[name] += 3 if _ORGANISATION.search(name) else 2
                    titles.append(candidate)
                break
        part = re.match(r"^第[一二三]部分(?P<name>.+?)(20[0-4]\d年度?(部门|单位)?决算.*|概况)$", joined)
        if part and _ORGANISATION.search(_clean(part["name"])):
            names[_clean(part["name"])] += 1
    if not years:
        raise UnreadableDocument(
            "no fiscal year of accounts (年度…决算) is printed", "check that this is a 部门决算 report", "not_a_report"
        )
    if not names:
        raise UnreadableDocument(
            "no publisher (部门：… / 单位：…) is printed", "check that this is a complete 部门决算 report", "not_a_report"
        )
    year = max(years, key=lambda y: (years[y], y))
    publisher = max(names, key=lambda n: (names[n], -len(n), n))
    kind = "unit" if kinds["unit"] > kinds["department"] else "department"
    title = titles[0] if titles else f"{year}年度{publisher}{'单位' if kind == 'unit' else '部门'}决算"
    return Identity(publisher, kind, year, title)


def _candidate_lines(document: Document) -> list[str]:
    """Short lines, and short cells of tables' first rows, in order."""
    texts: list[str] = []
    for _, block in document.blocks():
        if isinstance(block, Line):
            if len(block.text) < 200:
                texts.append(block.text.strip())
        else:
            texts.extend(c.text.replace("\n", "") for c in block.cells if c.row < 4 and c.text.strip() and len(c.text) < 120)
    return texts


def _clean(name: str) -> str:
    name = canonical(name).strip("-—_.·:")
    name = re.sub(r"^(附件\d*|目录)", "", name)
    return name.translate(_BRACKETS) if 2 <= len(name) <= 50 else ""
