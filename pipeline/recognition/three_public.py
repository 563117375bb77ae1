"""The three-public form (三公经费): its kinds and its stages may stand in columns or in rows, and a row may be a unit.

Each cell's measure is its stage (budget, final, another year) and its kind, wherever the table names them: the form turned by a
quarter is the same form.
What belongs here: that.  What may not: other forms (``columns``, ``rows``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.lexicon import concepts
from pipeline.lexicon.around import is_note, says_no_data
from pipeline.lexicon.forms import FORM_BY_KEY, addresses, is_total, phase_of, three_public_kind
from pipeline.model.numbers import is_blank, squeeze
from pipeline.model.text import canonical
from pipeline.recognition.columns import extra
from pipeline.recognition.headings import MAX_HEADING_ROWS, Path, heading_paths, heading_text, is_column_numbers, row_texts
from pipeline.recognition.read import CellRead, FormRead, Piece, RowRead, prints_number

SPEC = FORM_BY_KEY["three_public"]
_STAGES = {"final": "final_", "budget": "budget_", "prior": "prior_", "initial": "initial_"}


@dataclass(frozen=True)
class Turned:
    """How a table of the form stands: where its data begin, and what its columns name (kind, stage) or are (label columns)."""

    data_row: int
    kinds: tuple[str | None, ...]
    stages: tuple[str | None, ...]
    labels: tuple[int, ...]
    paths: tuple[Path, ...]
    in_rows: bool
    n_cols: int
    heading: frozenset[tuple[str, ...]]


def fit(piece: Piece, year: int | None) -> Turned | str:
    """How the form stands in a table, or why the table cannot be it."""
    table = piece.table
    rows = [[canonical(t) for t in row_texts(table, r)] for r in range(table.n_rows)]
    data_row = _data_row(rows, year)
    if data_row == 0:
        return "it has no heading"
    paths = tuple(heading_paths(table, data_row))
    listed = {c for c in range(table.n_cols) if sum(three_public_kind(r[c]) is not None for r in rows[data_row:]) > 1}  # kinds down the side
    kinds = tuple(None if c in listed else _kind_of_path(path, year) for c, path in enumerate(paths))
    stages = tuple(next((p for s in reversed(path) if (p := phase_of(s, year)) is not None), None) for path in paths)
    named = {k for k in kinds if k is not None}
    labels = tuple(c for c in range(table.n_cols) if kinds[c] is None and stages[c] is None and _names_rows(paths[c], rows[data_row:], c))
    below = {k for r in rows[data_row:] for c in labels[:1] if (k := three_public_kind(r[c])) is not None}
    in_rows = len(below) > len(named)
    if len(below if in_rows else named) < 3:
        return "neither its headings nor its rows name the kinds of three-public expenditure"
    heading = frozenset(heading_text(row_texts(table, r)) for r in range(data_row)) - {()}
    return Turned(data_row, kinds, stages, labels, paths, in_rows, table.n_cols, heading)


def _data_row(rows: Sequence[Sequence[str]], year: int | None) -> int:
    """The first row that prints a number (no year, no column number), or that names one kind or, below all kinds, a stage at its head and
    says nothing else."""
    worded, kinds = 0, set[str | None]()
    for r, texts in enumerate(rows[:MAX_HEADING_ROWS]):
        words = [c for c, t in enumerate(texts) if re.search(r"[一-鿿]", t) and "column_numbers" not in addresses(t)]
        numbers = any(prints_number(t) and not re.fullmatch(r"20\d\d年?", t) for t in texts)
        if numbers and not is_column_numbers(texts):
            return r
        if r and words == [0] and (three_public_kind(texts[0]) is not None or (len(kinds) > 2 and phase_of(texts[0], year) is not None)):
            return r
        kinds |= {kind for t in texts if (kind := three_public_kind(t)) is not None}
        if any(three_public_kind(t) or phase_of(t, year) for t in texts if t):
            worded = r + 1
    return worded


def _kind_of_path(path: Path, year: int | None) -> str | None:
    """The lowest heading decides; one that wraps over lines is several; 小计 is that of vehicles below them, else of all."""
    own = [s for s in path if phase_of(s, year) is None]
    for j in reversed(range(len(own))):
        for words in ("".join(own[j:]), own[j]):
            if "subtotal" in concepts("heading_words", words) and not any("vehicles" in concepts("heading_words", s) for s in own):
                return "total"
            if (kind := three_public_kind(words)) is not None:
                return kind
    return None


def _names_rows(path: Path, rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether a column says what its rows are: units, years, kinds."""
    if path and "row_no" in addresses(path[-1]):
        return False
    headed = bool(path) and bool("label" in addresses(path[-1]) or "what_a_row_is_of" in addresses(path[-1]))
    return headed or any(re.search(r"[一-鿿]", r[column]) for r in rows)


def add_rows(form: FormRead, piece: Piece, turned: Turned, first_row: int, year: int | None) -> None:
    """Read the kinds into the form's one row; what is of no kind (groups, persons, units) keeps its label and heading."""
    if not form.rows:
        form.rows.append(RowRead(None, "", "", "", {}, piece.table.place))
    lines = [(r, texts) for r in range(first_row, piece.table.n_rows) if (texts := _texts(form, piece, r)) is not None]
    whole = _whole_row(lines, turned) if not turned.in_rows else None
    said = {*turned.stages, *(phase_of(canonical(texts[c]), year) for _, texts in lines for c in turned.labels)}
    stages = _STAGES if "budget" in said else _STAGES | {"initial": _STAGES["budget"]}  # the only budget that is printed
    for r, texts in lines:
        for c, measure, label in _measured(turned, r, texts, whole, year, stages):
            _put(form, piece, r, c, measure, label)


def continued(piece: Piece, turned: Turned) -> int | None:
    """The first row of data of a table that goes on with a form on the next page; ``None`` where it is another table."""
    if piece.table.n_cols != turned.n_cols:
        return None
    again = 0
    while again < piece.table.n_rows and heading_text(row_texts(piece.table, again)) in turned.heading:
        again += 1
    if again:
        return again
    listed = turned.in_rows and any(three_public_kind(piece.table.text(0, c)) for c in turned.labels)
    return 0 if listed else None


def _texts(form: FormRead, piece: Piece, row: int) -> list[str] | None:
    """The texts of a row of data; ``None`` for notes, blanks and column numbers."""
    texts = row_texts(piece.table, row)
    filled = [canonical(t) for t in texts if t.strip()]
    said = "".join(filled)
    if filled and (is_note(filled[0]) or says_no_data(said)):
        form.no_data = form.no_data or (said if says_no_data(said) else "")
        return None
    return texts if not is_column_numbers(texts) else None


def _whole_row(lines: Sequence[tuple[int, Sequence[str]]], turned: Turned) -> int | None:
    """Of rows for several units the one of all: 合计, or the only one with numbers; ``None`` where rows are stages."""
    numbered = [(r, t) for r, t in lines if any(map(prints_number, t))]
    totals = [r for r, t in lines if any(is_total(t[c]) for c in turned.labels)]
    if totals:
        return totals[0]
    bare = [r for r, t in numbered if not any(t[c].strip() for c in turned.labels)]
    if bare or lines:
        return bare[0] if bare else (numbered[0][0] if len(numbered) == 1 else lines[0][0] if not numbered else None)
    return None


def _measured(
    turned: Turned, row: int, texts: Sequence[str], whole: int | None, year: int | None, stages: Mapping[str, str]
) -> Iterator[tuple[int, str, str]]:
    """Which measure each column of a row has, and the words of the row that it belongs to; ``stages``: how measures of each begin."""
    budgets = any(s in ("budget", "initial") for s in turned.stages)
    label, values = "", True
    for c in range(turned.n_cols):
        if c in turned.labels:  # names after values begin another list beside the first
            label, values = squeeze(texts[c]) if values else label + squeeze(texts[c]), False
            continue
        path = turned.paths[c]
        if path and "row_no" in addresses(path[-1]):
            continue
        values = True
        kind = three_public_kind(label) if turned.in_rows else turned.kinds[c]
        row_stage = phase_of(label, year) if label else None
        stage = turned.stages[c] or row_stage or (None if budgets and not turned.in_rows else "final")
        if kind is not None and stage is not None and stage in stages and (turned.in_rows or row_stage is not None or row == whole):
            yield c, f"{stages[stage]}{kind}", label
        elif path:
            yield c, extra(path, c), label


def _put(form: FormRead, piece: Piece, row: int, column: int, measure: str, label: str) -> None:
    cell = piece.table.at(row, column)
    if cell is None or (cell.row, cell.col) != (row, column):
        return
    read = CellRead.of(cell, piece, row, column)
    if measure.startswith("column:"):
        if not is_blank(read.text):
            form.rows.append(RowRead(None, "", label, "", {measure: read}, cell.place))
        return
    own = form.rows[0]
    if measure not in own.cells:
        own.cells[measure] = read
    elif not is_blank(read.text):
        form.rows.append(RowRead(None, "", label, "", {f"column:{measure}": read}, cell.place))
