"""A font for Chinese text whose own font is neither in the document nor on the machine.

pdfium drops a text object without extent, and a single character has none where no font draws it: a minus sign, a 优, the last character of
a heading; it takes equal texts without height for one that is drawn twice.  What is read would then depend on the fonts of the machine.  With
this font, whose every character is one full square, it does not.
What belongs here: that font and how pdfium is told of it.  What may not: what a document says.
"""

from __future__ import annotations

import ctypes
import re
import struct
from functools import cache
from typing import Any

import pypdfium2.raw as raw

#: The character sets whose fonts hold Chinese characters, by the numbers that pdfium takes from Windows.
_CHINESE = frozenset({raw.FXFONT_GB2312_CHARSET, raw.FXFONT_CHINESEBIG5_CHARSET, raw.FXFONT_SHIFTJIS_CHARSET, raw.FXFONT_HANGEUL_CHARSET})
#: Names of typefaces that hold them, for a font that leaves its character set open: in Chinese, or as they are spelt in Latin letters.
_CHINESE_NAME = re.compile(rb"[^\x00-\x7f]|sun|song|hei|kai|fang|ming|deng|yuan|lishu|han|cjk|wenquan|^(?:ST|FZ|HY)[A-Z]", re.IGNORECASE)
#: What stands for our font where pdfium keeps the system's by their address.
_OURS = 1
#: Characters that leave ink: all but the blanks, which no typeface draws.
_INKED = ((0x21, 0x9F), (0xA1, 0x1FFF), (0x2010, 0x2FFF), (0x3001, 0x10FFFF))
_EM, _ABOVE, _BELOW = 1000, 880, -120


@cache
def square_font() -> bytes:
    """A TrueType font that has a square of one em for every character."""
    square = struct.pack(">5hHH4B", 1, 0, _BELOW, _EM, _ABOVE, 3, 0, 1, 1, 1, 1)
    square += struct.pack(">8h", 0, 0, _EM, 0, _BELOW, _EM, 0, -_EM)  # steps from corner to corner, across and then up
    square += bytes(-len(square) % 4)
    inked = b"".join(struct.pack(">3I", first, last, 1) for first, last in _INKED)
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 13, 0, 16 + len(inked), 0, len(inked) // 12) + inked,
        b"glyf": square + square,  # the first is no character's: pdfium takes it for a missing one
        b"head": struct.pack(">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, _BELOW, _EM, _ABOVE, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, _ABOVE, _BELOW, 0, _EM, 0, 0, _EM, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", _EM, 0, _EM, 0),
        b"loca": struct.pack(">3I", 0, len(square), 2 * len(square)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    listed, stored = b"", b""
    begin = 12 + 16 * len(tables)
    for name, table in tables.items():
        listed += struct.pack(">4sIII", name, 0, begin + len(stored), len(table))
        stored += table + bytes(-len(table) % 4)
    return struct.pack(">I4H", 0x10000, len(tables), 0, 0, 0) + listed + stored


@cache
def provide() -> tuple[Any, ...]:
    """Have pdfium draw Chinese text with the square font where the system has none; asked once a process.  Returns what must outlive it."""
    default = raw.FPDF_GetDefaultSystemFontInfo()
    if not default:  # a system of which pdfium knows no fonts
        return ()
    system = default.contents
    kinds = dict(raw.FPDF_SYSFONTINFO._fields_)

    def mapped(_: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> int | None:
        found: int | None = system.MapFont(default, weight, italic, charset, pitch, face, exact)
        chinese = charset in _CHINESE or (face and _CHINESE_NAME.search(ctypes.string_at(face)))
        return found or (_OURS if chinese else None)

    def data(_: Any, font: int, table: int, into: int | None, size: int) -> int:
        if font != _OURS:
            return int(system.GetFontData(default, font, table, into, size))
        if table:
            return 0  # the font is a file of its own, and is asked for whole
        if into and size >= len(square_font()):
            ctypes.memmove(into, square_font(), len(square_font()))
        return len(square_font())

    def let_go(_: Any, font: int) -> None:
        if font != _OURS and system.DeleteFont:
            system.DeleteFont(default, font)

    asked = {
        "EnumFonts": lambda _, mapper: system.EnumFonts(default, mapper),
        "MapFont": mapped,
        "GetFont": lambda _, face: system.GetFont(default, face),
        "GetFontData": data,
        "GetFaceName": lambda _, font, into, size: 0 if font == _OURS else system.GetFaceName(default, font, into, size),
        "GetFontCharset": lambda _, font: raw.FXFONT_GB2312_CHARSET if font == _OURS else system.GetFontCharset(default, font),
        "DeleteFont": let_go,
    }
    answers = {name: kinds[name](answer) for name, answer in asked.items() if getattr(system, name) or name == "DeleteFont"}
    ours = raw.FPDF_SYSFONTINFO(version=system.version, **answers)
    raw.FPDF_SetSystemFontInfo(ctypes.byref(ours))
    return default, ours, answers
