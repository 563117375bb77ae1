"""Words of a heading that runs over a page, put under each other as if the page went on.

What belongs here: words before any column is known.  What may not: columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reading.document import Word


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
