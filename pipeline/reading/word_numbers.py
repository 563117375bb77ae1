"""The numbers that Word prints before the paragraphs of a list (一、 （二） 3.), which stand nowhere in its text.

What belongs here: numbering definitions and counting.  What may not: text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from pipeline.model.chinese_numerals import numeral

_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"}
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
    (4, "iv"), (1, "i"),
)  # fmt: skip
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str
    text: str


@dataclass
class Numbering:
    """The lists of a document, by their number, and how far each has counted."""

    lists: dict[str, str] = field(default_factory=dict)  # a list → its definition
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # a definition → its levels
    styles: dict[str, tuple[str | None, int]] = field(default_factory=dict)  # a paragraph style → its list and level
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, part: Any) -> Numbering:
        """The numbering of a document's main part; none where it has no lists."""
        found = cls()
        root = _related(part, RELATIONSHIP_TYPE.NUMBERING)
        if root is None:
            return found
        for definition in root.iter(qn("w:abstractNum")):
            found.levels[definition.get(qn("w:abstractNumId"), "")] = dict(_level(e) for e in definition.iter(qn("w:lvl")))
        for item in root.iter(qn("w:num")):
            found.lists[item.get(qn("w:numId"), "")] = _value(item, "w:abstractNumId") or ""
        found._read_styles(_related(part, RELATIONSHIP_TYPE.STYLES))
        return found

    def _read_styles(self, root: Any) -> None:
        own: dict[str, tuple[str | None, int]] = {}
        based: dict[str, str] = {}
        for style in root.iter(qn("w:style")) if root is not None else ():
            name = style.get(qn("w:styleId"), "")
            based[name] = _value(style, "w:basedOn") or ""
            if (numbered := _find(style, "w:pPr/w:numPr")) is not None:
                own[name] = _value(numbered, "w:numId"), _int(_value(numbered, "w:ilvl"), 0)
        for name in based:
            ancestor, steps = name, 0
            while ancestor and ancestor not in own and steps < 20:
                ancestor, steps = based.get(ancestor, ""), steps + 1
            if ancestor in own:
                self.styles[name] = own[ancestor]

    def label(self, paragraph: Any) -> str:
        """The number printed before a paragraph, counted on; ``""`` where it is in no list, or its list has bullets."""
        numbered = _find(paragraph, "w:pPr/w:numPr")
        item, level = self.styles.get(_value(paragraph, "w:pPr/w:pStyle") or "", (None, 0))
        if numbered is not None:
            item, level = _value(numbered, "w:numId") or item, _int(_value(numbered, "w:ilvl"), level)
        definition = self.lists.get(item or "")
        levels = self.levels.get(definition or "", {})
        if definition is None or level not in levels:
            return ""
        counts = self.counts.setdefault(definition, {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in range(level + 1, _LEVELS):
            counts.pop(deeper, None)
        if levels[level].kind in ("bullet", "none"):
            return ""

        def printed(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            known = levels.get(at)
            return _printed(counts.get(at, known.start), known.kind) if known is not None else ""

        return re.sub(r"%(\d)", printed, levels[level].text)


def _related(part: Any, kind: str) -> Any:
    relation = next((r for r in part.rels.values() if r.reltype == kind and not r.is_external), None)
    return parse_xml(relation.target_part.blob) if relation is not None else None


def _level(element: Any) -> tuple[int, _Level]:
    at = _int(element.get(qn("w:ilvl")), 0)
    return at, _Level(_int(_value(element, "w:start"), 1), _value(element, "w:numFmt") or "decimal", _value(element, "w:lvlText") or "")


def _find(element: Any, path: str) -> Any:
    for step in path.split("/"):
        element = None if element is None else element.find(qn(step))
    return element


def _value(element: Any, path: str) -> str | None:
    found = _find(element, path)
    return None if found is None else found.get(qn("w:val"))


def _int(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 6 else default


def _printed(number: int, kind: str) -> str:
    if kind in _CHINESE:
        return numeral(number)
    if kind == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("upperRoman", "lowerRoman"):
        roman, rest = "", number
        for value, letters in _ROMAN:
            roman += letters * (rest // value)
            rest %= value
        return roman.upper() if kind == "upperRoman" else roman
    return str(number)
