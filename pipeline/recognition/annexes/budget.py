"""The heads and the budget block of a self-evaluation form, in whatever order and direction they are printed.

What belongs here: heads with their values beside or below them, funds as rows or as columns.  What may not: indicators.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.lexicon import annexes as meaning
from pipeline.lexicon.annexes import bare
from pipeline.recognition.annexes.grid import GridRow, headings, turned, with_unknown
from pipeline.recognition.annexes.model import NOTHING, Printed

AMOUNTS = ("initial", "adjusted", "executed")
COLUMNS = (*AMOUNTS, "weight", "rate", "score")
Budget = dict[str, dict[str, Printed]]
_WEIGHT = re.compile(r"\((?P<weight>\d+(?:\.\d+)?)分\)")
_TOGETHER = re.compile(r"^([^:：]{2,14})[:：]\s*(\S.*)$")


def is_budget_heading(row: GridRow) -> bool:
    """Whether a row names the columns of the budget block: two amounts at least."""
    return len(headings(row, "budget").keys() & set(AMOUNTS)) >= 2


def read_heads(rows: Sequence[GridRow]) -> dict[str, Printed]:
    """What stands beside each head; below it where a row has heads only (heads on their side).  Persons are read past."""
    heads: dict[str, Printed] = {}
    for i, row in enumerate(rows):
        below = rows[i + 1] if i + 1 < len(rows) else None
        for concept, value in _heads_of(row, below):
            if concept != "person" and not heads.get(concept):
                heads[concept] = value
    return heads


def persons(rows: Sequence[GridRow]) -> list[Printed]:
    """The cells that name persons and their telephones."""
    return [value for i, row in enumerate(rows) for concept, value in _heads_of(row, None) if concept == "person"]


def _heads_of(row: GridRow, below: GridRow | None) -> list[tuple[str, Printed]]:
    filled = row.filled()
    concepts = {c: meaning.heading(t, "head") for c, t in filled}
    only_heads = len(filled) >= 2 and all(concepts.values()) and len({*concepts.values()}) >= 2
    if only_heads and below is not None and not any(meaning.heading(t, "head") for _, t in below.filled()):
        return [(name, below.at(c)) for c, name in concepts.items() if name]
    found: list[tuple[str, Printed]] = []
    for (column, _), (beside, _) in zip(filled, [*filled[1:], (-1, "")], strict=True):
        name = concepts[column]
        match = _TOGETHER.match(row.at(column).text) if name is None else None
        if match is not None and (together := meaning.heading(match[1], "head")) is not None:
            found.append((together, replace(row.at(column), text=match[2])))
        elif name is not None:
            found.append((name, row.at(beside) if concepts.get(beside, "-") is None else NOTHING))
    return found


def declared_weight(row: GridRow) -> Printed:
    """The weight that the caption of the budget block prints: ``项目预算执行情况（10分）``."""
    for column, text in row.filled():
        match = _WEIGHT.search(text)
        if match is not None and meaning.is_row(bare(text), "execution"):
            printed = row.at(column)
            return replace(printed, text=match["weight"], second=None if printed.second is None else match["weight"])
    return NOTHING


def read_budget(heading: GridRow, rows: Sequence[GridRow]) -> Budget:
    """Fund → column → what is printed; ``rows`` are those below the headings."""
    if len(_funds(heading)) >= 2 and not is_budget_heading(heading):
        flipped = turned([heading, *rows])
        head = next((r for r in flipped if is_budget_heading(r)), None)
        if head is None:
            return {}
        heading, rows = head, flipped[flipped.index(head) + 1 :]
    labels = [c for r in rows for c, t in r.filled() if meaning.label(t, "fund") is not None]
    # one whose heading is not known holds its place, so that no other takes its values; 年度预算数 over the labels names no amounts
    return _rows(rows, with_unknown(heading, headings(heading, "budget", labels), min(labels, default=0)))


def is_turned_budget(row: GridRow, below: GridRow | None) -> bool:
    """Whether a row names funds and the rows below it amounts: the budget block on its side."""
    if below is None or len(_funds(row)) < 2:
        return False
    return any(meaning.heading(t, "budget") in AMOUNTS for _, t in below.filled()[:2])


def _funds(row: GridRow) -> list[str]:
    return [f for _, t in row.filled() if (f := meaning.label(t, "fund")) is not None]


def _rows(rows: Sequence[GridRow], columns: Mapping[str, int]) -> Budget:
    budget: Budget = {}
    sure: Mapping[str, int] = columns  # where a row that fills every column stands: the others stand there too
    for row in rows:
        label = next(((c, f) for c, t in row.filled() if (f := meaning.label(t, "fund")) is not None), None)
        if label is None or label[1] in budget:
            continue
        own, known = _places(row, label[0], sure, columns)
        doubt = None if known else "row_shifted"
        budget[label[1]] = {name: replace(row.at(c), doubt=doubt) for name, c in own.items()}
        if known and len(own) == len(columns) and all(row.text(c) for c in own.values()):
            sure = own
    return budget


def _places(row: GridRow, label: int, sure: Mapping[str, int], columns: Mapping[str, int]) -> tuple[dict[str, int], bool]:
    """Where a row prints each column, and whether that is known: under the headings, where the row above stood, shifted, or in order,
    whichever leaves no value over.  Where the row does not fill the columns, they were told by what is left."""
    names = sorted(columns, key=lambda n: columns[n])
    values = sorted(c for c, _ in row.filled() if c > label)
    full = len(values) == len(names)
    tried = [sure, columns, *({n: columns[n] + shift for n in names} for shift in (1, -1, 2, -2))]
    for order, places in enumerate(tried):
        if min(places.values()) > label and set(values) <= set(places.values()):
            return dict(places), order < 2 or full or not values
    in_order = {name: label + 1 + i for i, name in enumerate(names)}
    if not set(values) <= set(in_order.values()):
        in_order = dict(zip(names, values, strict=False))
    return in_order, full
