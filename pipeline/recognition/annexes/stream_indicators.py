"""The indicator block of a self-evaluation form in text layers without cells.

What belongs here: cutting the stream of tokens into rows.  What may not: the form around them (``stream_forms``).
Values anchor everything: the weight and score of a row are the last numbers of a run of numbers; what lies between two
anchors is the first row's reason for a deviation, then the next row's levels, name, target and actual.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.recognition.annexes.grid import numeric
from pipeline.recognition.annexes.levels import named, strip_weight
from pipeline.recognition.annexes.model import NOTHING, Indicator, Printed
from pipeline.recognition.annexes.stream import Token, match_run, printed, values, width, wrap_cost
from pipeline.recognition.annexes.targets import parse_quantity
from pipeline.recognition.annexes.vocabulary import LEVEL1, LEVEL2, ONLY_LEVEL2, PLACEHOLDER

_STARTS_TARGET = re.compile(r"[≥≤≧≦<>＜＞=＝]|文字描述|不(低于|少于|超过|高于|多于)")
_STARTS_DATE = re.compile(r"20\d\d年\d|\d{1,2}月(\d|底|前)")
_STARTS_VALUE = re.compile(r"[≥≤≧≦<>＜＞=＝]?\d")
_END = re.compile(r"总分|合计|总计")


@dataclass
class _Row:
    """One indicator while it is cut out: the tokens between its anchor and the one before, and the anchor."""

    between: list[Token]
    anchor: list[Token]
    after: int  # line of the anchor before
    level1: tuple[str, Printed] | None = None
    level2: str | None = None
    before_levels: list[Token] | None = None  # tokens before the levels, where levels stand between
    rest: list[Token] | None = None  # name (and, without levels, the reason before it)
    target: list[Token] | None = None
    actual: list[Token] | None = None


def _names_level(name: str) -> bool:
    """Whether a level-2 name is unmistakable: a bare 数量 may end the wrapped name of an indicator."""
    return name.endswith("指标") or len(name) >= 4


class IndicatorBlock:
    """The indicator block of one form."""

    def __init__(self, run: Sequence[Token], rates: bool, weights: bool) -> None:
        self.subtotals: tuple[tuple[Printed, Printed], ...] = ()
        self.total = NOTHING
        self._rates, self._weights = rates, weights
        self._rows: list[_Row] = []
        self._tail: list[Token] = []
        self._cut([t for t in run if not (PLACEHOLDER.fullmatch(t.words) and re.search(r"[.…·]", t.words))])

    def _cut(self, run: Sequence[Token]) -> None:
        """Part the block into rows at the runs of numbers."""
        size = 1 + self._rates + self._weights
        pending: list[Token] = []
        last_line = -1
        i = 0
        while i < len(run):
            text = run[i].words
            if text == "小计":
                numbers = values(run, i + 1)
                cells = (printed([numbers[0]]) if len(numbers) > 1 else NOTHING, printed([numbers[-1]]) if numbers else NOTHING)
                self.subtotals = (*self.subtotals, cells)
                i += 1 + len(numbers)
                continue
            if _END.fullmatch(text) and i + 1 < len(run) and numeric(run[i + 1].words):
                numbers = values(run, i + 1)
                self.total = printed([numbers[-1]])
                break
            if numeric(text):
                end = i
                while end < len(run) and numeric(run[end].words):
                    end += 1
                found = list(run[i:end])
                if len(found) >= size and (pending or len(found) > size):
                    between = [*pending, *found[: len(found) - size]]
                    self._rows.append(_Row(between, found[len(found) - size :], last_line))
                    pending, last_line = [], found[-1].line
                else:
                    pending += found
                i = end
                continue
            pending.append(run[i])
            i += 1
        self._tail = pending

    def indicators(self) -> tuple[Indicator, ...]:
        for row in self._rows:
            self._levels(row)
            self._values_of(row)
        names, reasons = self._names()
        level1: tuple[str, Printed] = ("", NOTHING)
        level2 = ""
        items = []
        for row, name, reason in zip(self._rows, names, reasons, strict=True):
            if row.level1 is not None:
                level1, level2 = row.level1, ""
            if row.level2 is not None:
                level2 = row.level2
            label, weight = strip_weight(name)
            anchor = [printed([t]) for t in row.anchor]
            items.append(
                Indicator(
                    level1[0], level1[1], level2, replace(name, text=label), weight,
                    printed(row.target or []), printed(row.actual or []),
                    anchor[0] if self._rates else None,
                    anchor[-2] if self._weights else None,
                    anchor[-1], reason,
                )
            )  # fmt: skip
        return tuple(items)

    def _levels(self, row: _Row) -> None:
        """Find the level names among a row's tokens; what stands before them belongs to the row above.

        Where a target stands before names, a row has lost its scores: it stays, as text, with the row above.
        """
        run = row.between
        lost = max((i for i, t in enumerate(run[:-3]) if i and _STARTS_TARGET.match(t.words)), default=0)
        named_later = any(self._level1_at(run, i) for i in range(lost, len(run))) if lost else False
        for i in range(lost if named_later else 0, len(run)):
            first = self._level1_at(run, i)
            after = first[0] if first else i
            names = ((e, m["name"]) for e, m in match_run(run, after, [LEVEL2], 6) if _names_level(m["name"]))
            second = next((n for n in names if n[0] < len(run) or not first), None)
            if first is None and second is None:
                continue
            if first is None and second is not None and second[0] >= len(run):
                continue  # the name of the indicator itself
            if first is not None:
                row.level1 = first[1]
            if second is not None:
                row.level2 = second[1]
            row.before_levels, row.rest = list(run[:i]), list(run[second[0] if second else after :])
            return
        row.rest = list(run)

    def _level1_at(self, run: Sequence[Token], i: int) -> tuple[int, tuple[str, Printed]] | None:
        for end, match in match_run(run, i, [LEVEL1]):
            name, weight = named(Printed(match.group(), run[i].place))
            if end >= len(run):
                continue
            follows = next((True for _ in match_run(run, end, [LEVEL2], 6)), False)
            if weight or (follows and not ONLY_LEVEL2.fullmatch(match.group())):
                return end, (name, weight)
        return None

    def _values_of(self, row: _Row) -> None:
        """Part target and actual from the name before them."""
        rest = row.rest or []
        beside = [t for t in rest if t.line == row.anchor[0].line]
        start = next((i for i, t in enumerate(rest) if i and _STARTS_TARGET.match(t.words)), None)
        if start is None and len(beside) >= 2:
            start = len(rest) - 2
        if start is None:
            start = next((i for i, t in enumerate(rest) if i and _STARTS_DATE.match(t.words)), None)
        if start is None:
            quantities = [i for i, t in enumerate(rest) if parse_quantity(t.text).kind in ("number", "date")]
            start = (
                len(rest) - 2
                if len(rest) > 2 and {len(rest) - 2, len(rest) - 1} <= set(quantities)
                else max(1, len(rest) - 1 - (len(rest) > 2))
            )
        tail = rest[start:]
        row.rest = rest[:start]
        split = next((i for i, t in enumerate(tail) if i and _STARTS_VALUE.match(t.words)), None)
        if split is None or (not _STARTS_TARGET.match(tail[0].words) and len(beside) >= 2):
            split = len(tail) - 1 if len(tail) > 1 else 1
            if len(tail) > 2 and not any(t.line == row.anchor[0].line for t in tail):
                split = min(
                    range(1, len(tail)),
                    key=lambda i: (wrap_cost([t.text for t in tail[:i]]) + wrap_cost([t.text for t in tail[i:]]), -i),
                )
        elif tail[0].words.startswith("文字描述") and any(t.line == row.anchor[0].line for t in tail[1:]):
            split = len(tail) - 1
        elif tail[0].words.startswith("文字描述"):
            split = min(
                range(1, len(tail)),
                key=lambda i: (wrap_cost([t.text for t in tail[:i]]) + wrap_cost([t.text for t in tail[i:]]), -i),
            )
        row.target, row.actual = tail[:split], tail[split:]

    # -------- names and reasons: told apart by the widths of their columns

    def _names(self) -> tuple[list[Printed], list[Printed]]:
        sure_names = [[t.text for t in r.rest or []] for r in self._rows if r.before_levels is not None]
        sure_reasons = [[t.text for t in reason] for reason in (*(r.before_levels for r in self._rows), self._tail) if reason]
        name_width = _column_width(sure_names)
        reason_width = _column_width([r for r in sure_reasons if r != ["无"]])
        names: list[Printed] = []
        reasons: list[Printed] = []
        for i, row in enumerate(self._rows):
            rest = row.rest or []
            if row.before_levels is not None:
                reason, name = list(row.before_levels), rest
            elif i == 0:
                reason, name = [], rest
            else:
                reason, name = _part(rest, row.after, name_width, reason_width)
            if i:
                reasons.append(printed(reason))
            names.append(printed(name))
        reasons.append(printed(self._tail))
        return names, reasons[: len(names)]


def _column_width(cells: Sequence[Sequence[str]]) -> float | None:
    """The width of a column, from cells that wrap; ``None`` where none does."""
    full = [width(line) for cell in cells if len(cell) > 1 for line in cell[:-1]]
    return max(full) if full else None


def _part(
    run: Sequence[Token], after: int, name_width: float | None, reason_width: float | None
) -> tuple[list[Token], list[Token]]:
    """Cut ``run`` into the reason of the row above and the name of this one."""
    if run and run[0].words == "无":
        return list(run[:1]), list(run[1:])
    least = sum(1 for t in run[:-1] if t.line == after)  # what stands beside the scores above is a reason
    best: tuple[float, list[Token], list[Token]] | None = None
    for cut in range(least, len(run)):
        candidates = [(list(run[:cut]), list(run[cut:]), 0.0)]
        token = run[cut]
        if cut and name_width is not None and width(token.text) > name_width + 0.5 and cut + 1 < len(run):
            head, tail = _split_at(token.text, name_width)
            candidates.append(([*run[:cut], replace(token, text=head)], [replace(token, text=tail), *run[cut + 1 :]], 1.0))
        for reason, name, extra in candidates:
            cost = extra + wrap_cost([t.text for t in name], name_width) + 0.5 * max(0, len(name) - 3)
            cost += sum(len(re.findall("[，；。]", t.text)) for t in name)  # names are no sentences
            if reason:
                cost += 3.0 + wrap_cost([t.text for t in reason], reason_width)
                if re.search(r"[。；]$", reason[-1].text):
                    cost -= 1.0
            if best is None or cost < best[0]:
                best = (cost, reason, name)
    return (best[1], best[2]) if best else ([], list(run))


def _split_at(text: str, tail_width: float) -> tuple[str, str]:
    """``text`` cut so that its tail is ``tail_width`` wide."""
    for i in range(len(text) - 1, 0, -1):
        if width(text[i:]) >= tail_width:
            return text[:i], text[i:]
    return "", text
