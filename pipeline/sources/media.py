"""What a document is, told from its bytes, and whether it is whole; never from its name or its declared type.

What belongs here: signatures and end marks.  What may not: reading a document's content.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from pipeline.reading.media import crowded, package_type
from pipeline.sources.webpage import decode


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type: its name, the ending its file gets, and why it is refused if it is."""

    name: str
    ending: str
    refusal: str | None = None


PDF = MediaType("application/pdf", ".pdf")
DOC = MediaType("application/msword", ".doc")
DOCX = MediaType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
XLS = MediaType("application/vnd.ms-excel", ".xls")
XLSX = MediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
OFD = MediaType("application/ofd", ".ofd")
ODT = MediaType("application/vnd.oasis.opendocument.text", ".odt")
ODS = MediaType("application/vnd.oasis.opendocument.spreadsheet", ".ods")
RTF = MediaType("application/rtf", ".rtf")
HTML = MediaType("text/html", ".html")
TEXT = MediaType("text/plain", ".txt")
ZIP = MediaType("application/zip", ".zip")
RAR = MediaType("application/vnd.rar", ".rar")
SEVEN_ZIP = MediaType("application/x-7z-compressed", ".7z")
IMAGE = MediaType("image/*", ".img")
PROGRAM = MediaType("application/x-executable", ".bin", "a program, not a document")
EMPTY = MediaType("application/x-empty", ".bin", "an empty file")
UNKNOWN = MediaType("application/octet-stream", ".bin", "bytes of no known document type")

#: What holds documents and is none.
ARCHIVES = (ZIP, RAR, SEVEN_ZIP)
ACCEPTED = (PDF, DOC, DOCX, XLS, XLSX, OFD, ODT, ODS, RTF, HTML, TEXT, IMAGE, *ARCHIVES)
_BY_START: tuple[tuple[bytes, MediaType], ...] = (
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"{\\rtf", RTF),
    (b"\xff\xd8\xff", IMAGE),
    (b"\x89PNG", IMAGE),
    (b"GIF8", IMAGE),
    (b"II*\x00", IMAGE),
    (b"MM\x00*", IMAGE),
    (b"BM", IMAGE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|script|title)\b", re.I)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(path: Path) -> MediaType:
    """The type of a file from its bytes."""
    size = path.stat().st_size
    if size == 0:
        return EMPTY
    with path.open("rb") as f:
        head = f.read(4096)
    if b"%PDF-" in head[:1024]:
        return PDF
    for start, media_type in _BY_START:
        if head.startswith(start):
            return media_type
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_family(path)
    if head.startswith(_OLE):
        return _ole_family(path)
    if _HTML.search(head.replace(b"\x00", b"")):
        return HTML
    if b"\x00" not in head and _is_text(head):
        return TEXT
    return UNKNOWN


def _is_text(head: bytes) -> bool:
    text = decode(head)
    odd = sum(c == "\ufffd" or (ord(c) < 32 and c not in "\t\r\n\f") for c in text)
    return odd <= 1 + len(text) // 200  # the cut at the end of the sample may split one character


def _zip_family(path: Path) -> MediaType:
    with path.open("rb") as file:
        head = file.read(8192)
    try:
        kind = package_type(set(_parts(path)), head[:200])
    except Exception:  # whatever a damaged directory makes zipfile raise
        # A cut-off file has lost its directory, which stands at the end; its local headers still tell the family.
        return DOCX if b"word/" in head else XLSX if b"xl/" in head else ZIP
    return next(m for m in ACCEPTED if m.name == kind)


def _parts(path: Path) -> list[str]:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        if crowded(data):
            raise ValueError("it lists more parts than any document")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def _ole_family(path: Path) -> MediaType:
    """Word or Excel, by the names of the streams in the compound file's directory (UTF-16)."""
    with path.open("rb") as f:
        head = f.read(512)
        if len(head) < 512:
            return UNKNOWN
        sector = 1 << int.from_bytes(head[30:32], "little") if head[30] <= 16 else 512
        f.seek((int.from_bytes(head[48:52], "little") + 1) * sector)
        directory = f.read(sector)
        f.seek(0)
        sample = directory if directory else f.read(1 << 20)
    for name, media_type in (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS)):
        if name.encode("utf-16-le") in sample:
            return media_type
    with path.open("rb") as f:
        sample = f.read(4 << 20)
    return DOC if "WordDocument".encode("utf-16-le") in sample else XLS if "Workbook".encode("utf-16-le") in sample else UNKNOWN


def defect(path: Path, media_type: MediaType) -> str | None:
    """What shows that a file is cut off or damaged as a container; ``None`` where nothing does."""
    size = path.stat().st_size
    if media_type is PDF:
        with path.open("rb") as f:
            f.seek(max(0, size - 8192))
            if b"%%EOF" not in f.read():
                return f"the PDF has no end mark after {size:,} bytes: it is cut off"
    elif media_type in (DOCX, XLSX, OFD, ODT, ODS, ZIP):
        try:
            _parts(path)
        except Exception as error:  # whatever a damaged directory makes zipfile raise
            return f"the {media_type.ending[1:]} container cannot be opened ({error}): it is cut off or damaged"
    elif media_type in (DOC, XLS) and (used := _ole_extent(path)) > size:
        return f"the {media_type.ending[1:]} file ends after {size:,} bytes, before the {used:,} that its own table counts: it is cut off"
    return None


def _ole_extent(path: Path) -> int:
    """Bytes that a compound file must have at least, by the sectors that its allocation tables name as used."""
    with path.open("rb") as f:
        head = f.read(512)
        sector = 1 << min(int.from_bytes(head[30:32], "little"), 16)
        last = int.from_bytes(head[48:52], "little")  # the directory's first sector
        for i in range(min(109, int.from_bytes(head[44:48], "little"))):  # the tables that the header itself lists
            place = int.from_bytes(head[76 + 4 * i : 80 + 4 * i], "little")
            f.seek((place + 1) * sector)
            entries = f.read(sector)
            used = [n for n in range(len(entries) // 4) if entries[4 * n : 4 * n + 4] != b"\xff\xff\xff\xff"]
            last = max(last, place, i * (sector // 4) + used[-1] if used else 0)
    return (last + 1) * sector + 1  # sector n begins at n + 1 sectors; the last one of a file need not be full


def html_title(path: Path) -> str:
    """The title of an HTML file, for the line that reports an error page served as a document."""
    with path.open("rb") as f:
        text = decode(f.read(16384))
    found = re.search(r"<title[^>]*>(.*?)</title>", text, re.I | re.S)
    return " ".join(found.group(1).split())[:80] if found else ""
