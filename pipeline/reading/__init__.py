"""A document's bytes → pages with lines and tables, each with its place.  One module a format.

What belongs here: everything that depends on the file format, and nothing that depends on what the
tables mean.  What may not: titles, codes or columns of the nine forms (``pipeline.recognition``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from pipeline.model.failures import told
from pipeline.reading import media
from pipeline.reading.document import Document, Line, UnreadableDocument

__all__ = ["UnreadableDocument", "read_document"]

#: The reader of each type; its libraries are loaded with the first document of its kind (those of PDFs cost a second).
_READERS = {
    media.TEXT: "text:read_text",
    media.PDF: "pdf:read_pdf",
    media.HTML: "web:read_web",
    media.DOCX: "word:read_word",
    media.DOC: "old_word:read_old_word",
    media.RTF: "rich_text:read_rich_text",
    media.XLSX: "sheet:read_sheet",
    media.XLS: "sheet:read_sheet",
    media.OFD: "ofd:read_ofd",
    media.ODT: "foreign:read_foreign",
    media.ODS: "foreign:read_foreign",
    media.WORD_XML: "foreign:read_foreign",
    media.SHEET_XML: "foreign:read_foreign",
    media.MHTML: "foreign:read_web_archive",
    media.IMAGE: "picture:read_images",
}
#: Formats that hold glyphs or pixels, and no text as it was written.
_DRAWN = frozenset((media.PDF, media.OFD, media.IMAGE))
#: What no text holds: control characters, what a decoder puts for bytes that it does not know, and code points that are no characters.
_NO_TEXT = re.compile("[\x00-\x06\x0e-\x1f\x7f\ufffd-\uffff\ud800-\udfff]")


def read_document(data: bytes) -> Document:
    """Read a document of any known format, told from its bytes.

    Raises :class:`UnreadableDocument` (what is wrong, what to do) for everything that is no readable report, a reader's own fault included.
    """
    kind = media.media_type(data)
    if kind in media.ARCHIVES:
        from pipeline.reading.archives import archive_problem

        raise archive_problem(data)
    module, _, function = _READERS[kind].partition(":")
    reader: Callable[..., Document] = getattr(import_module(f"{__name__}.{module}"), function)
    try:
        return _with_damaged_text(reader(data, kind) if function in ("read_sheet", "read_foreign") else reader(data))
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:  # whatever a stranger's file does to a reader concerns that file alone
        raise UnreadableDocument(
            f"the reader failed on it: {told(error)}",
            "save it anew or print it to PDF and offer that; report the document to the maintainers of the reader",
        ) from error


def _with_damaged_text(document: Document) -> Document:
    """The document, said to be damaged where a text of it cannot have been written so; glyphs and recognised pages have signs of their own."""
    written = (page for page in document.pages if document.media_type not in _DRAWN and not page.recognised)
    texts = (t for page in written for b in page.blocks for t in ([b.text] if isinstance(b, Line) else [cell.text for cell in b.cells]))
    said = "its text holds what no text holds"
    if said in (document.damage or "") or not any(_NO_TEXT.search(text) for text in texts):
        return document
    return replace(document, damage="; ".join(filter(None, (document.damage, said))))
