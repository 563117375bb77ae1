"""Characters with boxes → words and lines, whatever baseline or order they were drawn in.

Digits and Chinese often sit on different baselines, text is not always drawn in reading order, and bold
faces are faked by drawing twice: lines are therefore built from boxes that overlap vertically.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.reading.document import Word
from pipeline.reading.touching import cuts_in


class Glyph(NamedTuple):
    """One drawn character with its box in points from the page's top left."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


_NUMERIC = set("0123456789.,-%０１２３４５６７８９．，－％")
_POINTS = set(",.，．")
#: Points: glyphs are sought for by tiles of the page, larger than doubles are apart, so that one tile is mostly enough.
_TILE = 16


def without_doubles(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The glyphs without those drawn a second time at (almost) the same place to look bold."""
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    kept = []
    for g in glyphs:
        text, x, y = g.text, g.x0, (g.top + g.bottom) / 2
        reach = 0.12 * max(g.bottom - g.top, 1.0)
        rise = 2.5 * reach  # an outlined copy may carry the box of another font, higher or lower; a row of text is farther away
        left, right = int((x - reach) // _TILE), int((x + reach) // _TILE)
        above, below = int((y - rise) // _TILE), int((y + rise) // _TILE)
        if left == right and above == below:  # as most glyphs stand
            near = seen.get((text, left, above), [])
        else:
            near = [t for c in range(left, right + 1) for r in range(above, below + 1) for t in seen.get((text, c, r), ())]
        if near and any(abs(t.x0 - x) < reach and abs((t.top + t.bottom) / 2 - y) < rise for t in near):
            continue
        seen.setdefault((text, int(x // _TILE), int(y // _TILE)), []).append(g)
        kept.append(g)
    return kept


def laid_down(sideways: Sequence[Glyph], angle: int) -> list[Glyph]:
    """Glyphs of words written upwards (90) or downwards (270), each word laid down where it begins.

    What follows sees a word on one line in the cell that it begins in; a heading that is longer than its cell stays whole.
    """
    runs: list[list[Glyph]] = []
    for g in sorted(sideways, key=lambda g: (round((g.x0 + g.x1) / 4), -g.top if angle == 90 else g.top)):
        last = runs[-1][-1] if runs else None
        size = max(g.x1 - g.x0, 1.0)
        apart = max(g.top, last.top) - min(g.bottom, last.bottom) if last is not None else 0.0
        if last is not None and abs(last.x0 + last.x1 - g.x0 - g.x1) < size and apart < size:
            runs[-1].append(g)
        else:
            runs.append([g])
    return [glyph for run in runs for glyph in _flat(run)]


def _flat(run: Sequence[Glyph]) -> list[Glyph]:
    x0, x1 = min(g.x0 for g in run), max(g.x1 for g in run)
    middle = (run[0].top + run[0].bottom) / 2
    high, step = (x1 - x0) / 2, (x1 - x0) / len(run)
    return [Glyph(g.text, x0 + i * step, middle - high, x0 + (i + 1) * step, middle + high) for i, g in enumerate(run) if g.text.strip()]


def visual_lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs grouped to lines from top to bottom, each from left to right.

    A glyph joins a line when its middle lies within the line's vertical extent or the other way round.
    """
    lines: list[list[Glyph]] = []
    extents: list[tuple[float, float]] = []
    for g in sorted(glyphs, key=lambda g: ((g.top + g.bottom) / 2, g.x0)):
        middle = (g.top + g.bottom) / 2
        for i in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
            top, bottom = extents[i]
            height = min(bottom - top, g.bottom - g.top)
            overlap = min(bottom, g.bottom) - max(top, g.top)
            if overlap > 0.5 * height and (top <= middle <= bottom or g.top <= (top + bottom) / 2 <= g.bottom):
                if g.text in _POINTS and i and not _follows_digit(lines[i], g) and _follows_digit(lines[i - 1], g):
                    lines[i - 1].append(g)  # a comma hangs lower than its digits, into the next line of the next cell
                    break
                lines[i].append(g)
                # the extent stays that of the first glyphs, or a staircase of baselines would swallow the next line
                break
        else:
            lines.append([g])
            extents.append((g.top, g.bottom))
    for line in lines:
        line.sort(key=lambda g: g.x0)
    return lines


def _follows_digit(line: Sequence[Glyph], point: Glyph) -> bool:
    return any(abs(g.x1 - point.x0) < 0.3 * (g.bottom - g.top) and g.text in _NUMERIC and abs(g.bottom - point.bottom) < 3 for g in line)


def words_of(line: Sequence[Glyph], parted: bool = False) -> list[Word]:
    """Words of a line: split at gaps and white space, and where a number touches other text.

    ``parted``: also where cells touch without any gap, which in a sentence would tear ``2.5亿元`` apart.
    """
    return [_word(piece) for run in _runs(line) for piece in (_pieces(run) if parted and len(run) > 3 else (run,))]


def _runs(line: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """The glyphs of a line between gaps and white space."""
    run: list[Glyph] = []
    for g in line:
        if not g.text.strip():
            # a blank glyph separates, unless its neighbours overlap (some producers pad with zero-width blanks)
            if run and g.x1 - run[-1].x1 > 0.2 * (g.bottom - g.top):
                yield run
                run = []
            continue
        if run:
            size = max(g.bottom - g.top, run[-1].bottom - run[-1].top, 1.0)
            gap = g.x0 - run[-1].x1
            number, was_number = g.text in _NUMERIC, run[-1].text in _NUMERIC
            if gap > 0.35 * size or (gap > 0.25 * size and number != was_number):
                yield run
                run = []
        run.append(g)
    if run:
        yield run


def _word(run: Sequence[Glyph]) -> Word:
    return Word(
        "".join(g.text for g in run),
        run[0].x0,
        min(g.top for g in run),
        max(g.x1 for g in run),
        max(g.bottom for g in run),
    )


def _pieces(run: list[Glyph]) -> list[list[Glyph]]:
    """A run cut where cells touch."""
    text = "".join(g.text for g in run)
    cuts = cuts_in(text) if len(text) == len(run) else []
    return [run[a:b] for a, b in pairwise([0, *cuts, len(run)])]


def line_text(line: Sequence[Glyph]) -> str:
    """A line's text: words joined by one blank where a gap stands between them."""
    return " ".join("".join(g.text for g in run) for run in _runs(line))


def number_tokens(line: Sequence[Glyph]) -> list[list[Glyph]]:
    """The line cut into tokens that belong to one cell as a whole: runs of number glyphs, and every other glyph alone."""
    tokens: list[list[Glyph]] = []
    for g in line:
        last = tokens[-1] if tokens else None
        if last and g.text in _NUMERIC and last[-1].text in _NUMERIC and g.x0 - last[-1].x1 < 0.3 * max(g.bottom - g.top, 1.0):
            last.append(g)
        else:
            tokens.append([g])
    return tokens
