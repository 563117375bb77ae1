"""Each annex of a document to the reader of its kind, and what became of it: read, empty, unread with the reason, listed only.

What belongs here: the order of the kinds, numbering, states.  What may not: reading a kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from pipeline.model.figures import Report
from pipeline.model.parts import PartKind, PartState
from pipeline.reading.document import Document
from pipeline.recognition.annexes.announced import Annex
from pipeline.recognition.annexes.emit import Address, Collector
from pipeline.recognition.annexes.form_rows import emit_form, fingerprint
from pipeline.recognition.annexes.forms import FormRead, read_form
from pipeline.recognition.annexes.model import PerformancePart, ScoringTable
from pipeline.recognition.annexes.others import name_ordinals, read_contents, read_other
from pipeline.recognition.annexes.outline import Outline
from pipeline.recognition.annexes.scoring import scoring_rows
from pipeline.recognition.annexes.scoring_rows import emit_scores, emit_stated
from pipeline.recognition.annexes.scoring_text import read_stated_scores, read_text_breakdowns
from pipeline.recognition.annexes.summaries import emit_summary, summary_rows


class Recogniser:
    """The annexes of one document."""

    def __init__(self, document: Document, report: Report, taken: Collection[int] | None) -> None:
        self._document = document
        self._out = Collector(report, document.reader)
        self._outline = Outline(document, taken or (), taken is not None)
        self._forms = self._summary_rows = self._others = 0
        self._printings: Counter[tuple[Any, ...]] = Counter()
        self._tables: Counter[int] = Counter()
        self._in_evaluation: Counter[int] = Counter()

    def read(self) -> PerformancePart:
        for annex in self._outline.annexes:
            self._annex(annex)
        self._sentences()
        out = self._out
        parts = tuple(sorted(out.parts, key=lambda p: min(p.blocks, default=0)))
        return PerformancePart({name: tuple(rows) for name, rows in out.rows.items()}, tuple(out.figures), parts)

    # ---------------------------------------------------------------- tables

    def _annex(self, annex: Annex) -> None:
        if not annex.rows:
            self._announced(annex)
        elif annex.kind == "self_evaluation":
            self._form(annex)
        elif annex.kind == "summary":
            self._summary(annex)
        elif annex.kind == "goal" and annex.evaluation is None and not self._outline.others:
            return
        elif not (annex.evaluation is not None and self._scores(annex)):
            self._other(annex)

    def _announced(self, annex: Annex) -> None:
        kind: PartKind = "self_evaluation" if annex.kind == "self_evaluation" else "self_evaluation_summary"
        state: PartState = "listed" if annex.listed else "unread"
        reason = annex.reason if not annex.listed else "named in a list, not printed there"
        self._out.part(kind, annex.kind, annex.title, state, (), annex.lines, reason)

    def _form(self, annex: Annex) -> None:
        read = read_form(annex)
        if isinstance(read, FormRead):
            self._forms += 1
            mark = fingerprint(read.form)
            emit_form(self._out, self._forms, read.form, self._printings[mark])
            self._printings[mark] += 1
            for person in read.persons:
                self._out.name(person, "telephone")
            self._out.part("self_evaluation", f"form{self._forms}", annex.title, "read", annex.rows, annex.lines)
        elif annex.named:
            self._out.part("self_evaluation", "self_evaluation", annex.title, "unread", annex.rows, annex.lines, read)
        elif annex.evaluation is not None or self._outline.others:
            self._other(annex)

    def _summary(self, annex: Annex) -> None:
        rows, sums = summary_rows(annex)
        name_ordinals(self._out, annex.rows)
        emit_summary(self._out, self._summary_rows + 1, rows, sums)
        self._summary_rows += len(rows)
        state: PartState = "read" if rows else "empty"
        reason = "" if rows else "it lists no project"
        self._out.part("self_evaluation_summary", "summary", annex.title, state, annex.rows, annex.lines, reason)

    def _scores(self, annex: Annex) -> bool:
        """Read a scoring table; returns whether it is one."""
        rows, about = scoring_rows(annex), annex.evaluation
        if not rows or about is None:
            return False
        self._tables[about.number] += 1
        number = self._tables[about.number]
        name_ordinals(self._out, annex.rows)
        emit_scores(self._out, number, ScoringTable(about.shown, about.number, annex.title, "table", rows))
        self._out.part("evaluation", f"evaluation{about.number}/table{number}", annex.title, "read", annex.rows, annex.lines)
        return True

    def _other(self, annex: Annex) -> None:
        about = annex.evaluation
        if about is not None:
            self._in_evaluation[about.number] += 1
            statement, section = f"evaluation{about.number}/other{self._in_evaluation[about.number]}", "evaluation"
        else:
            self._others += 1
            statement, section = f"annex/other{self._others}", "other"
        kind: PartKind = "evaluation" if about is not None else "other"
        if read_contents(self._out, annex):
            self._out.part(kind, statement, annex.title, "other", annex.rows, annex.lines, "a table of contents")
            return
        reason = read_other(self._out, Address(section, statement, "", 0), annex)
        self._out.part(kind, statement, annex.title, "unread" if reason else "read", annex.rows, annex.lines, reason)

    # ---------------------------------------------------------------- sentences

    def _sentences(self) -> None:
        """Scores in the sentences of evaluation reports; their lines belong to the narrative, which has an account of them."""
        for table in read_text_breakdowns(self._document):
            self._tables[table.evaluation_no] += 1
            emit_scores(self._out, self._tables[table.evaluation_no], table)
        emit_stated(self._out, read_stated_scores(self._document))
