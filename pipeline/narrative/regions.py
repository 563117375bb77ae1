"""Where the narrative, the overview, the glossary and the evaluation reports stand among a document's lines.

What belongs here: the lines that count as running text, and the borders between the parts of a report.  What may not: sections
within a part (``sections``).  Source: the template's third part 部门决算情况说明 and its regional titles; some text layers lose the
part's title, so that its first section heading has to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.lexicon import lexicon
from pipeline.model.figures import Figure, Place
from pipeline.narrative.text import canonical, marks
from pipeline.reading.document import Document, Line, Table

#: A heading is no longer than this.
HEADING_LENGTH = 45
#: A line among the first or last so many of this many pages is a running header or footer.
_EDGE, _RUNNING = 2, 4


@dataclass(frozen=True, slots=True)
class Printed:
    """A line of running text: canonical, as printed, where it stands, and whether it is a running header or footer."""

    text: str
    place: Place
    block: int
    raw: str
    running: bool = False


@dataclass(frozen=True, slots=True)
class Regions:
    """The lines of each part of a report's running text; empty where it has none."""

    overview: Sequence[Printed] = ()
    narrative: Sequence[Printed] = ()
    glossary: Sequence[Printed] = ()
    evaluations: Sequence[Printed] = ()


def is_furniture(text: str) -> bool:
    """Whether a canonical line is a page number, a label of a chart, or a unit note rather than text."""
    return marks("furniture").match(text) is not None


def regions(document: Document, forms: Iterable[Figure] = ()) -> Regions:
    """The parts of a document that are running text.

    ``forms``: the figures of its nine forms, which the overview stands before.
    """
    lines = printed_lines(document)
    start, end = _narrative(lines, document.begins)
    first = _first_form(lines, forms, document)
    overview = min([i for i in (first, start if end else None, _glossary(lines, 0)) if i is not None], default=0)
    words, after = _glossary_region(lines, end)
    evaluation = next((i for i in range(max(end, after), len(lines)) if is_title(lines[i].text, "evaluation_title")), len(lines))
    return Regions(lines[:overview], lines[start:end], lines[words:after], lines[evaluation:])


def is_title(text: str, concept: str, scope: str = "start") -> bool:
    """Whether a line is a title of a concept (``evaluation_title``, ``glossary`` …) in the lexicon's sections."""
    return any(e.concept == concept and scope in e.scope and e.matches(text) for e in lexicon().entries("sections"))


def printed_lines(document: Document) -> list[Printed]:
    """The lines outside tables in canonical text, those at the edge of page after page marked as running headers or footers."""
    numbered: dict[int, list[Printed]] = {}
    for n, (page, block) in enumerate(document.blocks()):
        if isinstance(block, Line) and (text := canonical(block.text)):
            numbered.setdefault(id(page), []).append(Printed(text, block.place, n, block.text))
    pages = list(numbered.values())
    edges = Counter(text for page in pages for text in {p.text for p in (*page[:_EDGE], *page[-_EDGE:])})
    running = {text for text, n in edges.items() if n >= _RUNNING and not marks("stated").search(text) and not marks("part").match(text)}
    lines: list[Printed] = []
    for own in pages:
        last = len(own) - _EDGE
        for i, p in enumerate(own):
            at_edge = p.text in running and (i < _EDGE or i >= last)
            lines.append(Printed(p.text, p.place, p.block, p.raw, True) if at_edge else p)
    return lines


def _narrative(lines: list[Printed], begins: Sequence[int] = ()) -> tuple[int, int]:
    """First and one past last line of the narrative: of all candidates the one that states most figures, with the
    parts after it that explain as well (some provinces give 其他重要事项情况说明 a part of its own).

    ``begins``: pages at which another document begins, where no narrative runs on."""
    others = _first_lines(lines, begins)
    parts = [i for i, p in enumerate(lines) if marks("part").match(p.text) and len(p.text) <= HEADING_LENGTH]
    glossaries = [i for i, p in enumerate(lines) if len(p.text) <= HEADING_LENGTH and is_title(p.text, "glossary", "part")]
    ends = sorted({*parts, *glossaries, *others})
    titled = {i for i in (*parts, *others) if is_title("".join(p.text for p in lines[i : i + 2]), "narrative", "part")}
    titled -= {i for i in others if marks("accounts").search(lines[i].text) is None}  # 绩效自评情况说明 in a document of its own
    headed = [i for i, p in enumerate(lines) if _begins(p.text)]
    stated = [0]
    for p in lines:
        stated.append(stated[-1] + sum(1 for _ in marks("stated").finditer(p.text)))
    best, span = 0, (0, 0)
    for start in sorted({*headed, *titled}):
        end = next((e for e in ends if e > start), len(lines))
        if (count := stated[end] - stated[start]) and count >= best:
            best, span = count, (start, end)
    while span[1] in titled:
        span = span[0], next((e for e in ends if e > span[1]), len(lines))
    start = span[0]
    while span[1] and start and start - 1 not in others and (start - 1 in titled or is_title(lines[start - 1].text, "narrative", "part")):
        start -= 1  # the part's own title above its first section
    return start, span[1]


def _begins(text: str) -> bool:
    """Whether a line may be the first of a narrative: its first section, or its heading where no parts are numbered."""
    return len(text) <= HEADING_LENGTH * 2 and (is_title(text, "first_section") or is_title(text, "narrative_heading"))


def _first_lines(lines: list[Printed], begins: Sequence[int]) -> list[int]:
    """The first line of each document of a report that is spread over several."""
    found = (next((i for i, p in enumerate(lines) if (p.place.page or 0) >= begin), None) for begin in begins[1:])
    return [i for i in found if i is not None]


def _first_form(lines: list[Printed], forms: Iterable[Figure], document: Document) -> int | None:
    """The first line at or behind the first figure of the forms, less the lines of its heading above it; in a document whose
    figures have neither page nor line, behind its first table."""
    places = [(f.place.page or 0, f.place.line or 0) for f in forms if f.section == "form"]
    if not places:
        return None
    first = min(places)
    table = next((n for n, (_, block) in enumerate(document.blocks()) if isinstance(block, Table)), 0) if first == (0, 0) else 0
    at = next((i for i, p in enumerate(lines) if p.block >= table and (p.place.page or 0, p.place.line or 0) >= first), None)
    while at and len(lines[at - 1].text) <= HEADING_LENGTH and marks("form_head").search(lines[at - 1].text):
        at -= 1
    return at


def _glossary(lines: list[Printed], begin: int) -> int | None:
    """The first line from ``begin`` on that opens the glossary, its text behind it (not a line of the contents)."""
    found = (i for i in range(begin, len(lines)) if len(lines[i].text) <= HEADING_LENGTH and is_title(lines[i].text, "glossary", "part"))
    return next((i for i in found if any("：" in p.text for p in lines[i + 1 : i + 4])), None)


def _glossary_region(lines: list[Printed], begin: int) -> tuple[int, int]:
    start = _glossary(lines, begin) if begin else _glossary(lines, 0)
    if start is None:
        return begin, begin
    if start and marks("part").match(lines[start - 1].text):
        start -= 1
    stops = (i for i in range(start + 2, len(lines)) if _stops(lines[i].text))
    return start, next(stops, len(lines))


def _stops(text: str) -> bool:
    """Whether a line ends the glossary: another part, a table's title, an evaluation report."""
    if len(text) > HEADING_LENGTH:
        return False
    return bool(marks("part").match(text) or marks("ends_glossary").search(text)) or is_title(text, "evaluation_title")
