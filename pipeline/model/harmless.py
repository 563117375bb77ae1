"""Texts of documents and of strangers made harmless for the place where they are shown.

What a publisher prints is anybody's text: it may hold escapes for a terminal, markup for a page, a formula for a spreadsheet, or marks that
turn the direction of writing.  Whoever shows it says where: :func:`line` for a terminal, a log or a table's cell of plain text,
:func:`markdown` and :func:`html` for the user interface and pages, :func:`cell` for exports that spreadsheets open.
What belongs here: the making harmless.  What may not: layout, or what is said.
"""

from __future__ import annotations

import html as _html
import re
import unicodedata

#: Everything that markdown may take for markup, wherever it stands; addresses and mail addresses must not become links.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&@$^=\"']|(?<=\w):(?=//))")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
#: What begins a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?|-+")


def line(text: object, most: int | None = None) -> str:
    """One line of plain text: white space is a blank, and nothing controls the terminal or the direction of writing.

    With ``most`` it is no longer than so many characters; ``…`` stands for what was left out.
    """
    given = "" if text is None else str(text)
    shown = "".join(" " if c.isspace() else c for c in given if c.isspace() or unicodedata.category(c)[0] != "C")
    shown = " ".join(shown.split())
    return shown if most is None or len(shown) <= most else shown[: most - 1] + "…"


def layout(text: object) -> str:
    """A text as it is laid out, with its blanks and line breaks; nothing in it controls the terminal or the direction of writing."""
    return "".join(c for c in ("" if text is None else str(text)) if c in "\n\t" or unicodedata.category(c)[0] != "C")


def markdown(text: object, most: int | None = None) -> str:
    """One line that markdown shows as it is: no markup, no link, no picture, no HTML, no end of a table's cell."""
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), line(text, most))


def html(text: object, most: int | None = None) -> str:
    """One line for the text or a quoted attribute of an HTML page."""
    return _html.escape(line(text, most), quote=True)


def cell(text: object) -> str:
    """A text for a cell of CSV or of a workbook: line breaks stay, no spreadsheet takes it for a formula; numbers are left as they are."""
    shown = layout(text)
    return f"'{shown}" if shown.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(shown) else shown
