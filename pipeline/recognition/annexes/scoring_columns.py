"""Which columns of a scoring table are which: its levels, the weights of each, score, rate; over one row of headings or two.

What belongs here: the headings.  What may not: the rows below them (``scoring``).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.lexicon import annexes as meaning
from pipeline.recognition.annexes.grid import GridRow

LEVELS = ("level1", "level2", "level3", "level4")
VALUES = ("weight", "score", "own_score", "deduction", "subtotal", "rate", "share")
#: Columns of text: how points are given, and why so many were.
TEXTS = ("rule", "basis")


def scoring_columns(row: GridRow, below: GridRow | None = None) -> dict[str, int] | None:
    """Concept → column where a row is the headings of a scoring table (with the row ``below`` where it has two), else ``None``.

    ``level1_weight`` … are columns of weights to the left of a deeper level: what they weigh stands beside them.
    """
    found = _concepts(row, below)
    levels = [(c, name) for c, name in found if name in LEVELS]
    values = [name for _, name in found if name in VALUES]
    if not any(name in ("level1", "level2") for _, name in levels) or any(name == "actual" for _, name in found):
        return None
    if any(name == "target" for _, name in found) and (not values or "完成情况" in row.texts):
        return None
    if not values and len(levels) < 2:
        return None
    deepest = max(c for c, _ in levels)
    columns: dict[str, int] = {}
    for column, name in found:
        if name in VALUES and column < deepest:
            left = [level for c, level in levels if c < column]
            if name != "weight" or not left:
                return None  # a table laid out otherwise
            name = f"{left[-1]}_weight"
        columns.setdefault(name, column)
    if "score" not in columns and "own_score" in columns:
        columns["score"] = columns.pop("own_score")  # the report's scores are the unit's own
    return columns


def has_two(row: GridRow, below: GridRow | None) -> bool:
    """Whether the headings go on in the row below: 名称 and 分值 under each level."""
    return below is not None and any(meaning.heading(t, "scoring") == "name" for t in below.texts if t)


def _concepts(row: GridRow, below: GridRow | None) -> list[tuple[int, str]]:
    """``(column, concept)`` from left to right; under a level, 名称 is the level and 分值 its weight."""
    found: list[tuple[int, str]] = []
    above = ""
    for column in range(row.width):
        concept = meaning.heading(row.text(column), "scoring") if row.text(column) else None
        above = concept or "" if row.text(column) else above
        under = meaning.heading(below.text(column), "scoring") if below is not None and below.text(column) else None
        if under == "name":
            concept = above or None
        elif under is not None:
            concept = under
        if concept is not None and concept != "name":
            found.append((column, concept))
    return _weighed_twice(row, _between(row, found))


def _weighed_twice(row: GridRow, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The one unknown heading between two of weights is the next level, which the second weighs (评价内容 | 分值 | 评价要点 | 标准分)."""
    weights = [c for c, name in found if name == "weight"]
    levels = [name for c, name in found if name in LEVELS]
    if len(weights) != 2 or weights[1] != weights[0] + 2 or not row.text(weights[0] + 1) or weights[0] + 1 in dict(found):
        return found
    deeper = LEVELS[min(LEVELS.index(levels[-1]) + 1, 3)] if levels else ""
    return sorted([*found, (weights[0] + 1, deeper)]) if deeper else found


def _between(row: GridRow, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The one heading between level 1 and level 3 is level 2, whatever its word."""
    at = {name: c for c, name in found}
    if "level1" in at and "level3" in at and "level2" not in at:
        unknown = [c for c in range(at["level1"] + 1, at["level3"]) if row.text(c) and c not in {c for c, _ in found}]
        return sorted([*found, (unknown[0], "level2")]) if len(unknown) == 1 else found
    return found


def sideways(rows: Sequence[GridRow]) -> bool:
    """Whether rows are, so far, a scoring table on its side: 指标 with the names beside it, below it 分值, 得分, 得分率."""
    first = [meaning.heading(r.text(0), "scoring") for r in rows]
    if not rows or len(rows[0].filled()) < 4 or first[0] != "level1":
        return False
    if sum(meaning.heading(t, "scoring") in VALUES for t in rows[0].texts) > 1:
        return False
    return len(set(first[1:])) == len(first) - 1 and all(name in VALUES for name in first[1:])
