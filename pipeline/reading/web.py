"""Reader of reports published as a web page: tables with their spans, and the text around them.

What belongs here: HTML elements → lines and tables.  What may not: finding pages (``pipeline.sources``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, islice

from lxml import html
from lxml.etree import ParserError
from lxml.html import defs

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Line, Page, Picture, Table, UnreadableDocument
from pipeline.reading.media import HTML, decode
from pipeline.reading.radicals import plain

READER = "web/2"
#: Files that a page may link as its tables, and the size (pixels) from which a picture may be one.
_ATTACHED = re.compile(r"\.(?:xlsx?|et|docx?|wps|pdf|ofd|rtf|rar|zip|7z)(?:$|[?#])", re.I)
_WIDE, _HIGH = 300, 100
_MOST_PICTURES = 50
#: A page of more cells is no report, and reading it would starve the others.
_MOST_CELLS = 200_000
_CELL = re.compile(r"<t[dh][\s>]", re.I)
_BEGINS = re.compile(r"<(?:html|body)[\s>]", re.I)
ATTACHMENT = "an attachment of the page is no part of the file"
_NAMED_PICTURE = re.compile(r"a picture \((.+)\) is not read")
_SILENT = ("script", "style", "noscript", "template", "head", "nav", "svg")
_BLOCKS = frozenset(
    (
        "p", "div", "section", "article", "header", "footer", "main", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6",
        "blockquote", "center", "pre", "form", "fieldset", "tr", "td", "th", "br", "hr", "caption",
    )
)  # fmt: skip
_OF_A_ROW = frozenset(("td", "th", *_SILENT))
#: What a cell says of its extent, and how alike a word must be to be one of these broken.
_SPANS, _NEARLY = ("rowspan", "colspan"), 0.75
_EXTENT = re.compile(r"\W*\d*\W*(?:px)?\W*", re.I)
_ENDS = re.compile(r"</([^\s>]{1,40})")
#: Elements of strange names that are looked at: one within a table tells as much as a thousand.
_MOST_STRANGE = 100
#: The names of elements; the library's list lacks some that may stand in a cell.
_WORDS = defs.tags | {"bdi", "data", "main", "nobr", "picture", "slot", "template"}
#: A span beyond this is a mistake or an attack; no form has as many columns or rows.
_MAX_SPAN = 2_000


def read_web(data: bytes) -> Document:
    """A page's lines and tables in document order; a line's number is that of its element in the page's source.

    Raises :class:`UnreadableDocument` for a page without content, and for an enormous one.
    """
    decoded = decode(data)
    text = plain(decoded)
    if (cells := len(_CELL.findall(text))) > _MOST_CELLS:
        raise UnreadableDocument(f"the web page has {cells:,} cells of tables, more than any report", "cut the report out and offer that")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # a declared encoding would contradict the decoded text
    try:
        root = html.fromstring(text, parser=html.HTMLParser(huge_tree=True))  # else text nested too deeply is dropped in silence
    except (ParserError, ValueError):
        raise UnreadableDocument("the web page has no content", "fetch it again, or offer the attached report") from None
    blocks = tuple(_blocks(root))
    pictures = tuple(_pictures(root, any(isinstance(b, Table) for b in blocks)))
    if not blocks and not pictures:
        drawn = root.find(".//script") is not None
        problem = "the web page has no text: a script draws it" if drawn else "the web page has no content"
        raise UnreadableDocument(problem, "print it to PDF from a browser, or offer the attached report")
    lowered = text[-2000:].lower()
    cut = bool(_BEGINS.search(text[:4000])) and not ("</html" in lowered or "</body" in lowered)
    page = Page(None, None, None, blocks, pictures=pictures)
    zeroed = "its text holds what no text holds" if "\x00" in decoded else ""  # a parser passes over it without a word
    damage = "; ".join(filter(None, ("the page ends too early" if cut else "", zeroed, *map(_broken, root.iter("tr")), _wordless(root, text))))
    return Document(hashlib.sha256(data).hexdigest(), HTML, READER, "grid", (page,), damage=damage)


def _broken(row: html.HtmlElement) -> str:
    """What is broken about a row's markup: words that stand in none of its cells, or that a tag which does not end has swallowed."""
    outside = [row.text or "", *(c.tail or "" for c in row), *(c.text_content() for c in row if c.tag not in _OF_A_ROW and isinstance(c.tag, str))]
    if any(re.search(r"[\w<]", text) for text in outside):
        return f"line {row.sourceline}: words of a table stand outside of its cells"
    if any("<" in part for cell in row for pair in cell.attrib.items() for part in pair):
        return f"line {row.sourceline}: a cell's tag does not end"
    said = [pair for cell in row for pair in cell.attrib.items()]
    names = (n for n, _ in said if n not in _SPANS and _is_nearly_a_span(n))
    values = (v for n, v in said if n in _SPANS and not _EXTENT.fullmatch(v))
    return _no_word(row, next(chain(names, values), ""))


def _wordless(root: html.HtmlElement, text: str) -> str:
    """The first element within a table's row whose name is none of the language and of no program's own, which ends what it begins."""
    ended = set(_ENDS.findall(text.lower()))
    names = {e.tag for e in root.iter() if isinstance(e.tag, str)} - _WORDS - ended
    strange = islice(root.iter(*names), _MOST_STRANGE) if names else ()
    inside = (e for e in strange if ":" not in e.tag and "-" not in e.tag and next(e.iterancestors("tr"), None) is not None)
    first = next(inside, None)
    return _no_word(first, first.tag) if first is not None else ""


def _no_word(element: html.HtmlElement, said: str) -> str:
    return f"line {element.sourceline}: a tag of a table says {said[:20]}, which is no word of the language" if said else ""


@lru_cache(maxsize=1000)
def _is_nearly_a_span(name: str) -> bool:
    return bool(get_close_matches(name, _SPANS, 1, _NEARLY))


def _pictures(root: html.HtmlElement, has_tables: bool) -> Iterator[Picture]:
    """Pictures that may be tables, and attachments that may hold them: the latter only where the page has no table itself."""
    seen: set[str] = set()
    for element in root.iter("img", "a"):
        source = (element.get("src" if element.tag == "img" else "href") or "").strip()
        name = re.sub(r"[?#].*", "", source).rsplit("/", 1)[-1][:80]
        if not name or name in seen or len(seen) > _MOST_PICTURES or any(e.tag in _SILENT for e in element.iterancestors()):
            continue
        place = Place(line=element.sourceline)
        if element.tag == "img" and _may_be_a_table(element, has_tables):
            seen.add(name)
            shown = "inside of the page" if source.startswith("data:") else f"({name})"
            yield Picture(place, f"a picture {shown} is not read", "fetch the picture and offer it with the page, as one zip")
        elif element.tag == "a" and not has_tables and _ATTACHED.search(source):
            seen.add(name)
            title = " ".join(str(element.text_content()).split())[:80] or name
            yield Picture(place, f"{ATTACHMENT}: {title}", "fetch it and offer it with the page, as one zip")


def picture_named(problem: str) -> str:
    """The file name of a picture that a page shows, by what is said of it; ``""`` for anything else."""
    found = _NAMED_PICTURE.fullmatch(problem)
    return found[1] if found is not None else ""


def _may_be_a_table(image: html.HtmlElement, has_tables: bool) -> bool:
    """Whether a picture is large enough; one that says no size may be, where the page has no table."""
    size = [_pixels(image, name) for name in ("width", "height")]
    if None in size:
        return not has_tables and all(v is None or v >= least for v, least in zip(size, (_WIDE, _HIGH), strict=True))
    return all((v or 0) >= least for v, least in zip(size, (_WIDE, _HIGH), strict=True))


def _pixels(image: html.HtmlElement, name: str) -> int | None:
    styled = re.search(rf"(?:^|[;\s]){name}\s*:\s*(\d{{1,5}})", image.get("style") or "")
    told = re.match(r"\s*(\d{1,5})\s*(?:px)?\s*$", image.get(name) or "")
    found = styled or told
    return int(found[1]) if found else None


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
