"""Reader of OFD (GB/T 33190), the fixed layout of Chinese offices: text with positions and drawn rules, as a PDF's pages have them.

``ofdkit`` opens the package and names its pages and templates; glyphs and shapes come from their content.
What belongs here: OFD's objects → glyphs and shapes in points.  What may not: tables (``pipeline.tables``).
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import ofdkit
from ofdkit.package import Package

from pipeline.model.figures import Place
from pipeline.reading.document import Document, Line, Page, Picture, Table, UnreadableDocument, on_page
from pipeline.reading.glyphs import Glyph
from pipeline.reading.layer import PlainPage
from pipeline.reading.media import OFD
from pipeline.reading.packages import sound_package
from pipeline.reading.paths import Shape
from pipeline.reading.pdf import lines_of
from pipeline.reading.radicals import plain

READER = f"ofd/1 ofdkit/{ofdkit.__version__}"
MAX_PAGES = 1200
_POINTS = 72 / 25.4  # to a millimetre
#: Of a character's size, what stands above its baseline.
_ASCENT = 0.88
_DEEPEST, _MOST_OBJECTS = 16, 200_000
_COMMAND = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
_AS_IT_IS = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

#: Of a page, the share from which a picture may be a table; text over it, so many glyphs and more, says that it lies behind.
_SHARE_OF_A_PICTURE, _WHOLE, _FEW = 0.04, 0.5, 8
_UNREAD = ("a picture, which is not read", "offer the document that the picture was made from")
#: Millimetres: no page reaches so far; straight strokes differ by less across; a path of more characters is an outline.
_FAR, _NOISE, _LONGEST_PATH = 1e5, 0.2, 20_000
_TURNED = 0.2

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]


def read_ofd(data: bytes) -> Document:
    """All pages of an OFD document, tables not lowered.  Raises :class:`UnreadableDocument` for damaged and enormous files."""
    sha256 = hashlib.sha256(data).hexdigest()
    data, damage = sound_package(data, "OFD document")
    try:
        with ofdkit.open(data) as document, Package(data) as package:
            if len(document.pages) > MAX_PAGES:
                raise UnreadableDocument(f"the OFD has {len(document.pages):,} pages, more than any report", "cut the report out and offer that")
            templates, units = _templates(package), _units(package)
            pages = tuple(_page(package, page, templates, units) for page in document.pages)
            warnings = "; ".join(document.warnings[:3])
    except ofdkit.OFDError as error:
        raise UnreadableDocument(f"the OFD document is damaged ({damage or error})", "fetch it again, or print it to PDF and offer that") from None
    if not pages:
        raise UnreadableDocument("the OFD has no pages", "fetch it again")
    return Document(sha256, OFD, READER, "grid", pages, damage="; ".join(d for d in (damage, warnings) if d))


@dataclass
class _Content:
    """What a page draws, in millimetres from its top left."""

    glyphs: list[Glyph] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    images: list[tuple[Box, str]] = field(default_factory=list)  # with the number of what they show
    units: dict[str, Element] = field(default_factory=dict)  # composite graphics, drawn wherever they are named
    objects: int = 0


def _units(package: Package) -> dict[str, Element]:
    """The composite graphics of a package by their number."""
    found: dict[str, Element] = {}
    for name in package.names:
        if name.lower().endswith("res.xml"):
            try:
                root = package.read_xml(name)
            except ofdkit.OFDError:
                continue
            found.update(((unit.get("ID") or "").strip(), unit) for unit in _named(root, "CompositeGraphicUnit"))
    return found


def _templates(package: Package) -> dict[str, str]:
    """The templates that pages stand on, by their number: where each is in the package."""
    found = {}
    root = package.find("OFD.xml")
    for location in (e.text for e in _named(package.read_xml(root), "DocRoot")) if root is not None else ():
        path = package.resolve(root, location)
        if path is not None:
            for template in _named(package.read_xml(path), "TemplatePage"):
                resolved = package.resolve(path, template.get("BaseLoc"))
                if resolved is not None:
                    found[(template.get("ID") or "").strip()] = resolved
    return found


def _page(package: Package, page: Any, templates: dict[str, str], units: dict[str, Element]) -> Page:
    number = page.index + 1
    content = _Content(units=units)
    try:
        x, y, wide, high = page.box
        if page.location is not None:
            root = package.read_xml(page.location)
            for reference in _named(root, "Template"):
                location = templates.get((reference.get("TemplateID") or "").strip())
                if location is not None:
                    _layers(package.read_xml(location), content)
            _layers(root, content)
    except ofdkit.OFDError as error:
        picture = Picture(Place(number), f"the page is damaged ({error})", "fetch the document again")
        return Page(number, None, None, (), pictures=(picture,))
    glyphs = [Glyph(g.text, *_points((g.x0, g.top, g.x1, g.bottom), x, y)) for g in content.glyphs]
    shapes = [Shape(*_points((s.x0, s.top, s.x1, s.bottom), x, y), s.fill, s.stroke) for s in content.shapes]
    drawn = PlainPage(glyphs, wide * _POINTS, high * _POINTS, shapes)
    lines = lines_of(number, drawn.lines, drawn.height)
    shares = [((box[2] - box[0]) * (box[3] - box[1]) / (wide * high or 1), box, shown) for box, shown in content.images]
    scanned = next((shown for share, _, shown in shares if share > _WHOLE and len(glyphs) < _FEW), None)
    if scanned is not None:
        return _recognised(package, scanned, number)
    shown_at = {
        Place(number, *_points(box, x, y)): shown
        for share, box, shown in shares
        if share > _SHARE_OF_A_PICTURE and not _behind_text(box, content.glyphs)
    }
    tables = {place: _tables(package, shown, place) for place, shown in shown_at.items()}
    pictures = tuple(Picture(place, *_UNREAD) for place, found in tables.items() if not found)
    blocks: tuple[Line | Table, ...] = (*lines, *(table for found in tables.values() for table in found))
    return Page(number, drawn.width, drawn.height, blocks, pictures=pictures, drawn=drawn)


def _recognised(package: Package, shown: str, number: int) -> Page:
    """A page that is a picture."""
    from pipeline.reading.picture import read_images  # loads OpenCV

    data, unread = _medium(package, shown), Picture(Place(number), *_UNREAD)
    try:
        if data is not None:
            return on_page(read_images(data).pages[0], number)
    except UnreadableDocument as why:
        unread = Picture(Place(number), why.problem, why.remedy)
    return Page(number, None, None, (), pictures=(unread,))


def _tables(package: Package, shown: str, place: Place) -> list[Table]:
    """The tables of a picture on a page of text."""
    from pipeline.reading.picture import read_picture

    data = _medium(package, shown)
    return read_picture(data, place) if data is not None else []


def _medium(package: Package, shown: str) -> bytes | None:
    """The bytes of a picture by its number; ``None`` where the package does not have it."""
    for name in package.names:
        if name.lower().endswith("res.xml"):
            for medium in _named(package.read_xml(name), "MultiMedia"):
                if (medium.get("ID") or "").strip() == shown:
                    path = next((package.resolve(name, e.text) for e in _named(medium, "MediaFile")), None) or _beside(package, medium)
                    return bytes(package.read(path)) if path is not None else None
    return None


def _beside(package: Package, medium: Element) -> str | None:
    """A picture that is named without its folder (the resources' base)."""
    name = next((e.text or "" for e in _named(medium, "MediaFile")), "").strip().rsplit("/", 1)[-1]
    return next((n for n in package.names if name and n.rsplit("/", 1)[-1] == name), None)


def _points(box: Box, left: float, top: float) -> Box:
    """A box in millimetres as points from the page's own corner."""
    x0, y0, x1, y1 = box
    return (x0 - left) * _POINTS, (y0 - top) * _POINTS, (x1 - left) * _POINTS, (y1 - top) * _POINTS


def _behind_text(box: Box, glyphs: list[Glyph]) -> bool:
    return sum(box[0] < g.x0 and g.x1 < box[2] and box[1] < g.top and g.bottom < box[3] for g in glyphs) > _FEW


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _named(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if _local(element) == name)


def _layers(root: Element, content: _Content) -> None:
    for layer in _named(root, "Layer"):
        _objects(layer, _AS_IT_IS, content, 0)


def _objects(element: Element, matrix: Matrix, content: _Content, depth: int) -> None:
    for one in element:
        content.objects += 1
        if content.objects > _MOST_OBJECTS:
            return
        kind = _local(one)
        if kind == "PageBlock" and depth < _DEEPEST:
            _objects(one, matrix, content, depth + 1)
        elif kind == "CompositeObject" and depth < _DEEPEST:
            unit = content.units.get((one.get("ResourceID") or "").strip())
            for inner in unit if unit is not None else ():
                if _local(inner) == "Content":
                    _objects(inner, _times(_own_matrix(one), matrix), content, depth + 1)
        elif kind == "TextObject":
            _text(one, _times(_own_matrix(one), matrix), content)
        elif kind == "PathObject":
            content.shapes += _path(one, _times(_own_matrix(one), matrix))
        elif kind == "ImageObject":
            x, y, wide, high = _numbers(one.get("Boundary"), 4)
            content.images.append(((x, y, x + wide, y + high), (one.get("ResourceID") or "").strip()))


def _numbers(text: str | None, count: int) -> list[float]:
    """So many numbers of an attribute; nothing where they are not."""
    try:
        found = [float(part) for part in (text or "").split()]
    except ValueError:
        found = []
    ok = len(found) >= count and all(math.isfinite(v) and abs(v) < _FAR for v in found)
    return found[:count] if ok else [0.0] * count


def _own_matrix(one: Element) -> Matrix:
    """From an object's own coordinates to the page's: its matrix, then its corner."""
    x, y, _, _ = _numbers(one.get("Boundary"), 4)
    a, b, c, d, e, f = _numbers(one.get("CTM"), 6) if one.get("CTM") else _AS_IT_IS
    return a, b, c, d, e + x, f + y


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _text(one: Element, matrix: Matrix, content: _Content) -> None:
    """A text object's glyphs; text that is turned is a stamp or a watermark and no line of the page."""
    if abs(matrix[1]) > _TURNED * (abs(matrix[0]) or 1.0):
        return
    size = _numbers(one.get("Size"), 1)[0]
    scale = _numbers(one.get("HScale"), 1)[0] or 1.0
    x = y = 0.0
    for code in _named(one, "TextCode"):
        text = plain(code.text or "")
        x = _numbers(code.get("X"), 1)[0] if code.get("X") else x
        y = _numbers(code.get("Y"), 1)[0] if code.get("Y") else y
        right, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
        at_x, at_y = x, y
        for i, character in enumerate(text):
            wide = size * scale * (1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5)
            if character.strip():
                x0, top = _at(matrix, at_x, at_y - _ASCENT * size)
                x1, bottom = _at(matrix, at_x + wide, at_y + (1 - _ASCENT) * size)
                content.glyphs.append(Glyph(character, min(x0, x1), min(top, bottom), max(x0, x1), max(top, bottom)))
            at_x += right[i] if i < len(right) else 0.0 if down else wide
            at_y += down[i] if i < len(down) else 0.0


def _steps(text: str | None, most: int) -> list[float]:
    """Advances from glyph to glyph; ``g 3 5.2`` stands for three times 5.2."""
    parts = (text or "").split()
    steps: list[float] = []
    i = 0
    try:
        while i < len(parts) and len(steps) < most:
            if parts[i] == "g":
                steps += [float(parts[i + 2])] * min(int(parts[i + 1]), most)
                i += 3
            else:
                steps.append(float(parts[i]))
                i += 1
    except (ValueError, IndexError):
        return []
    return steps if all(math.isfinite(v) and abs(v) < _FAR for v in steps) else []


def _path(one: Element, matrix: Matrix) -> list[Shape]:
    """A path's straight strokes, or the box that it fills; what is bent or too long is an outline."""
    data = next((e.text or "" for e in _named(one, "AbbreviatedData")), "")
    points: list[tuple[float, float]] = []
    strokes: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for command, operands in _COMMAND.findall(data[:_LONGEST_PATH]):
        if command == "C":
            if points:
                strokes.append((points[-1], points[0]))
            continue
        if command not in ("S", "M", "L"):
            return []
        to = _at(matrix, *_numbers(operands, 2))
        if command == "L" and points:
            strokes.append((points[-1], to))
        points = [*points, to] if command == "L" else [to]
    filled = one.get("Fill", "false").strip() == "true"
    stroked = one.get("Stroke", "true").strip() != "false"
    light, ink = _light(one, "FillColor"), _light(one, "StrokeColor")
    shapes: list[Shape] = []
    if filled and len(strokes) > 1:
        xs, ys = [p[0] for s in strokes for p in s], [p[1] for s in strokes for p in s]
        shapes.append(Shape(min(xs), min(ys), max(xs), max(ys), light, ink if stroked else None))
    elif stroked:
        for (ax, ay), (bx, by) in strokes:
            if abs(ax - bx) < _NOISE or abs(ay - by) < _NOISE:
                shapes.append(Shape(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), None, ink))
    return shapes


def _light(one: Element, name: str) -> float:
    """How light a colour is, 0 black to 1 white; without one it is black."""
    color = next((e for e in one if _local(e) == name), None)
    if color is None or not color.get("Value"):
        return 0.0
    values = (color.get("Value") or "").replace("#", " ").split()
    try:
        parts = [float(v) / 255 for v in values]
    except ValueError:
        return 0.0
    if len(parts) == 4:
        return max(0.0, 1 - sum(parts[:3]) / 3 - parts[3])
    return sum(parts) / len(parts)
