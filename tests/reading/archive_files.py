"""Archives made for tests: rar with stored members (RAR 4 and 5), 7z, zip with names as Chinese tools write them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping

import py7zr

from tests.sources.bodies import zip_file

__all__ = ["rar5_file", "rar_file", "seven_zip_file", "zip_file"]


def rar_file(members: Mapping[str, bytes]) -> bytes:
    """A rar whose members are stored as they are."""
    out = b"Rar!\x1a\x07\x00" + _block(0x73, 0, bytes(6))
    for name, data in members.items():
        raw = name.encode("utf-8")
        head = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0x5A21_0000, 20, 0x30, len(raw), 0x20) + raw
        out += _block(0x74, 0x8000, head) + data
    return out + _block(0x7B, 0x4000, b"")


def _block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5_file(members: Mapping[str, bytes]) -> bytes:
    """The same in the format of RAR 5; sizes and kinds are below 128 but those of members."""
    out = b"Rar!\x1a\x07\x01\x00" + _block5(bytes((1, 0, 0)))
    for name, data in members.items():
        raw, size = name.encode("utf-8"), _vint(len(data))
        out += _block5(b"\x02\x02" + size + b"\x04" + size + b"\x20" + struct.pack("<I", zlib.crc32(data)) + bytes((0, 0, len(raw))) + raw) + data
    return out + _block5(bytes((5, 0, 0)))


def _block5(head: bytes) -> bytes:
    sized = _vint(len(head)) + head
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _vint(number: int) -> bytes:
    return bytes((number & 0x7F | 0x80, number >> 7)) if number > 0x7F else bytes((number,))


def seven_zip_file(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()
