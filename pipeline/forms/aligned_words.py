"""Words of a line as they stand in cells: parted where two cells touch, and put under each other where a heading runs over a page.

What belongs here: words before any column is known.  What may not: columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.reading.document import Word

#: An amount: it ends a cell, whatever follows; what stands before it without a blank is another cell too.
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.(\d+)")
#: A line number (行次) or a dash that touches the label of the next cell.
_LINE_NUMBER = re.compile(r"^(\d{1,3}(?=[一二三四五六七八九十]+、)|[-—–－]{1,2}(?=[一-鿿]))")
_WORDS = re.compile(r"[一-鿿、：:]")
#: The share of a full-width character that one of another kind takes.
_NARROW, _SIGN = 0.5, 0.28


def parted(words: Iterable[Word]) -> list[Word]:
    """The words with an amount apart from what touches it: columns without room between them print ``0.00二、外交支出``."""
    return [piece for word in words for piece in (_pieces(word) if len(word.text) > 3 else (word,))]


def _pieces(word: Word) -> list[Word]:
    cuts = {0, len(word.text)}
    line_number = _LINE_NUMBER.match(word.text)
    if line_number:
        cuts.add(line_number.end())
    else:
        amounts = list(_AMOUNT.finditer(word.text))
        if not amounts or (len(amounts) == 1 and not _WORDS.search(word.text)):
            amounts = _touching(word.text)
        for match in amounts:
            cuts |= {match.start(), match.end()}
    if len(cuts) == 2:
        return [word]
    ends = [0.0]
    for char in word.text:
        ends.append(ends[-1] + _width(char))
    scale = (word.x1 - word.x0) / ends[-1]
    return [
        Word(word.text[a:b], word.x0 + ends[a] * scale, word.top, word.x0 + ends[b] * scale, word.bottom)
        for a, b in pairwise(sorted(cuts))
    ]


def _touching(text: str) -> list[re.Match[str]]:
    """Amounts that touch each other (``53169100.0053169100.00``): each has as many decimals as the last."""
    if text.count(".") < 2 or not re.fullmatch(r"[\d.,-]+", text):
        return []
    decimals = len(text.rpartition(".")[2])
    amounts = list(re.finditer(rf"-?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)\.\d{{{decimals}}}", text))
    return amounts if "".join(m[0] for m in amounts) == text else []


def _width(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else _SIGN if char in ".,-" else _NARROW


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
