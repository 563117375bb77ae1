"""Which annex each row of each table belongs to: titles, units and notes with the rows of one form, one summary, one table.

What belongs here: where an annex begins and ends, whatever layout its tables came from.  What may not: what its rows say (``forms``,
``summaries``, ``scoring``, ``others``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pipeline.lexicon import annexes as meaning
from pipeline.model.numbers import half_width, squeeze
from pipeline.reading.document import Document
from pipeline.recognition.annexes.announced import Annex, Kind, settle
from pipeline.recognition.annexes.evaluations import EvaluationTitles
from pipeline.recognition.annexes.grid import GridRow, TextLine, headings, numeric, walk
from pipeline.recognition.annexes.scoring_columns import scoring_columns, sideways
from pipeline.recognition.annexes.units import is_unit_line

#: So many lines of text after a form's last row end a form that was cut off.
_PATIENCE = 25
#: Lines of text between a title and its table: of a form or summary, of a table in a report.
_REACH, _NEAR = 8, 5
#: Lines of text between two pieces of one table (page numbers, running titles).
_GAP = 3
_TITLE_LENGTH = 40


@dataclass
class _Title:
    """A title that waits for its table."""

    kind: str
    line: TextLine | None
    text: str
    age: int = 0


class Outline:
    """The annexes of a document in printed order.  ``others``: whether tables outside evaluation reports are wanted too."""

    def __init__(self, document: Document, taken: Collection[int] = (), others: bool = False) -> None:
        self.annexes: list[Annex] = []
        self.lines: dict[int, TextLine] = {}
        self.others, self._region = others, False
        self._captions: list[GridRow] = []
        self._caption_above: GridRow | None = None  # the last row of one text: the title of a table inside a table
        self._stops: list[int] = []  # blocks at which something else begins
        self._open: Annex | None = None
        self._titles = EvaluationTitles()
        self._title: _Title | None = None
        self._lines: list[TextLine] = []
        self._unit = ""
        self._silence = 0
        self._waiting: list[GridRow] = []  # rows of a table that may be a scoring table on its side
        for block in walk(document, taken):
            if isinstance(block, TextLine):
                self._line(block)
            elif not self._caption(block):
                self._row(block)
        self._drop_title()
        self.annexes = settle(self.annexes, self.lines, self._stops, {p.number: p.pictures[0].problem for p in document.pages if p.pictures})

    # ---------------------------------------------------------------- lines

    def _line(self, line: TextLine) -> None:
        self._silence += 1
        self.lines[line.sequence] = line
        self._titles.feed(line)
        if self._title is not None:
            self._title.age += 1
        kind = meaning.title(line.line.text)
        if kind is not None:
            self._titled(kind, line.words, line)
        elif len(line.words) < 40 and is_unit_line(line.words):
            self._unit = line.words
            self._lines.append(line)
        elif meaning.around("note").match(line.words) and self._open is not None and self._silence <= _GAP:
            self._open.note = self._open.note or squeeze(half_width(line.line.text))
            self._open.lines.append(line)
        elif meaning.around("annex").match(line.words):
            self._lines.append(line)
        else:
            self._lines = [own for own in self._lines if own.sequence >= line.sequence - _NEAR]
        if self._silence > _PATIENCE or (self._silence > _GAP and self._open is not None and self._open.kind == "summary"):
            self._close()

    def _caption(self, row: GridRow) -> bool:
        """Whether a row is no row but a line across its table: a title, or the unit."""
        if len(row.filled()) != 1:
            return False
        text = row.filled()[0][1]
        kind = meaning.title(text) if len(text) < 60 else None
        if kind in ("self_evaluation", "summary", "goal") and not (self._open is not None and self._open.kind == "scoring"):
            self._titled(kind, text, None)
            self._captions.append(row)
            return True
        if meaning.around("unit").match(text) and is_unit_line(text):
            self._unit = text
            if self._open is not None and self._open.rows and self._open.rows[-1].sequence == row.sequence and self._title is None:
                self._open.unit = self._open.unit or text
            self._captions.append(row)
            return True
        return False

    def _titled(self, kind: str, text: str, line: TextLine | None) -> None:
        evaluation = self._titles.current is not None
        if evaluation and (kind == "goal" or (kind == "summary" and meaning.around("own_table").search(text))):
            kind = "table"
        if line is not None and kind not in ("table", "contents"):
            self._stops.append(line.sequence)
        if kind == "section":
            self._region = meaning.around("with_annexes").search(text) is not None
        if kind in ("self_evaluation", "summary", "goal", "section", "evaluation"):
            self._close()
            self._lines, self._unit = [], ""
        elif meaning.around("numbered_table").match(text) and self._open is not None and self._open.kind in ("scoring", "other"):
            self._close()
        if kind in ("section", "evaluation"):
            self._drop_title()
            return
        if self._title is not None and self._title.kind in ("self_evaluation", "summary"):
            if kind in ("table", "contents") and self._title.age <= _REACH:
                return  # a second line of the title
            self._drop_title()
        self._title = _Title(kind, line, text)
        if line is not None:
            self._lines.append(line)

    def _drop_title(self) -> None:
        """A title that found no table is kept: its annex was announced, and is not lost without a word."""
        waiting, self._title = self._title, None
        if waiting is not None and waiting.kind in ("self_evaluation", "summary") and waiting.line is not None:
            kind: Kind = "self_evaluation" if waiting.kind == "self_evaluation" else "summary"
            self.annexes.append(Annex(kind, waiting.text, "", self._titles.current, True, [], [waiting.line]))

    # ---------------------------------------------------------------- rows

    def _row(self, row: GridRow) -> None:
        if not row.filled():
            if self._open is not None and self._open.rows and self._open.rows[-1].sequence == row.sequence:
                self._open.rows.append(row)
            return
        if self._title is not None and self._title.age > (_REACH if self._title.kind in ("self_evaluation", "summary") else _NEAR):
            self._drop_title()
        kind = self._begins(row)
        if kind == "again" or (kind is None and self._continues(row)):
            self._add(row)
        else:
            self._start(kind or "other", row)
        self._silence = 0
        if len(row.filled()) == 1 and len(row.filled()[0][1]) < _TITLE_LENGTH:
            self._caption_above = row

    def _begins(self, row: GridRow) -> Kind | Literal["again"] | None:
        """What begins at a row, by its headings: ``again`` where they repeat those of the open table, ``None`` where nothing does."""
        evaluation = self._titles.current
        title = self._title.kind if self._title is not None else ""
        summary = headings(row, "summary")
        if "project" in summary and ("score" in summary or "grade" in summary) and len(summary) >= 3:
            said = title == "summary" or any(meaning.around("evaluates").search(t) for t in row.texts)
            if said and "level3" not in headings(row, "indicator"):
                return "again" if self._same_header(row, "summary") else "summary"
        if self._form_begins(row, title):
            return "goal" if title == "goal" else "self_evaluation"
        if evaluation is None or title in ("self_evaluation", "goal"):
            return None
        if self._open is not None and self._open.kind == "self_evaluation" and row.sequence == self._open.rows[-1].sequence:
            return None
        if self._same_header(row, "scoring"):
            return "again"
        return "scoring" if scoring_columns(row) is not None else None

    def _form_begins(self, row: GridRow, title: str) -> bool:
        if title in ("self_evaluation", "goal"):
            return True
        if self._titles.current is not None:
            return False  # the cover of an evaluation report
        named = [c for c, t in row.filled() if meaning.around("project_name").match(t.rstrip(":"))]
        listed = headings(row, "summary").keys() & {"no", "score", "grade"} or headings(row, "other").keys() & {"year", "ordinal"}
        return bool(named) and named[0] == row.filled()[0][0] and not listed and len(row.filled()) <= 4

    def _same_header(self, row: GridRow, kind: Kind) -> bool:
        """Whether a row repeats the headings of the open table on a new page."""
        table = self._open
        if table is None or table.kind != kind or table.done or self._silence > _NEAR or table.evaluation is not self._titles.current:
            return False
        if kind == "summary":
            return self._title is None or self._title.kind != "summary"
        first = scoring_columns(table.rows[0])
        here = scoring_columns(row)
        return first is not None and (row.repeats(table.rows[0]) or (here is not None and first.keys() == here.keys()))

    def _continues(self, row: GridRow) -> bool:
        table = self._open
        if table is None or not table.rows:
            return False
        before = table.rows[-1]
        if before.sequence == row.sequence:
            return True
        if table.kind in ("self_evaluation", "goal"):
            return not (_total(before) and not _total(row))
        if table.kind == "summary":
            return _lists_on(row, table.rows)
        if table.evaluation is not self._titles.current or self._title is not None or table.done:
            return False
        if self._silence > _GAP or table.rows[0].width != row.width:
            return False
        return not (table.kind == "scoring" and headings(row, "indicator").keys() & {"target", "actual"})

    def _start(self, kind: Kind, row: GridRow) -> None:
        if self._continues_sideways(row):
            return
        self._close()
        title = self._title
        self._title = None
        wanted = {"self_evaluation", "goal"} if kind in ("self_evaluation", "goal") else {"summary"} if kind == "summary" else set()
        if title is not None and title.kind in ("self_evaluation", "summary") and title.kind not in wanted:
            self._title = title
            self._drop_title()
            title = None
        if kind == "other" and title is not None and title.kind == "contents":
            kind = "contents"
        if title is None and self._caption_above is not None and self._caption_above.sequence == row.sequence:
            title = _Title("table", None, self._caption_above.filled()[0][1])
        annex = Annex(kind, title.text if title is not None else "", self._unit, self._titles.current, bool(wanted and title))
        annex.lines, self._lines, self._unit = self._lines, [], ""
        annex.rows = [*(r for r in self._captions if r.sequence == row.sequence), row]
        self._captions = []
        self._stops.append(row.sequence)
        if kind in ("self_evaluation", "summary"):
            self._region = True
        self._open = annex
        if kind not in ("other", "contents") or annex.evaluation is not None or (self.others and self._region):
            self.annexes.append(annex)

    def _continues_sideways(self, row: GridRow) -> bool:
        """A table on its side may be cut by a page after any of its rows: 指标 / 分值 | 得分 / 得分率."""
        table = self._open
        if table is None or table.kind != "other" or self._silence > _GAP or not table.rows or table.rows[0].width != row.width:
            return False
        if sideways([*table.rows, row]):
            self._add(row)
            return True
        return False

    def _add(self, row: GridRow) -> None:
        table = self._open
        assert table is not None
        table.rows += [r for r in self._captions if r.sequence == row.sequence]
        self._captions = []
        table.rows.append(row)
        table.lines += self._lines
        self._lines = []
        if table.kind == "scoring" and _total(row):
            table.done = True

    def _close(self) -> None:
        self._open = None


def _total(row: GridRow) -> bool:
    return any(meaning.is_row(t, "sum") for _, t in row.filled()[:2])


def _lists_on(row: GridRow, rows: list[GridRow]) -> bool:
    """Whether a table without headings goes on with a summary: as many columns, and a number or a score where one belongs."""
    columns = next((found for r in rows if "project" in (found := headings(r, "summary")) and len(found) >= 3), {})
    if not columns or row.width <= max(columns.values()):
        return False
    score = row.text(columns.get("score"))
    return (numeric(row.text(columns.get("no"))) and (not score or numeric(score))) or numeric(score)
