"""A document's bytes → pages with lines and tables, each with its place.  One module a format.

What belongs here: everything that depends on the file format, and nothing that depends on what the
tables mean.  What may not: titles, codes or columns of the nine forms (``pipeline.recognition``).
"""

from __future__ import annotations

from pipeline.reading import media
from pipeline.reading.document import Document, UnreadableDocument
from pipeline.reading.text import read_text

__all__ = ["UnreadableDocument", "read_document"]

#: Types that are recognised and have no reader yet: what to do instead.
_REFUSED = {
    media.ZIP: ("this is a ZIP archive", "unpack it and offer the files in it"),
    media.RAR: ("this is a RAR archive", "unpack it and offer the files in it"),
    media.SEVEN_ZIP: ("this is a 7-Zip archive", "unpack it and offer the files in it"),
    media.OFD: ("this is an OFD document", "print it to PDF from an OFD reader and offer that"),
    media.RTF: ("this is a rich text document", "convert it to PDF (soffice --convert-to pdf) and offer that"),
    media.IMAGE: (
        "this is an image without text",
        "find the original, or run text recognition and offer a PDF with a text layer",
    ),
}


def read_document(data: bytes) -> Document:
    """Read a document of any known format, told from its bytes.

    Raises :class:`UnreadableDocument` (what is wrong, what to do) for everything that is no readable report.
    """
    kind = media.media_type(data)
    if kind == media.TEXT:
        return read_text(data)
    if kind == media.PDF:
        from pipeline.reading.pdf import read_pdf  # its libraries cost a second to import; a run over texts need not pay

        return read_pdf(data)
    if kind == media.HTML:
        from pipeline.reading.web import read_web

        return read_web(data)
    if kind == media.DOCX:
        from pipeline.reading.word import read_word

        return read_word(data)
    if kind in (media.XLSX, media.OLE):  # an OLE file is an old workbook, or an old Word document that no library here reads
        from pipeline.reading.sheet import read_sheet

        return read_sheet(data, kind)
    problem, remedy = _REFUSED[kind]
    raise UnreadableDocument(problem, remedy)
