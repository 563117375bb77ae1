"""What a paragraph of Word prints, and what it holds besides text: text boxes, embedded objects, pictures.

Accepted text counts (inserted in, deleted and moved away out), hidden text does not; of content that is given twice, for newer and for
older programs, the newer one counts.  What belongs here: runs.  What may not: tables and the order of blocks (``word``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import nsmap, qn

from pipeline.reading.radicals import plain

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_ALTERNATE, _CHOICE, _FALLBACK = f"{_MC}AlternateContent", f"{_MC}Choice", f"{_MC}Fallback"
#: Around content without printing anything themselves.
_AROUND = {
    qn(f"w:{name}")
    for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase")
}
_GONE = {qn("w:del"), qn("w:moveFrom"), qn("w:rt")}
_MARKS = {qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_BOX = qn("w:txbxContent")
#: A picture smaller than this (in EMU, 914,400 to the inch) is an emblem, a seal or a line, and no table.
_WIDE, _HIGH = 3 * 914_400, 914_400


@dataclass
class Held:
    """A paragraph's text, and its text boxes, embedded objects (relation and what they are called) and pictures."""

    text: str = ""
    boxes: list[Any] = field(default_factory=list)
    objects: list[tuple[str | None, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.boxes or self.objects or self.pictures)

    def add(self, other: Held) -> None:
        """Take over what another paragraph holds besides text."""
        self.boxes += other.boxes
        self.objects += other.objects
        self.pictures += other.pictures


def parts(element: Any) -> Iterator[Any]:
    """The children of an element that count, those inside of content controls, insertions and the like included."""
    for child in element:
        if child.tag in _GONE:
            continue
        if child.tag in _AROUND:
            yield from parts(child)
        elif child.tag == _ALTERNATE:
            yield from parts(_counting(child))
        else:
            yield child


def _counting(alternate: Any) -> Any:
    """Of content given for newer and older programs, the one that counts."""
    choices = [child for child in alternate if child.tag == _CHOICE and len(child)]
    fallback = alternate.find(_FALLBACK)
    return choices[0] if choices or fallback is None else fallback


def is_on(switch: Any) -> bool:
    """Whether a switch of the format (hidden, deleted) is there and not turned off."""
    return switch is not None and switch.get(qn("w:val"), "true") not in ("0", "false", "off")


def held_in(paragraph: Any) -> Held:
    """What a paragraph prints and holds."""
    held = Held()
    texts: list[str] = []
    _gather(paragraph, texts, held)
    held.text = plain("".join(texts)).strip()
    return held


def _gather(element: Any, texts: list[str], held: Held) -> None:
    for child in parts(element):
        if child.tag in (qn("w:t"), _MATH_TEXT):
            texts.append(child.text or "")
        elif child.tag in _MARKS:
            texts.append(_MARKS[child.tag])
        elif child.tag == qn("w:r"):
            if not is_on(child.find(f"{qn('w:rPr')}/{qn('w:vanish')}")):
                _gather(child, texts, held)
        elif child.tag == qn("w:object"):
            _object(child, held)
        elif child.tag in (qn("w:drawing"), qn("w:pict")):
            _drawn(child, held)
        elif isinstance(child.tag, str) and child.tag.startswith("{http://schemas.openxmlformats.org/officeDocument/2006/math}"):
            _gather(child, texts, held)


def _object(element: Any, held: Held) -> None:
    ole = element.find(f"{_OFFICE}OLEObject")
    if ole is not None:
        held.objects.append((ole.get(qn("r:id")), f"an embedded object ({ole.get('ProgID', 'of unknown kind')})"))
    else:
        _drawn(element, held)


def _drawn(element: Any, held: Held) -> None:
    """Text boxes of a drawing, and its pictures where they are large enough for a table."""
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag == _BOX:
            held.boxes.append(node)
            continue
        if node.tag == _ALTERNATE:
            node = _counting(node)
        stack.extend(reversed(list(node)))
    extent = element.find(f".//{{{nsmap['wp']}}}extent")
    if extent is not None and _large(extent.get("cx"), _WIDE) and _large(extent.get("cy"), _HIGH):
        held.pictures += [r for blip in element.iter(qn("a:blip")) if (r := blip.get(qn("r:embed")))]
    if element.tag == qn("w:pict"):
        held.pictures += [r for data in element.iter(f"{_VML}imagedata") if (r := data.get(qn("r:id"))) and _shape_is_large(data)]


def _large(value: str | None, least: int) -> bool:
    return value is not None and value.isdecimal() and int(value) >= least


def _shape_is_large(data: Any) -> bool:
    """Whether an old drawing, whose size stands in a style sheet, is large enough for a table."""
    style = dict(part.split(":", 1) for part in (data.getparent().get("style") or "").split(";") if ":" in part)
    return all(_points(style.get(name, "")) >= least / 12_700 for name, least in (("width", _WIDE), ("height", _HIGH)))


def _points(length: str) -> float:
    units = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}
    length = length.strip()
    try:
        return float(length[:-2]) * units.get(length[-2:], 0.0)
    except ValueError:
        return 0.0
