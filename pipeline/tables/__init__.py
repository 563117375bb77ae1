"""Pages → tables, whatever the format or the layout, before anybody asks what they mean.

What belongs here: every way in which cells are found (rules, alignment, a text layer, a recognised picture), and the second reader's
check of the grid.  What may not: forms, annexes, publishers: no title and no concept but what tells a heading from a body.
"""

from __future__ import annotations

from pipeline.reading.document import Document

__all__ = ["lower"]


def lower(document: Document) -> Document:
    """The document with every table as a :class:`~pipeline.reading.document.Table`; what cannot be lowered stays lines."""
    return document
