"""Office packages (zips of XML) opened within bounds, and what their checksums say about damage.

What belongs here: the container.  What may not: what is in it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from lxml import etree

from pipeline.reading.document import UnreadableDocument

#: What the parts of a package may unpack to; a document of 300 pages is far below.
MAX_UNPACKED = 400_000_000
_MAX_PARTS = 20_000
_AGAIN = "fetch it again, or save it anew and offer that"
_HEADER = struct.Struct("<4s5H3I2H")


def sound_package(data: bytes, what: str) -> tuple[bytes, str]:
    """A package whose parts can all be unpacked, and what is damaged about it (``""``: every checksum holds).

    A part whose bytes are there and fail their checksum is kept as it is; one that cannot be unpacked is left blank.
    Raises :class:`UnreadableDocument` where the list of parts is lost, or the package unpacks to more than any report.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, UnicodeDecodeError, OSError) as error:
        raise UnreadableDocument(f"the {what} ends too early, or its list of parts is damaged ({error})", _AGAIN) from None
    size = sum(i.file_size for i in parts)
    if size > MAX_UNPACKED or len(parts) > _MAX_PARTS:
        raise UnreadableDocument(f"the {what} unpacks to {size:,} bytes in {len(parts):,} parts, more than any report", "check what was fetched")
    damaged: dict[str, bytes] = {}
    for part in parts:
        if part.flag_bits & 1:
            raise UnreadableDocument(f"the {what} is encrypted", "ask the publisher for a copy without a password")
        if not _holds(package, part):
            damaged[part.filename] = _salvaged(data, part)
    if not damaged:
        return data, ""
    mended = io.BytesIO()
    with zipfile.ZipFile(mended, "w", zipfile.ZIP_DEFLATED) as new:
        for part in parts:
            new.writestr(part.filename, damaged[part.filename] if part.filename in damaged else package.read(part))
    names = ", ".join(list(damaged)[:4])
    return mended.getvalue(), f"checksums of the {what} do not hold: {names}"


def _holds(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part can be unpacked to its length with its checksum."""
    try:
        with package.open(part) as stream:
            size = 0
            while piece := stream.read(1 << 20):
                size += len(piece)
        return size == part.file_size
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError, struct.error):
        return False


def _salvaged(data: bytes, part: zipfile.ZipInfo) -> bytes:
    """What can be unpacked of a part without asking for its checksum; XML that breaks off is closed where it does."""
    try:
        header = _HEADER.unpack_from(data, part.header_offset)
        begin = part.header_offset + _HEADER.size + header[9] + header[10]
        packed = data[begin : begin + part.compress_size]
        unpacked = packed if part.compress_type == zipfile.ZIP_STORED else _inflated(packed, part.file_size)
    except struct.error:
        return b""
    if not part.filename.endswith((".xml", ".rels")):
        return unpacked
    try:
        root = etree.fromstring(unpacked, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return b""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) if root is not None else b""


def _inflated(packed: bytes, size: int) -> bytes:
    """As much as comes out before the stream breaks."""
    unpack, out = zlib.decompressobj(-15), bytearray()
    try:
        for i in range(0, len(packed), 64):
            out += unpack.decompress(packed[i : i + 64], size + 1 - len(out))
            if len(out) >= size:
                break
    except zlib.error:
        pass
    return bytes(out[:size])
