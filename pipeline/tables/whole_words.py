"""Words of lines made whole before they are sorted into columns: headings cut by a page, numbers cut by a narrow cell.

What belongs here: words before any column is known.  What may not: columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.lexicon import words_of
from pipeline.reading.document import Word

_PIECE = re.compile(r"[\d.,，．]+")
_OPEN = re.compile(r"\d[.,，．]$")
_REST = re.compile(r"^[.,，．]\d")


def with_whole_numbers(lines: Iterable[tuple[int | None, Sequence[Word]]]) -> list[tuple[int | None, list[Word]]]:
    """The lines (page, words) with numbers whole that a cell breaks over two: ``1,234.`` above ``56``, or ``1,234`` above ``.56``."""
    found: list[tuple[int | None, list[Word]]] = []
    for page, words in lines:
        above = found[-1][1] if found and found[-1][0] == page else []
        pairs = [(w, next((i for i, v in enumerate(above) if is_broken(v, w)), None)) for w in words]
        if pairs and all(i is not None for _, i in pairs):
            for w, i in pairs:
                assert i is not None
                v = above[i]
                above[i] = Word(v.text + w.text, min(v.x0, w.x0), v.top, max(v.x1, w.x1), v.bottom)
            continue
        found.append((page, _with_whole_totals(words)))
    return found


def _with_whole_totals(words: Sequence[Word]) -> list[Word]:
    """The words with 合 计 and 总 分 as one: its letters stand apart, over whatever columns its cell spans."""
    joined: list[Word] = []
    for w in words:
        last = joined[-1] if joined else None
        if last is not None and last.text + w.text in words_of("heading_words", "total_apart"):
            joined[-1] = Word(last.text + w.text, last.x0, min(last.top, w.top), w.x1, max(last.bottom, w.bottom))
        else:
            joined.append(w)
    return joined


def is_broken(above: Word, below: Word) -> bool:
    """Whether a word is the rest of the number above it: close below, flush right or centred."""
    if not _PIECE.fullmatch(below.text) or not _PIECE.fullmatch(above.text.lstrip("-－")):
        return False
    near = -2 < below.top - above.bottom < below.bottom - below.top
    flush = abs(above.x1 - below.x1) < 3 or abs(above.x0 + above.x1 - below.x0 - below.x1) < 4
    return near and flush and bool(_OPEN.search(above.text) or _REST.match(below.text))


def on_one_page(lines: Sequence[tuple[int | None, Sequence[Word]]]) -> list[Word]:
    """The words of a heading's lines (page, words); those of a later page moved to stand below those of the page before."""
    found: list[Word] = []
    page: int | None = None
    down = 0.0
    for own, words in lines:
        if found and own != page:
            height = words[0].bottom - words[0].top
            down = max(w.bottom for w in found) - min(w.top for w in words) + 0.3 * height
        page = own
        found.extend(Word(w.text, w.x0, w.top + down, w.x1, w.bottom + down) if down else w for w in words)
    return found
