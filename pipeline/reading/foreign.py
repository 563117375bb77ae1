"""Reader of formats that other readers read once they are unwrapped or converted: OpenDocument, Office 2003's XML, web archives (MHTML).

What belongs here: which format becomes which.  What may not: converting itself (``office``).
"""

from __future__ import annotations

import email
import email.policy
import hashlib
from dataclasses import replace

from pipeline.reading import media, office
from pipeline.reading.document import Document, UnreadableDocument
from pipeline.reading.sheet import read_sheet
from pipeline.reading.web import read_web
from pipeline.reading.word import read_word

#: What LibreOffice is told that the file is, and what it becomes.
_BY_CONVERSION = {media.ODT: ("odt", "docx"), media.WORD_XML: ("xml", "docx"), media.ODS: ("ods", "xlsx"), media.SHEET_XML: ("xml", "xlsx")}


def read_foreign(data: bytes, kind: str) -> Document:
    """An office document that LibreOffice converts; a sheet of OpenDocument is read without it too, its values only.

    Raises :class:`UnreadableDocument` where it is missing or fails.
    """
    ending, target = _BY_CONVERSION[kind]
    try:
        made = office.converted(data, ending, target)
    except UnreadableDocument:
        if kind == media.ODS:
            return read_sheet(data, kind)
        raise
    document = read_word(made) if target == "docx" else read_sheet(made, kind)
    return replace(document, sha256=hashlib.sha256(data).hexdigest(), media_type=kind)


def read_web_archive(data: bytes) -> Document:
    """The page in a web archive (a document saved as one file from an office program or a browser)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    content = page.get_payload(decode=True) if page is not None else None
    if not isinstance(content, bytes) or not content.strip():
        raise UnreadableDocument("the web archive holds no page", "open it in a browser, print it to PDF and offer that")
    return replace(read_web(content), sha256=hashlib.sha256(data).hexdigest(), media_type=media.MHTML)
