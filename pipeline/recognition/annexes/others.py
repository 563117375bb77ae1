"""Every other table of an annex: budgets, contracts, questionnaires, costs, goals, overviews → figures by row label and heading.

What belongs here: which rows are headings, which columns are labels, which numbers; a table of labels and values without headings.  What
may not: tables that have a specification (``forms``, ``summaries``, ``scoring``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.lexicon import annexes as meaning
from pipeline.lexicon.annexes import bare, words
from pipeline.model.numbers import parse_number, squeeze
from pipeline.recognition.annexes.announced import Annex
from pipeline.recognition.annexes.emit import Address, Collector, exact, rate_value
from pipeline.recognition.annexes.grid import GridRow
from pipeline.recognition.annexes.model import Printed
from pipeline.recognition.annexes.targets import parse_quantity
from pipeline.recognition.annexes.units import USUAL, Unit, money, unit_in

#: Concepts of columns whose numbers name something, with the kind of identifier.
_NAMING = {"ordinal": "ordinal", "code": "document_number", "date": "date", "year": "year"}
_YEAR = re.compile(r"(19|20)\d{2}年?(度)?")
_RULE = re.compile(r"[-—=:_]*")
_LONGEST_HEADING = 60
#: ``实际支出：3040.78 万元``, and what a bracket adds: ``（预算执行率 98.02%）``.
_SAID = re.compile(r"(?P<label>[^\d:,，。;；()（）、\s]{2,20})[:：为是]?\s*(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|分|[万亿千]?元)")
_LONGEST_SAYING = 60
_AMOUNT = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|分|[万亿千]?元)?(?=$|[（(，,；;])")


@dataclass
class _Columns:
    """The columns of a table with headings: label columns, value columns with their headings, columns that name."""

    paths: list[str]
    labels: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    naming: dict[int, str] = field(default_factory=dict)


def name_ordinals(out: Collector, rows: Sequence[GridRow]) -> None:
    """The numbers below a heading 序号 count rows and nothing else."""
    column: int | None = None
    for row in rows:
        heads = [c for c, t in row.filled() if meaning.heading(t, "other") == "ordinal"]
        column = heads[0] if heads else column
        if column is not None and re.fullmatch(r"\d{1,4}", row.text(column)):
            out.name(row.at(column), "ordinal")


def read_contents(out: Collector, annex: Annex) -> bool:
    """Whether a table is one of contents; its pages then name their places."""
    rows = annex.rows
    if annex.kind == "contents":
        for row in rows:
            for c, text in row.filled():
                if re.fullmatch(r"\d{1,3}", text):
                    out.name(row.at(c), "page")
        return True
    pages = [r.at(r.filled()[-1][0]) for r in rows if len(r.filled()) > 1]
    if len(pages) < 3 or not all(re.fullmatch(r"\d{1,3}", words(p.text)) for p in pages) or any(len(r.filled()) > 2 for r in rows):
        return False
    heads = [r.text(r.filled()[0][0]) for r in rows if r.filled()]
    if sum(bool(re.match(r"[一二三四五六七八九十]+、|\(.{1,3}\)|附件|第|\d", h)) for h in heads) * 2 < len(heads):
        return False
    for page in pages:
        out.name(page, "page")
    return True


def read_other(out: Collector, at: Address, annex: Annex) -> str:
    """The figures of a table; returns why it could not be read, ``""`` where it was (a table without numbers is)."""
    rows = [r for r in annex.rows if r.filled() and not all(_RULE.fullmatch(t) for _, t in r.filled())]
    numbers = sum(_is_number(t) for r in rows for _, t in r.filled())
    before = len(out.figures)
    head = _headings(rows)
    if head is None:
        _pairs(out, at, rows, unit_in(annex.unit) or USUAL)
        reason = "its headings could not be told"
    else:
        start, count = head
        body = [r for r in rows[start + count :] if r.texts != rows[start].texts and (count == 1 or r.texts != rows[start + 1].texts)]
        columns = _columns(rows[start : start + count], body)
        reason = "" if columns.labels else "its rows have no labels"
        for printed in (p for r in rows[start : start + count] for p in r.printed if _YEAR.fullmatch(words(p.text))):
            out.name(printed, "year")
        if columns.labels:
            _figures(out, at, columns, body, unit_in(annex.unit))
    return reason if numbers and len(out.figures) == before else ""


def _is_number(text: str) -> bool:
    return parse_quantity(text).kind == "number" and not _YEAR.fullmatch(text)


def _headings(rows: Sequence[GridRow]) -> tuple[int, int] | None:
    """``(first row, how many)`` of the headings: the first row of several words and no number, and a row of words below its blanks."""
    start = next((i for i, r in enumerate(rows[:4]) if len(r.filled()) > 1), None)
    if start is None or not _is_heading(rows[start]):
        return None
    below = rows[start + 1] if start + 1 < len(rows) else None
    two = below is not None and _is_heading(below) and _under(rows[start], below)
    return start, 2 if two else 1


def _is_heading(row: GridRow) -> bool:
    texts = [t for _, t in row.filled()]
    return all(len(t) <= _LONGEST_HEADING and not _is_number(t) and not re.search(r"[:。；;]", t.rstrip(":")) for t in texts)


def _under(row: GridRow, below: GridRow) -> bool:
    """Whether a row stands under the blanks of the headings above: each of them is a part of the heading to its left."""
    filled = {c for c, _ in row.filled()}
    return below.filled()[0][0] not in (0,) and any(c not in filled for c, _ in below.filled())


def _columns(heads: Sequence[GridRow], body: Sequence[GridRow]) -> _Columns:
    columns = _Columns(_paths(heads))
    for c, path in enumerate(columns.paths):
        cells = [t for r in body if (t := r.text(c))]
        concept = meaning.heading(path, "other")
        if concept in ("ordinal", "code", "date"):
            columns.naming[c] = _NAMING[concept]
        elif concept == "year" or (cells and all(_YEAR.fullmatch(t) for t in cells)):
            columns.naming[c] = "year"
            columns.labels.append(c)
        elif any(_is_number(t) for t in cells):
            columns.values.append(c)
        else:
            columns.labels.append(c)
    first = min(columns.values, default=len(columns.paths))
    left = [c for c in columns.labels if c < first]
    columns.labels = left or columns.labels[:1] or [c for c, kind in columns.naming.items() if kind in ("ordinal", "document_number") and c < first]
    return columns


def _paths(heads: Sequence[GridRow]) -> list[str]:
    """Each column's heading, with the heading over it: ``2023·完成数``."""
    paths, above = [], ""
    for c in range(heads[0].width):
        top = heads[0].text(c)
        low = heads[1].text(c) if len(heads) > 1 else ""
        above = top or above
        paths.append("·".join(t for t in dict.fromkeys((above if low or top else "", low)) if t))
    return paths


def _figures(out: Collector, at: Address, columns: _Columns, body: Sequence[GridRow], unit: Unit | None) -> None:
    held: dict[int, str] = {}
    for order, row in enumerate(body, start=1):
        for c, kind in columns.naming.items():
            out.name(row.at(c), kind)
        total = next((words(t) for c, t in row.filled() if c not in columns.values and meaning.is_row(t, "sum", "subtotal")), "")
        for c in columns.labels if not total else ():
            held[c] = row.at(c).text or held.get(c, "")
        label = total or " ".join(dict.fromkeys(held[c] for c in columns.labels if held[c]))
        seen = Counter[str]()
        for c in columns.values:
            printed = row.at(c)
            if not printed:
                continue
            path = columns.paths[c]
            measure = (path or f"第{c + 1}栏").replace("/", "／")
            seen[measure] += 1
            measure = measure if seen[measure] == 1 else f"{measure}#{seen[measure]}"
            where = Address(at.section, at.statement, at.side, order, label)
            _value(out, where, measure, printed, path, unit, "" if path else "column_by_elimination")


def _value(out: Collector, at: Address, measure: str, printed: Printed, path: str, unit: Unit | None, doubt: str) -> None:
    """One number: an amount in 万元 where its heading says that it is money, else in the unit that it prints."""
    quantity = parse_quantity(printed.text)
    if quantity.kind != "number" or quantity.number is None:
        return
    concept = meaning.heading(path, "other") or ""
    own = unit_in(path) or (unit if concept and meaning.heading(path, "other") in _MONEY else None)
    plain = parse_number(squeeze(printed.text))
    if plain is not None and concept == "rate":
        value, resolution = rate_value(printed)
        out.figure(at, measure, printed, value, "%", resolution, concept, doubt or None)
    elif plain is not None and not plain.percent and own is not None:
        value, resolution = exact(printed.text, own.factor)
        out.figure(at, measure, printed, value, "万元", resolution, concept, doubt or None)
    else:
        out.figure(at, measure, printed, quantity.number, quantity.unit, quantity.resolution, concept, doubt or None)


_MONEY = ("adjusted", "initial", "contract", "executed", "carried_over", "received", "saved", "money")


# ---------------------------------------------------------------- labels and values without headings


def _pairs(out: Collector, at: Address, rows: Sequence[GridRow], unit: Unit) -> None:
    """Rows of a label and its value, and cells that say both (``实际支出：3040.78 万元``)."""
    for order, row in enumerate(rows, start=1):
        cells = [row.at(c) for c, _ in row.filled()]
        label, seen = "", Counter[str]()
        for printed in cells:
            match = _AMOUNT.match(printed.text) if label else None
            if match is not None:
                here = unit_in(label) or unit
                _said(out, at, order, bare(words(label)), printed, match, here if unit_in(label) else None, seen)
                rest = printed.text[match.end() :]
            else:
                label, rest = printed.text, printed.text
            if len(printed.text) <= _LONGEST_SAYING:
                for said in _SAID.finditer(rest):
                    _said(out, at, order, words(said["label"]), printed, said, None, seen)


def _said(
    out: Collector, at: Address, order: int, label: str, printed: Printed, match: re.Match[str], heading: Unit | None, seen: Counter[str]
) -> None:  # fmt: skip
    piece = Printed(match["number"], printed.place, None, printed.placement, printed.key, printed.doubt, printed.confidence)
    own = money(match["unit"]) if match["unit"] else heading
    value, resolution = exact(piece.text, own.factor) if own is not None else exact(piece.text)
    seen[label] += 1
    measure = "value" if sum(seen.values()) == 1 else f"value#{sum(seen.values())}"
    shown = "万元" if own is not None else match["unit"] or ""
    where = Address(at.section, at.statement, at.side, order, label)
    out.figure(where, measure, piece, value, shown, resolution, meaning.heading(label, "other") or "")
