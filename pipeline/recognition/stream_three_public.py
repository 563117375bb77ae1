"""The three-public form from a plain text layer: one row of all kinds, a row a point of time, or a list of kinds.

What belongs here: telling which, and placing its numbers.  What may not: the kinds' words (``layout``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from pipeline.recognition.layout import three_public_kind, when_of
from pipeline.recognition.placement import Slots, blanks_from_spaces, placements_left
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.stream_columns import three_public_kinds
from pipeline.recognition.stream_common import HEADING_START, column_count, fill, raw
from pipeline.recognition.tokens import Token

_LISTED = re.compile(r"^(\d+[.、]|\([\d一二三四]+\)|[一二三四五]、|其中)")
_CENTS = Decimal("0.02")


def three_public(form: FormRead, body: list[list[Token]]) -> None:
    """Read the kinds into the form's one row."""
    if _three_public_items(form, body):
        return
    head = canonical("".join(t.text for own in body for t in own))
    kinds = three_public_kinds(head)
    if _three_public_rows(form, body, kinds):
        return
    pairs = head.count("预算数") >= 4 and head.count("决算数") >= 4
    count = column_count(body) or len(_longest(body))
    whens = ("budget", "final") if "预算数" in head or count > len(kinds) else ("final",)
    measures = [_three_public_key(w, k) for k in kinds for w in whens] if pairs else [_three_public_key(w, k) for w in whens for k in kinds]
    numbers: list[Token] = []
    for own in body:
        if all(t.number for t in own) and [t.integer for t in own] != list(range(1, len(own) + 1)):
            numbers.extend(own)
        elif numbers:
            break
    if len(numbers) > len(measures):
        form.problem = f"it prints {len(numbers)} numbers, its heading tells {len(measures)} columns"
        return
    row = RowRead(None, "", "", "", {}, numbers[0].place if numbers else form.place)
    texts = [t.text for t in numbers]
    chosen, certain = _place_three_public(measures, texts, raw(numbers))
    fill(form, row, measures, numbers, Slots(texts, chosen=chosen, certain=certain))
    form.rows.append(row)


def _three_public_key(when: str, kind: str) -> str:
    return f"{kind}·{when}" if kind.startswith("column:") else f"{when}_{kind}"


def _three_public_rows(form: FormRead, body: list[list[Token]], kinds: Sequence[str]) -> bool:
    """The form printed with a row for the budget and one for the final accounts; false where it is not."""
    found = {when: own[1:] for own in body if (when := when_of(own[0].text)) and len(own) > 1 and all(t.number for t in own[1:])}
    if len(found) < 2:
        return False
    row = RowRead(None, "", "", "", {}, form.place)
    for when, numbers in found.items():
        texts = [t.text for t in numbers]
        measures = [_three_public_key(when, k) for k in kinds]
        chosen, certain = _place_three_public(measures, texts, raw(numbers), numbers[0].lead)
        own = RowRead(None, "", "", "", {}, numbers[0].place)
        fill(form, own, measures, numbers, Slots(texts, chosen=chosen, certain=certain))
        row.cells.update(own.cells)
    form.rows.append(row)
    return True


def _longest(body: Sequence[Sequence[Token]]) -> Sequence[Token]:
    """The longest line of numbers that is not the row of column numbers."""
    lines = [own for own in body if all(t.number for t in own) and [t.integer for t in own] != list(range(1, len(own) + 1))]
    return max(lines, key=len, default=[])


def _three_public_items(form: FormRead, body: list[list[Token]]) -> bool:
    """The form printed as a list (项目 | 预算数 | 决算数), its kinds one below the other; false where it is not."""
    items: list[tuple[str, list[Token], int]] = []
    named: set[str | None] = set()  # kinds listed without any number
    label = ""
    for own in body:
        words = "".join(t.text for t in own if not t.number)
        numbers = [t for t in own if t.number]
        if words and not (numbers and not own[0].number):
            fresh = not label or HEADING_START.match(canonical(label)) or _LISTED.match(canonical(words))
            if fresh and _LISTED.match(canonical(label)):
                named.add(three_public_kind(label))
            label = words if fresh else label + words
            continue
        kind = three_public_kind(label + words if label and not three_public_kind(words) else words)
        if kind is not None and numbers and kind not in [k for k, *_ in items]:
            items.append((kind, numbers, numbers[0].lead))
        label = ""
    if _LISTED.match(canonical(label)):
        named.add(three_public_kind(label))
    named |= {kind for kind, *_ in items}
    if len(named - {None}) < 3 or "reception" not in named:
        return False
    head = canonical("".join(t.text for own in body[:12] for t in own))
    whens = ("initial", "budget", "final") if "年初预算" in head and head.count("预算数") > 1 else ("budget", "final")
    if any(len(numbers) > len(whens) for _, numbers, _ in items):
        form.problem = f"its rows print more numbers than it has columns ({', '.join(whens)})"
        return True
    row = RowRead(None, "", "", "", {}, items[0][1][0].place if items else form.place)
    for kind, numbers, lead in items:
        raw = "".join(t.raw for t in numbers)
        possible = placements_left(raw, len(numbers), len(whens), lead)
        hinted = blanks_from_spaces(raw, len(numbers), len(whens), lead) or tuple(range(len(numbers)))
        certain = len(numbers) == len(whens) or possible == [hinted]
        for column, token in zip(hinted, numbers, strict=False):
            row.cells[f"{whens[column]}_{kind}"] = CellRead(token.text, token.place, None, "printed" if certain else "identity")
    form.rows.append(row)
    return True


def _place_three_public(
    measures: Sequence[str], numbers: Sequence[str], raw: str, lead: int | None = None
) -> tuple[tuple[int, ...], bool]:
    """The placement that the spaces leave, and that it is certain; else, of those possible, the one that breaks the fewest of
    total = abroad + vehicles + reception and vehicles = purchase + operation."""
    k = len(numbers)
    if k >= len(measures) or not k:
        return tuple(range(min(k, len(measures)))), True
    possible = placements_left(raw, k, len(measures), lead)
    if len(possible) == 1:
        return possible[0], True
    hinted = blanks_from_spaces(raw, k, len(measures), lead) or tuple(range(k))
    zero = Decimal(0)
    values = [n.value if (n := parse_number(t)) is not None else zero for t in numbers]

    def broken(columns: tuple[int, ...]) -> tuple[int, int]:
        at = {measures[c]: v for c, v in zip(columns, values, strict=True)}
        bad = 0
        for when in ("budget", "final"):
            total, vehicle = at.get(f"{when}_total", zero), at.get(f"{when}_vehicle", zero)
            bad += abs(total - at.get(f"{when}_abroad", zero) - vehicle - at.get(f"{when}_reception", zero)) > _CENTS
            bad += abs(vehicle - at.get(f"{when}_vehicle_purchase", zero) - at.get(f"{when}_vehicle_operation", zero)) > _CENTS
        return bad, sum(abs(a - b) for a, b in zip(columns, hinted, strict=True))

    return min(possible or combinations(range(len(measures)), k), key=lambda c: (broken(c), c)), False
