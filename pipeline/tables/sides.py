"""Two pages side by side on one sheet: taken apart before tables are looked for, and put back to where they stand.

A table that goes on to the right of the other page's would be one with it, and no title would stand over the middle of its table.  Pages that
were made smaller to fit are read at the size of a page: what is far and what is near is told in points.
What belongs here: telling such sheets, and the way there and back.  What may not: tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.lexicon.forms import form_of_title
from pipeline.model.figures import Place
from pipeline.reading.document import Line, Page, Table
from pipeline.reading.glyphs import Glyph
from pipeline.reading.layer import PlainPage
from pipeline.reading.paths import Shape
from pipeline.reading.pdf import lines_of

#: A sheet is wider than this times its height.
_WIDE = 1.2
#: Nothing stands within this of the middle of a sheet of two pages (points).
_GUTTER = 6.0
#: What is drawn over so much of the width is the ground of the whole sheet.
_FRAME = 0.95
#: A page has more characters than this.
_LEAST_CHARACTERS = 40
#: The longer side of a page as it was before two of them were put on a sheet (points, A4).
_LONG = 842.0
#: The middle of a title is no farther from the middle of its page than this share of the page's width.
_CENTRED = 0.08


def apart(pages: Sequence[Page]) -> list[Page]:
    """The pages, every sheet of two as two; the right one has the sheet's number below nothing until :func:`together`.

    Sheets that nothing crosses are of two pages where a form's title stands over the middle of one side of one of them.
    """
    sheets = {id(page) for page in pages if page.number and page.drawn is not None and _open_in_the_middle(page.drawn)}
    two = any(id(page) in sheets and _titled(page) for page in pages)
    found: list[Page] = []
    for page in pages:
        found.extend(_halves(page) if two and id(page) in sheets else (page,))
    return found


def together(pages: Sequence[Page], sheets: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with everything at its place on its sheet: a right page keeps its order, behind the left one, and gets the sheet's number."""
    apart = {page.number for page in pages if page.number is not None and page.number < 0}
    taken = {sheet.number: sheet for sheet in sheets if sheet.number and -sheet.number in apart}
    return tuple(_put_back(page, taken[abs(page.number)]) if page.number and abs(page.number) in taken else page for page in pages)


def _open_in_the_middle(drawn: PlainPage) -> bool:
    """Whether a sheet is wide and nothing crosses its middle."""
    if drawn.width < _WIDE * drawn.height or drawn.boxes:
        return False
    middle = drawn.width / 2
    extents = [(g.x0, g.x1) for g in drawn.glyphs if g.text.strip()] + [(s.x0, s.x1) for s in drawn.shapes]
    return not any(x0 < middle + _GUTTER and x1 > middle - _GUTTER and x1 - x0 < _FRAME * drawn.width for x0, x1 in extents)


def _titled(page: Page) -> bool:
    """Whether both sides of a sheet have text, and a form's title stands over the middle of one of them."""
    halves = _halves(page)
    if any(sum(len(line.text) for line in half.lines) < _LEAST_CHARACTERS for half in halves):
        return False
    titles = ((half.width or 0.0, line.place) for half in halves for line in half.lines if form_of_title(line.text) is not None)
    return any(abs((p.x0 or 0.0) + (p.x1 or 0.0) - width) / 2 < _CENTRED * width for width, p in titles)


def _sides(drawn: PlainPage) -> list[tuple[PlainPage, float, float]]:
    """The left and the right page, each in coordinates of its own, with where it begins and by how much it is larger than on the sheet."""
    middle = drawn.width / 2
    found = []
    for at in (0.0, middle):
        own = [g for g in drawn.glyphs if at <= (g.x0 + g.x1) / 2 < at + middle]
        shapes = [s for s in drawn.shapes if at - 1 <= s.x0 and s.x1 <= at + middle + 1]
        k = _larger([*own, *shapes], middle, drawn.height)
        glyphs = [g._replace(x0=(g.x0 - at) * k, top=g.top * k, x1=(g.x1 - at) * k, bottom=g.bottom * k) for g in own]
        moved = [s._replace(x0=(s.x0 - at) * k, top=s.top * k, x1=(s.x1 - at) * k, bottom=s.bottom * k) for s in shapes]
        found.append((replace(drawn, glyphs=glyphs, shapes=moved, width=middle * k, height=drawn.height * k, images=[]), at, k))
    return found


def _larger(drawn: Sequence[Glyph | Shape], width: float, height: float) -> float:
    """By how much a page is made larger to be read: one that lies on its side fills the width of its half of the sheet only."""
    high = max((d.bottom for d in drawn), default=height) - min((d.top for d in drawn), default=0.0)
    return max(1.0, _LONG / (max(width, height) if high > width else width))


def _halves(page: Page) -> list[Page]:
    made = []
    sheet, drawn = page.number or 0, page.drawn or PlainPage()
    for (half, at, k), number in zip(_sides(drawn), (sheet, -sheet), strict=True):
        lines = tuple(lines_of(number, half.lines, half.height))
        own = [p for p in page.pictures if (((p.place.x0 or 0.0) + (p.place.x1 or 0.0)) / 2 < drawn.width / 2) == (number > 0)]
        pictures = tuple(replace(p, place=_there(p.place, number, k, -at * k)) for p in own)
        made.append(replace(page, number=number, width=half.width, height=half.height, blocks=lines, pictures=pictures, drawn=half))
    return made


def _there(place: Place, number: int, k: float, right: float) -> Place:
    """A place ``k`` times as large and so much farther to the right, on the page of that number."""
    x0, x1 = (None if x is None else round(x * k + right, 1) for x in (place.x0, place.x1))
    top, bottom = (None if y is None else round(y * k, 1) for y in (place.top, place.bottom))
    return replace(place, page=number, x0=x0, top=top, x1=x1, bottom=bottom)


def _put_back(page: Page, sheet: Page) -> Page:
    """A page at its place on its sheet."""
    number, width = sheet.number or 0, sheet.width or 0.0
    at = width / 2 if (page.number or 0) < 0 else 0.0
    k = width / 2 / (page.width or 1.0)

    def there(place: Place) -> Place:
        return _there(place, number, k, at)

    def moved(block: Line | Table) -> Line | Table:
        if isinstance(block, Line):
            words = tuple(replace(w, x0=w.x0 * k + at, top=w.top * k, x1=w.x1 * k + at, bottom=w.bottom * k) for w in block.words)
            return replace(block, place=there(block.place), words=words)
        return replace(block, place=there(block.place), cells=tuple(replace(c, place=there(c.place)) for c in block.cells))

    rules = tuple((y * k, x0 * k + at, x1 * k + at) for y, x0, x1 in page.rules)
    pictures = tuple(replace(p, place=there(p.place)) for p in page.pictures)
    blocks = tuple(moved(b) for b in page.blocks)
    return replace(page, number=number, width=width, height=sheet.height, blocks=blocks, rules=rules, pictures=pictures)
