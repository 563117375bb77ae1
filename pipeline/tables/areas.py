"""Where on the pages tables stand that no grid of rules tells: runs of lines whose words stand in columns, over page breaks.

What belongs here: telling lines of a table from titles, notes and prose, by their shape and by the words that stand around tables.
What may not: columns and rows.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.lexicon.around import around_table, is_note
from pipeline.lexicon.forms import form_of_title, unit_of
from pipeline.lexicon.titles import names_a_table
from pipeline.model.text import canonical
from pipeline.reading.document import Line, Page, Table, Word
from pipeline.reading.furniture import is_furniture
from pipeline.tables.columns import numeric

#: A blank wider than this, in heights of a line, parts cells; a smaller one may be a blank between words.
WIDE = 0.9
#: A line that fills this share of its page's width with one piece of text is prose.
_FULL = 0.6
#: A title is no longer than this (characters); a line of a cell that no other stands beside neither.
_LONGEST_TITLE = 50
#: Lines between two pieces of a table on one page are no farther apart than this (heights of a line).
_FARTHEST = 6.0

#: Rules that begin and end alike from which they are a table's; the highest row between two of them (points).
_RULES_OF_A_FRAME, _HIGHEST_ROW = 4, 240.0

#: What parts tables wherever it stands.
_BETWEEN = frozenset({"number", "owner", "year", "contents", "annex", "part"})
_TITLE = re.compile(r"(?P<table>[^,;。]{2,}表)(\([^()]{1,24}\))?$|[^,;。]*(报告|说明|情况|附件|明细)$")
_LEADERS = re.compile(r"[.…·]{4,}|…{2,}")
_CJK = re.compile(r"[一-鿿]")


@dataclass
class Area:
    """The lines of one table, page by page."""

    lines: list[Line] = field(default_factory=list)

    @property
    def pages(self) -> list[int | None]:
        return list(dict.fromkeys(line.place.page for line in self.lines))


def areas_of(pages: Iterable[Page]) -> list[Area]:
    """The areas of a document in reading order; one that goes on at the head of the next page is one."""
    found: list[Area] = []
    open_below = False  # whether the last area reaches the end of its page
    for page in pages:
        runs, first_is_head, last_is_foot = _runs(page)
        for n, run in enumerate(runs):
            if n == 0 and first_is_head and open_below and found and page.number == _next_page(found[-1]):
                found[-1].lines.extend(run)
            else:
                found.append(Area(list(run)))
        if runs:
            open_below = last_is_foot
        elif any(not is_furniture(line.text) for line in page.lines) or page.tables:
            open_below = False
    return [area for area in found if _is_tabular(area.lines)]


def _next_page(area: Area) -> int | None:
    last = area.lines[-1].place.page
    return last + 1 if last is not None else None


def _runs(page: Page) -> tuple[list[list[Line]], bool, bool]:
    """The runs of lines of a page that may be tables; whether the first is the page's head, and the last its foot."""
    framed = _framed(page)
    blocks = [b for b in page.blocks if isinstance(b, Table) or not _is_margin(b, page)]
    runs: list[list[Line]] = [[]]
    ends: list[bool] = []
    before: Line | None = None  # the last line that stands around a table
    width = page.width or 595.0
    for block in blocks:
        kept = (
            isinstance(block, Line)
            and bool(block.words)
            and not (_parts(block, width, runs[-1], framed(block)) or (_goes_on(before, block) and not framed(block)))
        )
        if isinstance(block, Line) and not kept and not _goes_on(before, block):
            before = block
        if kept and isinstance(block, Line):
            before = None
            if runs[-1] and _is_far(runs[-1][-1], block):
                runs.append([])
            runs[-1].append(block)
        elif runs[-1]:
            runs.append([])
        ends.append(kept)
    return [run for run in runs if run], bool(ends and ends[0]), bool(ends and ends[-1])


def _framed(page: Page) -> Callable[[Line], bool]:
    """Whether a line stands between two horizontal rules of one table: several rules that begin and end alike."""
    tables = Counter((round(x0 / 8), round(x1 / 8)) for _, x0, x1 in page.rules)
    rules = sorted(y for y, x0, x1 in page.rules if tables[round(x0 / 8), round(x1 / 8)] >= _RULES_OF_A_FRAME)

    def within(line: Line) -> bool:
        at = bisect(rules, ((line.place.top or 0.0) + (line.place.bottom or 0.0)) / 2)
        return 0 < at < len(rules) and rules[at] - rules[at - 1] < _HIGHEST_ROW

    return within


def _goes_on(before: Line | None, line: Line) -> bool:
    """Whether a line is the rest of what stands around a table: of a note, of the publisher's name in a narrow cell."""
    if before is None or not before.words or _has_numbers(line):
        return False
    if is_note(before.text):
        return True
    first, own = before.words[0], line.words[0]
    near = own.top - first.bottom < own.bottom - own.top
    owner = bool(around_table("".join(w.text for w in pieces_of(before.words)[0])) & _BETWEEN)
    return owner and near and len(line.words) == 1 and abs(first.x0 - own.x0) < 3


def _is_margin(line: Line, page: Page) -> bool:
    """Whether a line is a page number or a running head: it parts no table from its rest on the next page."""
    text = canonical(line.text)
    edge = (line.place.top or 0.0) < 0.09 * (page.height or 842.0) or (line.place.bottom or 0.0) > 0.91 * (page.height or 842.0)
    return is_furniture(line.text) or "running_head" in around_table(text) or (edge and text.isdigit()) or _is_lone_number(line, page)


def _is_lone_number(line: Line, page: Page) -> bool:
    """Whether a number stands alone as the first or last line of its page: its number, whatever the margin."""
    return line.text.strip().isdigit() and line in (page.blocks[0], page.blocks[-1])


def _is_far(above: Line, below: Line) -> bool:
    height = (above.place.bottom or 0.0) - (above.place.top or 0.0)
    return (below.place.top or 0.0) - (above.place.bottom or 0.0) > _FARTHEST * max(height, 6.0)


def _parts(line: Line, width: float, run: Sequence[Line], framed: bool) -> bool:
    """Whether a line stands between tables: a title, what stands around one, a note, prose.

    ``framed``: between two rules of one table, where words of a cell may look like any of these but a table's own title.
    """
    text = canonical(line.text)
    if form_of_title(line.text) is not None:
        return True
    said = [around_table(piece) & _BETWEEN for piece in _around(line)]
    years = sum("year" in kinds for kinds in said) > 1  # the heading of columns of years, not the year of a form
    if is_note(text) or any(kinds - {"year"} if years else kinds for kinds in said) or (unit_of(line.text) and len(text) < 40):
        return True
    if len(pieces_of(line.words)) > 1:
        return bool(_LEADERS.search(line.text))
    titled = len(text) < _LONGEST_TITLE and (not run or _is_centred(line, width))
    if framed:
        return titled and names_a_table(text)
    found = _TITLE.search(text) if titled else None
    if found is not None and (not found["table"] or names_a_table(found["table"])):
        return True
    return bool(_LEADERS.search(line.text)) or is_prose(line, width, run)


def stands_between(line: Line, width: float, framed: bool = False) -> bool:
    """Whether a line stands between tables, wherever it is found."""
    return _parts(line, width, (), framed)


def _is_centred(line: Line, width: float) -> bool:
    return abs(line.words[0].x0 + line.words[-1].x1 - width) < 24


def _around(line: Line) -> list[str]:
    """The pieces of a line, each as a whole, for what stands around tables."""
    return [line.text, *("".join(w.text for w in piece) for piece in pieces_of(line.words))]


def is_prose(line: Line, width: float, run: Sequence[Line]) -> bool:
    """Whether a line of one piece is running text: it fills the page, and does not stand inside a table's columns."""
    long = line.words[-1].x1 - line.words[0].x0 > _FULL * width
    if not long or not _CJK.search(line.text) or (run and _goes_on_in_columns(run[-1], line)):
        return False
    left = min((w.x0 for above in run for w in above.words), default=line.words[0].x0)
    return line.words[0].x0 - left < 24 or not run


def _goes_on_in_columns(above: Line, line: Line) -> bool:
    """Whether a blank of this line, however narrow, stands below a wide one of the line above."""
    wide = [(a[-1].x1, b[0].x0) for a, b in pairwise(pieces_of(above.words))]
    blanks = [(a.x1, b.x0) for a, b in pairwise(line.words)]
    return any(min(r, q) - max(p, o) > 2 for p, q in wide for o, r in blanks)


def pieces_of(words: Sequence[Word]) -> list[list[Word]]:
    """The words of a line, those together that no wide blank parts; a number is a piece of its own."""
    pieces: list[list[Word]] = []
    for w in words:
        last = pieces[-1][-1] if pieces else None
        wide = last is None or w.x0 - last.x1 > WIDE * max(w.bottom - w.top, 1.0)
        if wide or (last is not None and _amount(w) and _amount(last)):
            pieces.append([w])
        else:
            pieces[-1].append(w)
    return pieces


def _amount(word: Word) -> bool:
    return numeric(word) and bool(re.search(r"\d[.,]\d|^[-—–]+$", word.text))


def _has_numbers(line: Line) -> bool:
    return any(numeric(w) for w in line.words)


def _is_tabular(lines: Sequence[Line]) -> bool:
    """Whether lines are a table: several of them hold three cells or more, or a number beside a label."""
    counts = [len(pieces_of(line.words)) for line in lines]
    three = sum(n >= 3 for n in counts)
    pairs = sum(n == 2 and any(_amount(w) for w in line.words) for n, line in zip(counts, lines, strict=True))
    return three >= 2 or (three >= 1 and len(lines) >= 2) or pairs >= 3
