"""Performance annexes: self-evaluation forms, summary tables, evaluation reports' tables → figures, rows and parts.

What belongs here: one recogniser of annex tables over :class:`~pipeline.reading.document.Table`, by the words of the lexicon.  What may
not: a layout (``pipeline.tables``), a word (``pipeline.lexicon``), the scoring rules (``expectations``).
"""

from __future__ import annotations

from collections.abc import Collection

from pipeline.model.figures import Report
from pipeline.reading.document import Document
from pipeline.recognition.annexes.evaluations import evaluation_of_blocks
from pipeline.recognition.annexes.model import PerformancePart
from pipeline.recognition.annexes.recogniser import Recogniser

__all__ = ["PerformancePart", "evaluation_of_blocks", "read_performance"]


def read_performance(document: Document, report: Report, taken: Collection[int] | None = None) -> PerformancePart:
    """Everything that the performance annexes of a report print, as rows, figures and parts.

    ``taken``: positions in :meth:`Document.blocks` that belong to statutory forms; given, tables of an annex that stand outside any
    evaluation report are read too (section ``other``).  Contact names and telephone numbers are read past and stored nowhere.
    """
    return Recogniser(document, report, taken).read()
