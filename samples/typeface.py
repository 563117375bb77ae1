"""Letters: how wide they are, how they are broken into lines, and how they are drawn.

What belongs here: the two typefaces.  Digits and Latin letters are drawn in a standard PDF face, everything else in a Chinese
one: embedded as a subset where it is installed (``fonts.sh``), else the reader's own Song.  Widths do not depend on
which of the two was used, so that line and page breaks, and with them the text layer, are the same.
"""

from __future__ import annotations

import re
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

EMBEDDED = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
UNEMBEDDED = "STSong-Light"
_RUNS = re.compile(r"[\x20-\x7e]+|[“”‘’·≥≤×±¥]|[^\x20-\x7e“”‘’·≥≤×±¥]+")
NARROW = {"“": 0.36, "”": 0.36, "‘": 0.25, "’": 0.25, "·": 0.26, "≥": 0.84, "≤": 0.84, "×": 0.61, "±": 0.61, "¥": 0.61}
_TOKENS = re.compile(r"[0-9A-Za-z.,%+\-]+|.", re.DOTALL)
_NO_LINE_START = "，。、；：）”’》】%！？"
_NO_LINE_END = "（“‘《【"


def chinese_face(embed: bool = True) -> str:
    """The name of the Chinese typeface, registered on first use."""
    if embed and EMBEDDED.exists():
        if "Chinese" not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont("Chinese", str(EMBEDDED), subfontIndex=0))
        return "Chinese"
    if UNEMBEDDED not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(UNEMBEDDED))
    return UNEMBEDDED


def width_of(text: str, size: float, latin: str = "Helvetica") -> float:
    """The width of ``text`` in points: a Chinese letter is as wide as it is high, but for a few signs."""
    total = 0.0
    for run in _RUNS.findall(text):
        total += pdfmetrics.stringWidth(run, latin, size) if run.isascii() else NARROW.get(run, len(run)) * size
    return total


def wrapped(text: str, width: float, size: float, latin: str = "Helvetica") -> list[str]:
    """``text`` in lines no wider than ``width``; numbers and Latin words are not broken unless they alone are wider."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for token in _TOKENS.findall(paragraph):
            pieces = [token] if width_of(token, size, latin) <= width else list(token)
            for piece in pieces:
                if not line or width_of(line + piece, size, latin) <= width:
                    line += piece
                elif (piece in _NO_LINE_START or line[-1] in _NO_LINE_END) and len(line) > 1:
                    lines.append(line[:-1])  # the letter before the mark, or the opening mark, goes over
                    line = line[-1] + piece
                else:
                    lines.append(line)
                    line = "" if piece == " " else piece
        lines.append(line)
    return lines


def draw(canvas: Canvas, x: float, y: float, text: str, size: float, face: str, latin: str = "Helvetica") -> None:
    """``text`` with its baseline at ``y``, run by run."""
    for run in _RUNS.findall(text):
        advance = width_of(run, size, latin)
        if run.strip():
            canvas.setFont(latin if run.isascii() else face, size)
            canvas.drawString(x, y, run)
        x += advance
