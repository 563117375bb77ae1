"""Performance annexes: self-evaluation forms, summary tables, evaluation scoring tables → figures.

What belongs here: their layouts and parsing.  What may not: the scoring rules (``expectations``).
"""

from __future__ import annotations

from pipeline.model.figures import Report
from pipeline.reading.document import Document
from pipeline.recognition.annexes.emit import emit
from pipeline.recognition.annexes.grid_forms import read_grid_forms
from pipeline.recognition.annexes.model import PerformancePart
from pipeline.recognition.annexes.scoring_tables import read_scoring_tables
from pipeline.recognition.annexes.scoring_text import read_stated_scores, read_text_breakdowns
from pipeline.recognition.annexes.stream_forms import read_stream_forms
from pipeline.recognition.annexes.summary import read_summary

__all__ = ["PerformancePart", "read_performance"]


def read_performance(document: Document, report: Report) -> PerformancePart:
    """Everything that the performance annexes of a report print, as rows and figures.

    Contact names and telephone numbers are read past and stored nowhere.
    """
    forms = read_grid_forms(document) if document.layout == "grid" else read_stream_forms(document)
    scoring = [*read_scoring_tables(document), *read_text_breakdowns(document)]
    tables, figures = emit(report, document.reader, forms, read_summary(document), scoring, read_stated_scores(document))
    return PerformancePart(tables, figures)
