"""Pages → tables, whatever the format or the layout, before anybody asks what they mean.

What belongs here: every way in which cells are found (rules, alignment, a text layer, a recognised picture), and the second reader's
check of the grid.  What may not: forms, annexes, publishers: no title and no concept but what tells a heading from a body.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.reading.document import Document
from pipeline.tables.text_layer import lower_text

__all__ = ["lower"]


def lower(document: Document) -> Document:
    """The document with every table as a :class:`~pipeline.reading.document.Table`; what cannot be lowered stays lines."""
    if document.source is None and not any(page.drawn is not None or page.recognised for page in document.pages):
        return lower_text(document)
    # Their libraries cost a second to import; a run over texts need not pay.
    from pipeline.tables.continued import with_whole_rows
    from pipeline.tables.loose import lower_lines
    from pipeline.tables.pages import ruled_pages
    from pipeline.tables.second import compare
    from pipeline.tables.sides import apart, together

    ruled = ruled_pages(apart(document.pages))
    if document.source is not None:
        compare(document.source, ruled)
    lowered = lower_lines([page.finished() for page in ruled], {page.page.number: page.rules.flat for page in ruled})
    return replace(document, pages=together(with_whole_rows(lowered), document.pages), source=None)
