"""Scoring tables and indicator systems of evaluation reports (评价得分表, 评价指标体系): levels with weights, scores, rates.

What belongs here: reading the rows of one table, whatever pages it runs over.  What may not: where it begins (``outline``), scores in
sentences (``scoring_text``), sums (rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from pipeline.lexicon import annexes as meaning
from pipeline.lexicon.annexes import words
from pipeline.recognition.annexes.announced import Annex
from pipeline.recognition.annexes.emit import exact, text_of
from pipeline.recognition.annexes.grid import Fits, GridRow, best_shift, numeric, turned
from pipeline.recognition.annexes.levels import parted, strip_weight
from pipeline.recognition.annexes.model import NOTHING, Printed, ScoringRow
from pipeline.recognition.annexes.scoring_columns import LEVELS, TEXTS, VALUES, has_two, scoring_columns, sideways

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(%{1,2}|分)?|[-—–/]+")
_FITS: Fits = dict.fromkeys(VALUES, (_NUMBER, 5, 1))
_FITS_PERCENT: Fits = {**_FITS, "rate": (re.compile(r"[-+]?\d+(\.\d+)?%{1,2}|[-—–/]+"), 5, 1)}
_LOOSE_WEIGHT = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*[分%]?\s*[)）]\s*$")
_LONGEST_POINTS = 6
_FRAGMENT = re.compile(r"\(\d+(\.\d+)?分?\)")


def scoring_rows(annex: Annex) -> tuple[ScoringRow, ...]:
    """The rows of a scoring table; empty where it prints neither a weight nor a score (it is no scoring table then)."""
    rows = turned(annex.rows) if sideways(annex.rows) else annex.rows
    reader: _Reader | None = None
    skip = -1
    for i, row in enumerate(rows):
        below = rows[i + 1] if i + 1 < len(rows) else None
        if reader is not None and reader.heading is not None and row.repeats(reader.heading):
            reader.open_again(row)
            continue
        columns = scoring_columns(row, below if has_two(row, below) else None) if row.filled() and i > skip else None
        if columns is not None:
            skip = i + 1 if has_two(row, below) else i
            reader = reader or _Reader(columns, sideways(annex.rows))
            columns, reader.heading = max([(columns, row), *_again(rows[i + 1 :], row)], key=lambda found: len(found[0]))
            reader.columns = _by_cells(columns, rows[skip + 1 :])
            reader.open_again(row)
        elif reader is not None and i > skip and row.filled() and not reader.done:
            reader.row(row)
            reader.opened = False
    found = _doubted(_parted(reader.rows), reader.loose, annex) if reader is not None else ()
    return found if any(r.score or (r.weight and _value(r.weight)) for r in found) else ()


def _by_cells(columns: dict[str, int], rows: Sequence[GridRow]) -> dict[str, int]:
    """The columns; what is taken off (扣分) in words and not in points is a column of reasons."""
    column = columns.get("deduction")
    if column is None or sum(len(row.text(column)) > _LONGEST_POINTS for row in rows) * 2 <= sum(bool(row.text(column)) for row in rows):
        return columns
    return {name: c for name, c in columns.items() if name != "deduction"} | {"basis": columns.get("basis", column)}


def _again(rows: Sequence[GridRow], heading: GridRow) -> Iterator[tuple[dict[str, int], GridRow]]:
    """The columns of each row that prints a heading again: one of its words may be known there alone."""
    for row in rows:
        if row.repeats(heading) and (columns := scoring_columns(row)) is not None:
            yield columns, row


def _parted(rows: Sequence[ScoringRow]) -> list[ScoringRow]:
    """The rows with their level 1 as its weights part them (:func:`parted`)."""
    items = [i for i, r in enumerate(rows) if r.kind == "item"]
    if len({rows[i].levels[0] for i in items}) < 2 or any(r.kind == "subtotal" for r in rows):
        return list(rows)
    names = parted([(rows[i].levels[0], rows[i].level1_weight) for i in items], [exact(text_of(rows[i].weight))[0] for i in items])
    told = dict(zip(items, names, strict=True))
    return [replace(r, levels=(told[i][0], *r.levels[1:]), level1_weight=told[i][1]) if i in told else r for i, r in enumerate(rows)]


def _doubted(rows: Sequence[ScoringRow], loose: Sequence[bool], annex: Annex) -> tuple[ScoringRow, ...]:
    """The rows; where the weight that a group's name prints is not the sum of its rows, and where its rows begin or end is not sure, its
    rows are in doubt.  Merged cells say it; without them a name may stand on another page, or in the middle of the rows that it is of."""
    if any(c.rowspan > 1 for r in annex.rows if r.table is not None for c in r.table.cells):
        return tuple(rows)
    doubtful: set[int] = set()
    for level, named in ((0, "level1_weight"), (1, "level2_weight")):
        below = False  # whether the last rows of the group above are rather of this one
        for own in _groups(rows, level):
            declared = next((value for i in own if (value := exact(getattr(rows[i], named).text)[0]) is not None), None)
            weights = [exact(text_of(rows[i].weight))[0] for i in own]
            if declared is None or (None not in weights and sum(w for w in weights if w is not None) == declared):
                below = False
                continue
            apart = any(loose[i] for i in own) or loose[max(own[0] - 1, 0)]
            over = any(sum(w or 0 for w in weights[:k]) == declared for k in range(1, len(weights)))
            if apart or over or below:
                doubtful |= set(own)
            below = over
        doubtful |= set(_moved(rows, level, named))
    return tuple(_with_doubt(row) if i in doubtful else row for i, row in enumerate(rows))


def _moved(rows: Sequence[ScoringRow], level: int, named: str) -> Iterator[int]:
    """The rows of two neighbouring groups whose names' weights both hold if the border between the two stood some rows higher or lower."""
    for own, after in pairwise(_groups(rows, level)):
        both = [*own, *after]
        weights = [exact(text_of(rows[i].weight))[0] or Decimal(0) for i in both]
        said = [next((v for i in g if (v := exact(getattr(rows[i], named).text)[0]) is not None), None) for g in (own, after)]
        holding = [k for k in range(1, len(both)) if [sum(weights[:k]), sum(weights[k:])] == said]
        if holding and len(own) not in holding:
            yield from both


def _groups(rows: Sequence[ScoringRow], level: int) -> list[list[int]]:
    """The items of each group of a level, in printed order."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(rows):
        if row.kind == "item":
            groups.setdefault(row.levels[: level + 1], []).append(i)
    return list(groups.values())


def _with_doubt(row: ScoringRow) -> ScoringRow:
    def told(printed: Printed | None) -> Printed | None:
        return replace(printed, doubt=printed.doubt or "group_assumed") if printed is not None else None

    return replace(row, weight=told(row.weight), score=told(row.score) or NOTHING)


def _value(printed: Printed) -> bool:
    return bool(re.search(r"\d", printed.text))


@dataclass
class _Reader:
    """A table while it is read: the levels that hold, and the weights that they print."""

    columns: dict[str, int]
    flat: bool = False  # on its side: every row is an item
    rows: list[ScoringRow] = field(default_factory=list)
    levels: list[str] = field(default_factory=lambda: ["", "", ""])
    weights: list[Printed] = field(default_factory=lambda: [NOTHING, NOTHING])
    done: bool = False
    opened: bool = False  # its headings have just been printed (again)
    loose: list[bool] = field(default_factory=list)  # of each row: it stands shifted, or its group is named on another page
    heading: GridRow | None = None  # the row of headings that its columns are of
    assumed: set[str] = field(default_factory=set)  # the columns whose word is another where the headings were printed again
    percent: bool = False  # its rates print a per cent sign
    _said: dict[str, str] = field(default_factory=dict)  # rule and basis of the row that is read
    _here: tuple[int, int] = (-1, 0)  # table and shift of the row that is read
    _named: int = -1  # table on which the name of the highest level was printed last

    @property
    def depth(self) -> list[str]:
        return [name for name in LEVELS if name in self.columns]

    def open_again(self, row: GridRow) -> None:
        """The headings are printed again, all but one word of them: its column is told by the others."""
        assert self.heading is not None
        self.opened = True
        self.assumed = {name for name, c in self.columns.items() if row.text(c) != self.heading.text(c)}

    def row(self, row: GridRow) -> None:
        values = {v: self.columns[v] for v in VALUES if v in self.columns}
        shift = self._shift(row, values)
        edge = min(values.values(), default=max(self.columns[d] for d in self.depth) + 1) + shift
        sure = not shift or (len(values) > 1 and all(row.text(c + shift) for c in values.values()))
        self._here = (row.sequence, shift)
        cells = {v: _number(row.at(c + shift), sure) for v, c in values.items()}
        cells |= {v: replace(cells[v], doubt="column_by_elimination") for v in self.assumed & cells.keys()}
        if "target" in self.columns:
            cells["target"] = replace(row.at(self.columns["target"] + shift), doubt=None if sure else "row_shifted")
        aside = {self.columns[n] for n in self.columns if n.endswith("_weight")}
        texts = [(c, row.at(c)) for c, text in row.filled() if c < edge and not numeric(text) and c not in aside]
        if not texts:
            self._carry_on(row)
            return
        rate = cells.get("rate")
        self.percent = self.percent or (rate is not None and rate.text.endswith("%"))
        if self._sum(row, texts, cells):
            return
        fragments = [p for _, p in texts if _FRAGMENT.fullmatch(words(p.text))]
        texts = [(c, p) for c, p in texts if p not in fragments]
        texts = [(c, p) for c, p in texts if c <= max(self.columns[d] for d in self.depth) + max(shift, 0)]
        if not any(c for v, c in cells.items() if v != "target") and not self._weighted(texts, row):
            if self._names_group(row, texts):
                self._take_names(self._names(texts, 0))
                self._weights_aside(row, fragments)
            elif self.rows and row.first and texts:
                self._append(texts)
                self._carry_on(row)
            else:
                self._carry_on(row)
            return
        self._item(row, texts, fragments, cells, shift)

    def _shift(self, row: GridRow, values: Mapping[str, int]) -> int:
        if not values:
            return 0
        if self._names_group(row, [(c, row.at(c)) for c, _ in row.filled()]):
            return 0
        start = min(values, key=lambda v: values[v])
        return best_shift(row, values, _FITS_PERCENT if self.percent else _FITS, start, (0, -1, -2, 1, 2, -3, -4), 0)

    def _weighted(self, texts: Sequence[tuple[int, Printed]], row: GridRow) -> bool:
        """Whether a row without values prints a weight in the name of its indicator or in a column of weights."""
        deepest = self.columns[self.depth[-1]] if self.depth else -1
        named = any(c == deepest and _named(p, loose=True)[1] for c, p in texts)
        return "weight" not in self.columns and named

    def _sum(self, row: GridRow, texts: Sequence[tuple[int, Printed]], cells: Mapping[str, Printed]) -> bool:
        said = next((p for _, p in texts if meaning.is_row(p.text, "sum", "subtotal")), None)
        if self.flat and not said and meaning.heading(texts[0][1].text, "scoring") == "score":
            said = texts[0][1]
        kind = "subtotal" if said is not None and meaning.is_row(said.text, "subtotal") else "total"
        if said is None:
            kind = self._adds_up(texts, cells)
        if not kind:
            return False
        if cells.get("score") or cells.get("weight"):
            if kind == "total":
                self.weights = [NOTHING, NOTHING]
                self._weights_aside(row, ())
            outermost = said is not None and texts[0][0] <= self.columns[self.depth[0]]  # it may be of more than the group above
            self._emit(kind, ("", "", "") if kind == "total" or outermost else (self.levels[0], "", ""), cells)
        self.done = kind == "total"
        return True

    def _adds_up(self, texts: Sequence[tuple[int, Printed]], cells: Mapping[str, Printed]) -> str:
        """What a row with one name is by its numbers, whatever the name: the total of all items, the sum of its group, or neither."""
        items = [r for r in self.rows if r.kind == "item"]
        top = items[-1].levels[int(self.depth[0][-1]) - 1] if items and self.depth[0] != "level4" else ""
        if (
            len(texts) != 1
            or texts[0][0] > self.columns[self.depth[0]]
            or len(items) < 2
            or (len(self.depth) < 2 and cells.get("weight", NOTHING).text != "100")
        ):
            return ""
        group = [r for r in items if top in r.levels]
        return "total" if _is_sum(cells, items) else "subtotal" if len(group) > 1 and _is_sum(cells, group) else ""

    def _item(
        self, row: GridRow, texts: Sequence[tuple[int, Printed]], fragments: Sequence[Printed], cells: Mapping[str, Printed], shift: int
    ) -> None:  # fmt: skip
        names = self._names(texts, shift)
        declared = self._take_names(names)
        self._weights_aside(row, fragments)
        self._said = {name: row.at(self.columns[name] + shift).text for name in TEXTS if name in self.columns}
        deepest = len(self.depth) - 1
        if deepest > 0 and names[0] and not any(names[1:]) and not self.flat:
            self._emit("subtotal", (self.levels[0], "", ""), cells)
            return
        if "weight" not in cells and 0 <= deepest < 3 and declared[deepest]:
            cells = {**cells, "weight": declared[deepest]}
        self._emit("item", (self.levels[0], self.levels[1], self.levels[2]), cells)

    def _take_names(self, names: Sequence[Printed]) -> list[Printed]:
        """The levels that hold from here on; returns the weight that each name prints."""
        declared: list[Printed] = [NOTHING, NOTHING, NOTHING]
        for i, printed in enumerate(names):
            if printed:
                name, declared[i] = _named(printed, loose=i < len(names) - 1)
                self.levels[i:] = [name, *[""] * (2 - i)]
                if i < 2:
                    self.weights[i:] = [declared[i], *[NOTHING] * (1 - i)]
        if names and names[0]:
            self._named = self._here[0]
        return declared

    def _names_group(self, row: GridRow, texts: Sequence[tuple[int, Printed]]) -> bool:
        """Whether a row names a group with its weight beside it, and no item."""
        named = [n for n in self.columns if n.endswith("_weight") and _NUMBER.fullmatch(row.text(self.columns[n]))]
        at = {self.columns[n.removesuffix("_weight")] for n in named}
        return any(c in at and (c > self.columns[self.depth[0]] or _group(printed)) for c, printed in texts)

    def _emit(self, kind: str, levels: tuple[str, str, str], cells: Mapping[str, Printed]) -> None:
        """A row with its levels and weights at their own numbers: a table that begins at level 2 leaves level 1 blank."""
        own = dict(zip(self.depth, self.weights, strict=False))
        group = cells.get("subtotal")
        extra = tuple((name, cells[name]) for name in ("share", "target", "own_score", "deduction") if cells.get(name))
        self.loose.append(self._here[1] != 0 or self._named != self._here[0])
        self.rows.append(
            ScoringRow(
                kind, self._address(levels), cells.get("weight"), cells.get("score", NOTHING), cells.get("rate"),
                own.get("level1", NOTHING), own.get("level2", NOTHING), group or None, group is not None and kind == "item", extra,
                **(self._said if kind == "item" else {}),
            )
        )  # fmt: skip

    def _address(self, levels: Sequence[str]) -> tuple[str, str, str]:
        found = dict(zip(self.depth, levels, strict=False))
        return found.get("level1", ""), found.get("level2", ""), found.get("level3", "")

    def _weights_aside(self, row: GridRow, fragments: Sequence[Printed]) -> None:
        """Weights that stand beside the names: in columns of their own, or as a second line of the name (``(6分)``)."""
        for i, level in enumerate(self.depth[:2]):
            printed = row.at(self.columns.get(f"{level}_weight"))
            if _NUMBER.fullmatch(words(printed.text)):
                self.weights[i] = replace(printed, text=words(printed.text).rstrip("分%"))
        owner = min(len(self.depth) - 2, 1)
        if fragments and owner >= 0:
            self.weights[owner] = replace(fragments[0], text=re.sub(r"[^\d.]", "", words(fragments[0].text)))
            if self.rows and self.rows[-1].kind == "item":
                own = dict(zip(self.depth, self.weights, strict=False))
                one, two = own.get("level1", NOTHING), own.get("level2", NOTHING)
                self.rows[-1] = replace(self.rows[-1], level1_weight=one, level2_weight=two)

    def _names(self, texts: Sequence[tuple[int, Printed]], shift: int) -> list[Printed]:
        """The row's texts by level: by column where the row stands under its headings, from the right where it was shifted."""
        depth = self.depth
        names = [NOTHING] * len(depth)
        if shift != 0:
            for i, (_, printed) in enumerate(reversed(texts)):
                if i < len(names):
                    names[len(names) - 1 - i] = printed
            return names[:3]
        for column, printed in texts:
            level = next((i for i in range(len(depth) - 1, -1, -1) if self.columns[depth[i]] <= column), None)
            if level is not None and not names[level]:
                names[level] = printed
        if len(depth) >= 3 and names[0] and names[2] and not names[1]:
            names[0], names[1] = NOTHING, names[0]  # a new level 1 would begin with a new level 2
        if len(depth) >= 2 and names[0] and not any(names[1:]) and not _group(names[0]):
            names[0], names[-1] = NOTHING, names[0]  # an indicator whose row lost its leading cells
        return names[:3]

    def _carry_on(self, row: GridRow) -> None:
        """The rest of a rule or of reasons that a page has cut."""
        if self.rows and (row.first or self.opened):
            last = self.rows[-1]
            rest = {name: row.at(self.columns[name]).text for name in TEXTS if name in self.columns}
            self.rows[-1] = replace(last, **{name: getattr(last, name) + text for name, text in rest.items()})

    def _append(self, texts: Sequence[tuple[int, Printed]]) -> None:
        """The rest of names that a page has cut."""
        for column, printed in texts:
            level = next((i for i, name in enumerate(self.depth[:3]) if self.columns[name] == column), None)
            if level is not None and self.levels[level]:
                self.levels[level] += printed.text
        self.rows[-1] = replace(self.rows[-1], levels=self._address(self.levels))


def _is_sum(cells: Mapping[str, Printed], items: Sequence[ScoringRow]) -> bool:
    """Whether the weight and the score of a row, as far as they are printed, are the sums of those of ``items``."""
    said = {name: value for name in ("weight", "score") if (value := exact(cells.get(name, NOTHING).text)[0]) is not None}
    sums = {name: sum((exact(text_of(getattr(r, name)))[0] or 0 for r in items), Decimal(0)) for name in said}
    return bool(said) and said == sums


def _number(printed: Printed, sure: bool) -> Printed:
    """A cell that prints a value; ``NOTHING`` for any other text."""
    if not _NUMBER.fullmatch(words(printed.text)):
        return NOTHING
    return printed if sure else replace(printed, doubt="row_shifted")


def _named(printed: Printed, loose: bool) -> tuple[str, Printed]:
    """A level's name and its weight in brackets; group names also print it without 分: ``决策 (14)``."""
    name, weight = strip_weight(printed)
    if not weight and loose and (match := _LOOSE_WEIGHT.search(name)) is not None:
        return name[: match.start()].strip(), replace(printed, text=match[1], second=None)
    return name, weight


def _group(printed: Printed) -> bool:
    """Whether a name is one that a level 1 may have which stands alone in its row, with its sums."""
    name = meaning.bare(words(printed.text)).removeprefix("项目")
    return 1 in meaning.levels(name) or (name.endswith("类") and len(name) <= 6)
