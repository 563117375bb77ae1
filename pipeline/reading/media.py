"""What a document is, told from its bytes and never from its name."""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
from collections.abc import Collection
from itertools import islice
from mmap import mmap

import olefile

from pipeline.reading.document import UnreadableDocument

PDF = "application/pdf"
TEXT = "text/plain"
HTML = "text/html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
WORD_XML = "application/xml; word 2003"
SHEET_XML = "application/xml; excel 2003"
MHTML = "multipart/related"
ZIP = "application/zip"
RAR = "application/vnd.rar"
SEVEN_ZIP = "application/x-7z-compressed"
OFD = "application/ofd"
RTF = "application/rtf"
IMAGE = "image/*"
#: What holds documents and is none.
ARCHIVES = frozenset((ZIP, RAR, SEVEN_ZIP))

_MAGIC = (
    (b"Rar!", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"{\\rtf", RTF),
    (b"\x89PNG", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF8", IMAGE),
    (b"II*\x00", IMAGE),
    (b"MM\x00*", IMAGE),
)


#: What begins an entry of a zip's list of parts.
_LISTED = re.compile(rb"PK\x01\x02")
_MOST_LISTED = 50_000
_OLE = b"\xd0\xcf\x11\xe0"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|script|title)\b")


_OFFICE_XML = ((b"schemas.microsoft.com/office/word/2003/wordml", WORD_XML), (b"urn:schemas-microsoft-com:office:spreadsheet", SHEET_XML))


def media_type(data: bytes) -> str:
    """The document's type.  Raises :class:`UnreadableDocument` for an empty file and for bytes of no known kind."""
    if not data.strip(b"\x00 \t\r\n\f"):
        raise UnreadableDocument("the file is empty", "fetch it again from the publisher")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"%PDF-" in data[:1024] and not head.startswith((b"<!doctype html", b"<html")):  # some servers put a few bytes in front
        return PDF
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(data)
    if data.startswith(_OLE):
        return _ole_type(data)
    if head.startswith((b"mime-version:", b"from: <saved by")) and b"multipart/related" in head:
        return MHTML
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    markup = _markup_type(head.replace(b"\x00", b"") if marked else head)
    if markup is not None:
        return markup
    if b"\x00" in data[:4096] and not marked:
        raise UnreadableDocument("the file is neither PDF nor text nor an office document", "check what was fetched")
    return TEXT


def _markup_type(head: bytes) -> str | None:
    """What an XML document is, by its names, or HTML, by its elements; ``None`` for what is no markup."""
    if head.startswith(b"<?xml"):
        return next((kind for name, kind in _OFFICE_XML if name in head), HTML)
    return HTML if _HTML.search(head) else None


def _ole_type(data: bytes) -> str:
    """Word or a workbook, by the streams of a compound file."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            names = {name[0] for name in compound.listdir()}
    except (OSError, ValueError, IndexError, struct.error):  # damaged: what its directory still says
        names = {name for name in ("WordDocument", "Workbook", "Book") if name.encode("utf-16-le") in data}
    if "EncryptedPackage" in names:
        raise UnreadableDocument("the document is protected by a password", "ask the publisher for a copy without a password")
    if "WordDocument" in names:
        return DOC
    if not names & {"Workbook", "Book"}:
        raise UnreadableDocument("the compound file holds neither a Word document nor a workbook", "check what was fetched")
    return XLS


def crowded(data: bytes | mmap) -> bool:
    """Whether a zip lists more parts than any document or archive of reports has: reading its list alone would take gigabytes of memory."""
    return sum(1 for _ in islice(_LISTED.finditer(data), _MOST_LISTED + 1)) > _MOST_LISTED


def _zip_type(data: bytes) -> str:
    if crowded(data):
        raise UnreadableDocument(f"the ZIP archive lists more than {_MOST_LISTED:,} parts, more than any document", "check what was fetched")
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise UnreadableDocument("the file starts like a ZIP archive and ends too early, or its list of parts is damaged", "fetch it again") from None
    return package_type(names, data[:200])


def package_type(names: Collection[str], head: bytes) -> str:
    """What a ZIP archive is, by the names of its parts and by how it begins: an office package, or an archive of documents."""
    for folder, main, kind in (("word/", ("document.xml",), DOCX), ("xl/", ("workbook.xml", "workbook.bin"), XLSX)):
        if any(folder + name in names for name in main) or ("[Content_Types].xml" in names and any(n.startswith(folder) for n in names)):
            return kind
    if "OFD.xml" in names:
        return OFD
    if "mimetype" in names and "content.xml" in names:
        return ODS if b"opendocument.spreadsheet" in head else ODT
    return ZIP


def decode(data: bytes) -> str:
    """Text of bytes in UTF-8, UTF-16 (by its mark) or GB18030.  Raises :class:`UnreadableDocument` when none fits."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:  # an incremental decoder leaves out what is missing of a last character that was cut off
            return codecs.getincrementaldecoder(encoding)().decode(data, final=False)
        except UnicodeDecodeError:
            continue
    raise UnreadableDocument("the text is in no known encoding (UTF-8, UTF-16, GB18030)", "save it as UTF-8")
