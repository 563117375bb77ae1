"""Errors planted into documents: one printed number changed, before or after typesetting.

What belongs here: the kinds of error, and putting one into a text (in place) or into figures that are typeset afterwards.
What may not: reading a document or judging what was read (``benchmarks.planted``).
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from benchmarks.detection import CHANGES
from pipeline.lexicon.forms import is_total
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure
from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from samples.figures import Line, ReportFigures
from samples.prose import Statement
from samples.report import ReportText

#: Kinds that change one printed number into another; the others are made of two numbers, or of a number and a blank.
KINDS = (
    *CHANGES, "total line", "rows swapped", "column moved", "filled", "blanked", "narrative", "score or weight",
    "shifted block", "transposed rate", "cost part", "year word", "owner word", "residue", "project name", "indicator unit",
)  # fmt: skip
#: Of these, errors in the words of a text, which change no number.
IN_WORDS = ("year word", "owner word", "residue", "project name", "indicator unit")
_SCORED = ("score", "weight", "declared_weight")


@dataclass(frozen=True)
class Plant:
    """One planted error: its kind, and for each figure that it touches the value that is printed now (``None``: blank).

    ``changed`` is keyed by figure id of the unplanted reading; empty where only the reading can tell (prose of typeset reports):
    ``printed`` has the number as printed then.  Of an error in words ``printed`` has the words, and ``line`` where they stand (from 1).
    """

    kind: str
    what: str
    changed: Mapping[str, Decimal | None]
    printed: str = ""
    line: int | None = None


def _text_of(value: Decimal, like: str) -> str:
    """A value with the decimals and separators of a printed number."""
    number = parse_number(like)
    assert number is not None
    decimals = max(number.decimals, -int(value.normalize().as_tuple().exponent) if number.decimals == 0 else 0)
    return f"{value:,.{decimals}f}" if "," in like or ("," not in like and abs(number.value) < 1000) else f"{value:.{decimals}f}"


def _is_total(figure: Figure) -> bool:
    label = re.sub(r"^[一二三四五六七八九十]+、", "", canonical(figure.label or ""))
    return is_total(label) or label in ("本年收入合计", "本年支出合计") or figure.measure == "total"


def _resolution(printed: str) -> Decimal:
    number = parse_number(printed)
    return Decimal(1).scaleb(-(number.decimals if number else 2))


def changed_number(kind: str, printed: str, rng: random.Random) -> str | None:
    """``printed`` after an error of a kind that changes one number; ``None`` where the kind leaves it as it is."""
    number = parse_number(printed)
    if number is None or (number.percent and kind == "×10"):
        return None
    if kind == "dropped digit" and "," in printed:  # whoever leaves a digit out leaves the separators where they were
        digits = [i for i, c in enumerate(printed.partition(".")[0]) if c.isdigit()]
        at = rng.choice(digits[1:])
        return printed[:at] + printed[at + 1 :]
    value = CHANGES[kind](number.value, _resolution(printed), rng)
    if value is None or value == number.value:
        return None
    text = _text_of(value, printed.rstrip("%")) + ("%" if number.percent else "")
    return text if parse_number(text) != number else None


def _change(kind: str, rng: random.Random) -> str:
    """The change of one number that a kind is made by."""
    made = {"transposed rate": "transposition", "cost part": "×10"}
    return kind if kind in CHANGES else made.get(kind) or rng.choice(("digit", "transposition", "dropped digit"))


# ---------------------------------------------------------------- texts

#: A heading of the narrative or one of its parts; a block of so many rows; a name that is long enough to be misspelt.
_HEADING = re.compile(r"^\s*[^。；\t]{4,40}$")
_LEAST_BLOCK, _MOST_BLOCK, _LONG_NAME, _ABOVE = 3, 8, 8, 20


def _occurrences(line: str, printed: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(rf"(?<![\d.,\-]){re.escape(printed)}(?![\d,]|\.\d)", line)]


class TextPlanter:
    """Plants into an extracted text, in place; knows where each figure's number stands."""

    def __init__(self, data: bytes, contents: ReportContents) -> None:
        self.lines = data.decode("utf-8").split("\n")
        self.contents = contents
        self.units: dict[str, Decimal] = {}
        own: dict[tuple[int, str], list[Figure]] = defaultdict(list)
        for f in contents.figures:
            if f.value is not None and f.place.line is not None and parse_number(f.printed) is not None:
                own[(f.place.line - 1, f.printed)].append(f)
        self.at: dict[str, tuple[int, tuple[int, int]]] = {}
        self.figures: list[Figure] = []
        for (number, printed), figures in own.items():
            spans = _occurrences(self.lines[number], printed)
            if len(spans) != len(figures):  # which of them is which cannot be told
                continue
            for f, span in zip(figures, spans, strict=True):
                self.at[f.figure_id] = (number, span)
                self.figures.append(f)

    def _value(self, figure: Figure, text: str) -> Decimal | None:
        """What a text stands for where a figure stands: in the figure's unit."""
        new, old = parse_number(text), parse_number(figure.printed)
        if new is None or old is None or figure.value is None:
            return None
        return new.value * (figure.value / old.value if old.value else Decimal(1))

    def _with(self, *edits: tuple[Figure, str]) -> bytes:
        lines = list(self.lines)
        for figure, text in sorted(edits, key=lambda e: self.at[e[0].figure_id], reverse=True):
            number, (start, end) = self.at[figure.figure_id]
            lines[number] = lines[number][:start] + text + lines[number][end:]
        return "\n".join(lines).encode()

    def plant(self, kind: str, rng: random.Random) -> tuple[bytes, Plant] | None:
        """The text with one error of a kind; ``None`` where it has no place for one."""
        if kind in IN_WORDS:
            return self._words(kind, rng)
        if kind == "shifted block":
            return self._shifted(rng)
        pool = self._pool(kind)
        tried = (self._of_one(kind, rng.choice(pool), rng) for _ in range(40 if pool else 0))
        return next((made for made in tried if made is not None), None)

    def _pool(self, kind: str) -> list[Figure]:
        """The figures that a kind may be planted into."""
        pools: dict[str, Callable[[], list[Figure]]] = {
            "narrative": lambda: [f for f in self.figures if f.section == "narrative"],
            "score or weight": lambda: [f for f in self.figures if f.section in ("self_evaluation", "evaluation") and f.measure in _SCORED],
            "transposed rate": lambda: [f for f in self.figures if f.section == "evaluation" and f.measure == "rate"],
            "cost part": self._costs,
            "total line": lambda: [f for f in self.figures if f.section == "form" and _is_total(f)],
            "filled": list,  # a text layer has no cell to fill; reports typeset as text have both
            "blanked": lambda: [f for f in self.figures if f.section == "form" and "\t" in self.lines[self.at[f.figure_id][0]]],
        }
        return pools.get(kind, lambda: [f for f in self.figures if f.section == "form"])()

    def _of_one(self, kind: str, figure: Figure, rng: random.Random) -> tuple[bytes, Plant] | None:
        """An error of a kind made of one figure, and for some kinds of another; ``None`` where it is none of this one."""
        what = f"{figure.section}/{figure.statement}/{figure.code or figure.label}/{figure.measure}: {figure.printed}"
        if kind in ("rows swapped", "column moved"):
            other = self._partner(kind, figure, rng)
            if other is None or other.value is None:
                return None
            changed = {figure.figure_id: other.value, other.figure_id: figure.value}
            edits = ((figure, other.printed), (other, figure.printed))
            return self._with(*edits), Plant(kind, f"{what} ↔ {other.code or other.label}/{other.measure}: {other.printed}", changed)
        if kind == "blanked":
            return self._with((figure, "")), Plant(kind, f"{what} → blank", {figure.figure_id: None})
        number = re.match(r"-?[\d,]+(?:\.\d+)?%?", figure.printed)
        unit = figure.printed[number.end() :] if number is not None and kind == "cost part" else ""
        text = changed_number(_change(kind, rng), figure.printed.removesuffix(unit) if unit else figure.printed, rng)
        text = text + unit if text is not None else None
        if text is None or self._value(figure, text) == figure.value:
            return None
        return self._with((figure, text)), Plant(kind, f"{what} → {text}", {figure.figure_id: self._value(figure, text)}, text)

    def _shifted(self, rng: random.Random) -> tuple[bytes, Plant] | None:
        """The amounts of a block of consecutive rows of a column one row lower, the last of them in the first row."""
        columns: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
        for f in self.figures:
            if f.section == "form":
                columns[f.statement, f.side or "", f.measure].append(f)
        long = [sorted(own, key=lambda f: self.at[f.figure_id][0]) for own in columns.values() if len(own) >= _LEAST_BLOCK]
        for _ in range(40 if long else 0):
            column = rng.choice(long)
            size = rng.randint(_LEAST_BLOCK, min(len(column), _MOST_BLOCK))
            start = rng.randrange(len(column) - size + 1)
            block = column[start : start + size]
            rows = [self.at[f.figure_id][0] for f in block]
            if rows != list(range(rows[0], rows[0] + size)) or len({f.value for f in block}) < size:
                continue
            moved = list(zip(block, [block[-1], *block[:-1]], strict=True))
            what = f"{block[0].statement}/{block[0].measure}: {size} rows from {block[0].code or block[0].label} on, one lower"
            return self._with(*((f, other.printed) for f, other in moved)), Plant("shifted block", what, {f.figure_id: o.value for f, o in moved})
        return None

    def _costs(self) -> list[Figure]:
        """The actuals of cost indicators in money."""
        rows = {(f"form{r['form_no']}", str(r["row_no"])) for r in self.contents.rows_of("core.indicators")
                if "成本" in f"{r['level1']}{r['level2']}"}  # fmt: skip
        return [f for f in self.figures if f.measure == "actual" and (f.statement, f.row) in rows and f.unit == "万元"]

    def _words(self, kind: str, rng: random.Random) -> tuple[bytes, Plant] | None:
        """The text with other words in one line."""
        report = self.contents.report
        year, owner = str(report.fiscal_year), report.publisher.partition("（")[0]
        narrative = range(self._narrative(), len(self.lines))
        edits: dict[str, Callable[[], list[tuple[int, str, str]]]] = {
            "year word": lambda: [(n, year, str(int(year) - 1)) for n in narrative if _HEADING.match(self.lines[n])
                                  and re.search(rf"{year}\s*年度", self.lines[n])],
            "owner word": lambda: [(n, owner, "XX局") for n in narrative if owner in self.lines[n] and "\t" not in self.lines[n]],
            "residue": lambda: [(n, "增长", "增长（下降）") for n in narrative if re.search(r"增长\s*\d", self.lines[n])],
            "project name": self._renamed,
            "indicator unit": self._other_unit,
        }  # fmt: skip
        places = [(n, old, new) for n, old, new in edits[kind]() if old in self.lines[n] and old != new]
        if not places:
            return None
        number, old, new = rng.choice(places)
        lines = list(self.lines)
        lines[number] = lines[number].replace(old, new, 1)
        return "\n".join(lines).encode(), Plant(kind, f"line {number + 1}: {old} → {new}", {}, new, number + 1)

    def _narrative(self) -> int:
        """The first line of the narrative, told by what it states."""
        lines = [f.place.line for f in self.contents.figures if f.section == "narrative" and f.place.line and f.statement == "totals"]
        return max(min(lines, default=1) - _ABOVE, 0)

    def _renamed(self) -> list[tuple[int, str, str]]:
        """The names of projects in their self-evaluation forms, each with one character another."""
        found = []
        for row in self.contents.rows_of("core.self_evaluations"):
            name = str(row["project"] or "")
            lines = [n for n in range(max((row["line"] or 1) - 8, 0), min((row["line"] or 1) + 4, len(self.lines))) if name in self.lines[n]]
            if len(name) > _LONG_NAME and lines:
                at = next((i for i in range(3, len(name) - 2) if "\u4e00" <= name[i] <= "\u9fff"), None)
                found += [(lines[0], name, name[:at] + ("心" if name[at] != "心" else "新") + name[at + 1 :])] if at is not None else []
        return found

    def _other_unit(self) -> list[tuple[int, str, str]]:
        """The targets in per cent of indicators that are rates, each in days."""
        return [
            (row["line"] - 1, f"\t{row['target']}\t", f"\t{str(row['target']).replace('%', '天')}\t")
            for row in self.contents.rows_of("core.indicators")
            if row["line"] and str(row["level3"]).endswith("率") and str(row["target"]).endswith("%")
        ]

    def _partner(self, kind: str, figure: Figure, rng: random.Random) -> Figure | None:
        """The figure whose number changes places with another's: in another row, or in the next column where nothing is."""
        same = [f for f in self.figures if f.section == "form" and f.statement == figure.statement and f.value != figure.value]
        if kind == "rows swapped":
            return rng.choice([f for f in same if f.measure == figure.measure and f.side == figure.side] or [figure]) if same else None
        here = self.at[figure.figure_id]
        beside = [f for f in same if self.at[f.figure_id][0] == here[0] and f.value == 0 and figure.value and f.side == figure.side]
        return min(beside, key=lambda f: abs(self.at[f.figure_id][1][0] - here[1][0]), default=None)


# ---------------------------------------------------------------- figures before typesetting


@dataclass(frozen=True)
class _Spot:
    """One value of the input: its form, row and measure."""

    form: str
    row: int
    measure: str


def _spots(figures: ReportFigures) -> Iterator[tuple[_Spot, Line]]:
    for form, lines in figures.forms.items():
        if not any(v is not None for line in lines for v in line.values.values()):
            continue
        for row, line in enumerate(lines):
            for measure in line.values:
                if line.label or line.code or form == "three_public":
                    yield _Spot(form, row, measure), line


def _put(figures: ReportFigures, values: Mapping[_Spot, Decimal | None]) -> ReportFigures:
    forms = {form: list(lines) for form, lines in figures.forms.items()}
    for spot, value in values.items():
        line = forms[spot.form][spot.row]
        forms[spot.form][spot.row] = replace(line, values={**line.values, spot.measure: value})
    return replace(figures, forms={form: tuple(lines) for form, lines in forms.items()})


def _address(form: str, side: str, code: str, label: str, measure: str) -> tuple[str, str, str, str]:
    plain = re.sub(r"^(其中:)?[一二三四五六七八九十]+、", "", canonical(label))
    return form, side, code or plain, measure


class FiguresPlanter:
    """Plants into the figures and words of a report that is typeset afterwards.

    ``contents`` is the unplanted document as read: a spot is used where exactly one figure of it has the spot's address and value.
    """

    def __init__(self, figures: ReportFigures, text: ReportText, contents: ReportContents) -> None:
        self.figures, self.text = figures, text
        self.annexes_read = any(f.section == "self_evaluation" for f in contents.figures)  # without rules they may not be
        read: dict[tuple[str, str, str, str], list[Figure]] = defaultdict(list)
        for f in contents.figures:
            if f.section == "form":
                read[_address(f.statement, f.side or "", f.code or "", f.label or "", f.measure)].append(f)
        spots = list(_spots(figures))
        counts = Counter(_address(s.form, line.side, line.code, line.label, s.measure) for s, line in spots)
        self.spots: list[tuple[_Spot, Line, Figure]] = []
        for spot, line in spots:
            address = _address(spot.form, line.side, line.code, line.label, spot.measure)
            found = read.get(address, [])
            if counts[address] == 1 == len(found) and (found[0].value or 0) == (line.values[spot.measure] or 0):
                self.spots.append((spot, line, found[0]))

    def plant(self, kind: str, rng: random.Random) -> tuple[ReportFigures, ReportText, Plant] | None:
        """Figures and words with one error of a kind; ``None`` where they have no place for one."""
        if kind in (*IN_WORDS, "shifted block", "transposed rate", "cost part"):
            return None  # into texts only
        if kind == "narrative":
            return self._statement(rng)
        if kind == "score or weight":
            return self._annex(rng) if self.annexes_read else None
        wanted: Callable[[Decimal | None], bool] = (lambda v: not v) if kind == "filled" else (lambda v: bool(v))
        pool = [s for s in self.spots if wanted(s[1].values[s[0].measure])]
        if kind == "total line":
            pool = [s for s in pool if _is_total(s[2])]
        for _ in range(40 if pool else 0):
            spot, line, figure = rng.choice(pool)
            new = self._values(kind, spot, line, figure, rng)
            if new is None:
                continue
            before = f"{spot.form}/{line.code or line.label}/{spot.measure}: {line.values[spot.measure]}"
            changed = {of.figure_id: value for (_, of), value in new.items()}
            values = {at: value for (at, _), value in new.items()}
            what = f"{before} → {', '.join(str(v) for v in values.values())}"
            return _put(self.figures, values), self.text, Plant(kind, what, changed)
        return None

    def _values(self, kind: str, spot: _Spot, line: Line, figure: Figure, rng: random.Random) -> dict[tuple[_Spot, Figure], Decimal | None] | None:
        value = line.values[spot.measure]
        if kind in ("rows swapped", "column moved"):
            rows = kind == "rows swapped"
            others = [
                (s, x, f)
                for s, x, f in self.spots
                if s.form == spot.form
                and x.side == line.side
                and (x.values[s.measure] or 0) != (value or 0)
                and (s.measure == spot.measure and s.row != spot.row if rows else s.row == spot.row and not x.values[s.measure])
            ]
            if not others:
                return None
            other, its, found = rng.choice(others)
            return {(spot, figure): its.values[other.measure], (other, found): value}
        if kind == "blanked":
            return {(spot, figure): None}
        if kind == "filled":
            return {(spot, figure): Decimal(rng.randrange(100, 99999)).scaleb(-2)}
        assert value is not None
        text = changed_number(kind if kind in CHANGES else rng.choice(("digit", "transposition")), f"{value:f}", rng)
        number = parse_number(text)
        return None if number is None else {(spot, figure): number.value}

    def _statement(self, rng: random.Random) -> tuple[ReportFigures, ReportText, Plant] | None:
        said = [(i, s) for i, s in enumerate(self.text.statements) if parse_number(s.value) is not None]
        return self._reworded(said, rng) if said else None

    def _reworded(self, said: Sequence[tuple[int, Statement]], rng: random.Random) -> tuple[ReportFigures, ReportText, Plant] | None:
        for _ in range(40):
            i, statement = rng.choice(said)
            text = changed_number(rng.choice(("digit", "transposition", "dropped digit")), statement.value, rng)
            if text is None or (number := parse_number(text)) is None or not number.value or text.count("-") != statement.value.count("-"):
                continue
            text = text.replace(",", "")
            statements = tuple(replace(s, value=text) if k == i else s for k, s in enumerate(self.text.statements))
            what = f"{statement.subject}/{statement.measure}: {statement.value} → {text}"
            return self.figures, replace(self.text, statements=statements), Plant("narrative", what, {}, text.lstrip("-"))
        return None

    def _annex(self, rng: random.Random) -> tuple[ReportFigures, ReportText, Plant] | None:
        places = [
            (g, r, c)
            for g, grid in enumerate(self.text.annexes)
            if grid.key == "evaluation"
            for r, row in enumerate(grid.rows)
            for c, cell in enumerate(row)
            if cell.col in (6, 7) and r > 8 and parse_number(cell.text) is not None
        ]
        for _ in range(40 if places else 0):
            g, r, c = rng.choice(places)
            grid = self.text.annexes[g]
            before = grid.rows[r][c].text
            text = changed_number(rng.choice(("digit", "transposition")), before, rng)
            if text is None:
                continue
            row = tuple(replace(cell, text=text) if k == c else cell for k, cell in enumerate(grid.rows[r]))
            rows = tuple(row if k == r else old for k, old in enumerate(grid.rows))
            annexes = tuple(replace(grid, rows=rows) if k == g else old for k, old in enumerate(self.text.annexes))
            what = f"{grid.title} row {r}: {before} → {text}"
            return self.figures, replace(self.text, annexes=annexes), Plant("score or weight", what, {}, text)
        return None
