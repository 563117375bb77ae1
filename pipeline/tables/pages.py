"""One PDF page lowered: glyphs and rules → ruled tables and the lines between them, walled so that a page costs only itself.

What belongs here: the order of the steps on a page.  What may not: how cells are found (``grid``, ``ruled``), tables that only
alignment tells (``aligned``).
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.model.figures import Place
from pipeline.model.numbers import decimals_in
from pipeline.reading.document import Line, Page, Picture, Table
from pipeline.reading.glyphs import Glyph, line_text, visual_lines
from pipeline.reading.layer import PlainPage
from pipeline.reading.pdf import lines_of
from pipeline.tables.bodies import with_bodies
from pipeline.tables.grid import heights, table_boxes
from pipeline.tables.pieces import with_uprights
from pipeline.tables.ruled import RuledTable
from pipeline.tables.rules import Rules, rules_of

READER = "pdf/ruled"
#: From this many shapes on, a page may hold a ruled table.
_SHAPES_OF_A_TABLE = 4
_UNKNOWN = re.compile(r"\(cid:\d+\)|\ufffd")


@dataclass
class RuledPage:
    """A page's ruled tables while the second reader is still to be asked, the glyphs that stand in none, and its rules."""

    page: Page
    tables: list[RuledTable] = field(default_factory=list)
    rest: list[Glyph] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    columns: Sequence[float] = ()  # of a body without rules that may go on on the next page

    def finished(self) -> Page:
        """The page with its tables and lines in reading order."""
        page, drawn = self.page, self.page.drawn
        if drawn is None:
            return page
        lines = lines_of(page.number or 1, visual_lines(self.rest), drawn.height) if self.tables else page.lines
        blocks: list[Line | Table] = [*lines, *page.tables, *(t.table(READER) for t in self.tables)]
        ordered = tuple(sorted(blocks, key=lambda b: (b.place.top or 0.0, b.place.x0 or 0.0)))
        lost = lost_decimals(drawn.lines, ordered) if self.tables else ()
        return replace(page, blocks=ordered, lost=lost, rules=tuple(heights(self.rules.flat)), drawn=None)


def ruled_pages(pages: Iterable[Page]) -> list[RuledPage]:
    """The ruled tables of a document's pages; columns that go on without rules go on from page to page."""
    found: list[RuledPage] = []
    for page in pages:
        found.append(ruled_page(page, found[-1].columns if found else ()))
    return found


def ruled_page(page: Page, carried: Sequence[float] = ()) -> RuledPage:
    """The page's ruled tables.  A page that fails keeps its lines, and a picture that says what was not read."""
    drawn = page.drawn
    if drawn is None or (len(drawn.shapes) + len(drawn.boxes) < _SHAPES_OF_A_TABLE and not carried):
        return RuledPage(page)
    try:
        return _ruled(page, drawn, carried)
    except (ArithmeticError, LookupError, ValueError) as error:
        logging.getLogger(__name__).warning("page %s: its tables cannot be told: %r", page.number, error)
        return RuledPage(unlowered(page, error))


def unlowered(page: Page, error: Exception) -> Page:
    """The page as it is, with a picture over it that says why its tables are not read."""
    place = Place(page.number, 0.0, 0.0, page.width, page.height)
    problem = f"its tables cannot be told ({type(error).__name__})"
    return replace(page, pictures=(*page.pictures, Picture(place, problem, "report this document")))


def _ruled(page: Page, drawn: PlainPage, carried: Sequence[float]) -> RuledPage:
    rules, columns = with_bodies(with_uprights(rules_of(drawn), page), page, carried)
    tables = [RuledTable(boxes, page.number or 1) for boxes in table_boxes(rules)]
    if not tables:
        return RuledPage(page, rules=rules)
    rest: list[Glyph] = []
    for line in drawn.lines:
        left: list[Glyph] = line
        for table in tables:
            left = table.take(left) if left else left
        rest.extend(left)
    loose = [t for t in tables if t.fused()]
    rest += [g for t in loose for glyphs in t.glyphs for g in glyphs]
    return RuledPage(page, [t for t in tables if t not in loose], rest, rules, columns)


def lost_decimals(printed: Iterable[Sequence[Glyph]], blocks: Sequence[Line | Table]) -> tuple[str, ...]:
    """Decimals of the page by the plain text layer that stand in no block, and texts with glyphs that no one can tell."""
    lines = [decimals_in(line_text(line)) for line in printed if any("." in g.text or "．" in g.text for g in line)]
    want = Counter(decimal for line in lines for decimal in line)
    unknown: list[str] = []
    for block in blocks:
        texts = [block.text] if isinstance(block, Line) else [c.text.replace("\n", "") for c in block.cells]
        for text in texts:
            want.subtract(decimals_in(text))
            if "(cid:" in text or "\ufffd" in text:  # glyphs without a meaning: a number may be among them
                unknown.append(_UNKNOWN.sub("?", text)[:40])
    lost = Counter({d: n for d, n in want.items() if n > 0})
    found = [*(d for d, n in want.items() if n < 0), *(c.text for b in blocks if isinstance(b, Table) for c in b.cells if c.text.isdecimal())]
    for line in lines:  # numbers that touch are read as one along the line, and apart by their cells
        gone = [d for d in line if d in lost]
        if gone and _is_made_of("".join(gone), found):
            lost -= Counter(gone)
    return (*sorted(lost), *unknown)


def _is_made_of(digits: str, numbers: Sequence[str]) -> bool:
    """Whether digits are nothing but some of the numbers one after another."""
    reached = {0}
    for at in range(len(digits)):
        if at in reached:
            reached |= {at + len(n) for n in numbers if digits.startswith(n, at)}
    return len(digits) in reached
