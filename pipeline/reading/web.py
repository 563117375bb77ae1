"""Reader of reports published as a web page: tables with their spans, and the text around them.

What belongs here: HTML elements → lines and tables.  What may not: finding pages (``pipeline.sources``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import ParserError

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Line, Page, Table, UnreadableDocument
from pipeline.reading.media import HTML, decode
from pipeline.reading.radicals import plain

READER = "web/1"
_SILENT = ("script", "style", "noscript", "template", "head", "nav", "svg")
_BLOCKS = frozenset(
    (
        "p", "div", "section", "article", "header", "footer", "main", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6",
        "blockquote", "center", "pre", "form", "fieldset", "tr", "td", "th", "br", "hr", "caption",
    )
)  # fmt: skip
#: A span beyond this is a mistake or an attack; no form has as many columns or rows.
_MAX_SPAN = 2_000


def read_web(data: bytes) -> Document:
    """A page's lines and tables in document order; a line's number is that of its element in the page's source.

    Raises :class:`UnreadableDocument` for a page without content.
    """
    text = plain(decode(data))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # a declared encoding would contradict the decoded text
    try:
        root = html.fromstring(text, parser=html.HTMLParser(huge_tree=True))  # else text nested too deeply is dropped in silence
    except (ParserError, ValueError):
        raise UnreadableDocument("the web page has no content", "fetch it again, or offer the attached report") from None
    blocks = tuple(_blocks(root))
    return Document(hashlib.sha256(data).hexdigest(), HTML, READER, "grid", (Page(None, None, None, blocks),))


def _blocks(root: html.HtmlElement) -> Iterator[Line | Table]:
    """Lines and tables below an element; a table around other tables only lays out the page.  Iterative: pages nest deeply."""
    words: list[str] = []
    line = root.sourceline or 1

    def said() -> Iterator[Line]:
        joined = re.sub(r"\s+", " ", "".join(words)).strip()
        words.clear()
        if joined:
            yield Line(joined, Place(line=line))

    stack: list[tuple[html.HtmlElement, bool]] = [(root, False)]
    while stack:
        element, left = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if left:
            if tag in _BLOCKS:
                yield from said()
            words.append(element.tail or "")
            continue
        if not tag or tag in _SILENT:
            words.append(element.tail or "")
            continue
        if tag in _BLOCKS or tag == "table":
            yield from said()
            line = element.sourceline or line
        if tag == "table" and element.find(".//table") is None:
            table = _table(element)
            if table is not None:
                yield table
                words.append(element.tail or "")
                continue
        words.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(list(element)))
    yield from said()


def _table(element: html.HtmlElement) -> Table | None:
    """The grid of a table element, ``None`` where it is no grid (one cell, or one column of text)."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    n_cols = 0
    rows = element.findall(".//tr")
    for r, row in enumerate(rows):
        c = 0
        for item in row:
            if item.tag not in ("td", "th"):
                continue
            while (r, c) in taken:
                c += 1
            down, across = min(_span(item.get("rowspan")), len(rows) - r), _span(item.get("colspan"))
            taken.update((r + i, c + j) for i in range(down) for j in range(across))
            cells.append(Cell(r, c, _text(item), down, across, Place(line=item.sourceline), found="markup"))
            c += across
            n_cols = max(n_cols, c)
    if len(rows) < 2 or n_cols < 2:
        return None
    return Table(tuple(cells), len(rows), n_cols, Place(line=element.sourceline), READER)


def _span(value: str | None) -> int:
    digits = re.match(r"\s*(\d{1,6})", value or "")
    return min(max(int(digits[1]), 1), _MAX_SPAN) if digits else 1


def _text(element: html.HtmlElement) -> str:
    for br in element.iter("br"):
        br.tail = "\n" + (br.tail or "")
    lines = (re.sub(r"\s+", " ", part).strip() for part in str(element.text_content()).split("\n"))
    return "\n".join(part for part in lines if part)
