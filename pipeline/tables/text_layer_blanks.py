"""What the spaces of a line tell of its blank cells: a blank cell leaves a space or two where a text layer keeps any.

What belongs here: columns by spaces.  What may not: columns by what must add up (``text_layer_placement``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def blanks_from_spaces(raw: str, numbers: int, columns: int, lead: int | None = None) -> tuple[int, ...] | None:
    """Columns that the spaces before, between and after the numbers suggest, or ``None`` where they fit no regular spacing."""
    gaps = _gaps(raw, numbers)
    if gaps is None:
        return None
    trailing = len(raw) - len(raw.rstrip(" \t\xa0"))
    for step in (1, 2):  # a blank cell leaves one space, or a padded pair
        for position in _positions(gaps, step, lead):
            left = columns - 1 - position[-1]
            if left >= 0 and (trailing == 0 or trailing in (left * step, left * step + 1, left * step + step, left * step - 1)):
                return position
    return None


def _gaps(raw: str, numbers: int) -> list[int] | None:
    gaps = [len(g) for g in re.findall(r"(?<=[\d.\-—%元①-⑳)])[ \t\xa0]+(?=[-\d—(△▲+])", raw)]
    return gaps if numbers and len(gaps) == numbers - 1 else None


def _positions(gaps: Sequence[int], step: int, lead: int | None, wide_label: bool = False) -> list[tuple[int, ...]]:
    """Columns of the numbers where every blank cell between them leaves ``step`` spaces; the likelier start first.

    ``wide_label``: blank cells before the first number may be cells of the label, as beside a total that stands under 类.
    """
    blanks = [divmod(gap - step, step) for gap in gaps]
    if any(rest or n < 0 for n, rest in blanks):
        return []
    starts = [0]
    if lead is not None and lead > step and (lead - step) % step == 0:
        first = (lead - step) // step
        starts = list(range(first, -1, -1)) if wide_label else [first, 0]
    return [tuple(start + i + sum(n for n, _ in blanks[:i]) for i in range(len(gaps) + 1)) for start in starts]


def placements_left(raw: str, numbers: int, columns: int, lead: int | None, wide_label: bool = False) -> list[tuple[int, ...]]:
    """The placements that spaces leave possible in a line that keeps a space or two for every cell, up to its last column.

    None where the line does not: it ends at its last number (blanks behind it may be lost), or no spacing accounts for all columns.
    """
    gaps = _gaps(raw, numbers)
    trailing = len(raw) - len(raw.rstrip(" \t\xa0"))
    if gaps is None or not trailing:
        return []
    found: dict[tuple[int, ...], None] = {}
    for step in (1, 2):
        for position in _positions(gaps, step, lead, wide_label):
            left = columns - 1 - position[-1]
            # its own space or two stand behind the last number, and one or two for every blank cell; padding may differ from the gaps'
            if left >= 0 and any(trailing - left * each in (1, 2) for each in (1, 2)):
                found[position] = None
    return list(found)
