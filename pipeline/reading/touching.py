"""Where a run of characters without a gap is several cells: columns without room between them print ``0.00二、外交支出``.

What belongs here: the text of one run.  What may not: places.
"""

from __future__ import annotations

import re

#: An amount: it ends a cell, whatever follows; what stands before it without a blank is another cell too.
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.(\d+)")
#: A line number (行次) or a dash that touches the label of the next cell.
_LINE_NUMBER = re.compile(r"^(\d{1,3}(?=[一二三四五六七八九十]+、)|[-—–－]{1,2}(?=[一-鿿]))")
_WORDS = re.compile(r"[一-鿿、：:]")


def cuts_in(text: str) -> list[int]:
    """The places at which a run is to be cut: none in a plain word, number or code."""
    if len(text) < 4:
        return []
    cuts: set[int] = set()
    line_number = _LINE_NUMBER.match(text)
    if line_number:
        cuts.add(line_number.end())
    amounts = list(_AMOUNT.finditer(text)) if "." in text else []
    if amounts and not _WORDS.search(text):
        amounts = _whole_amounts(text)
    for match in amounts:
        cuts |= {match.start(), match.end()}
    return sorted(cuts - {0, len(text)})


def _whole_amounts(text: str) -> list[re.Match[str]]:
    """Amounts that touch each other (``53169100.0053169100.00``): each has as many decimals as the last."""
    if text.count(".") < 2 or not re.fullmatch(r"[\d.,-]+", text):
        return []
    decimals = len(text.rpartition(".")[2])
    amounts = list(re.finditer(rf"-?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)\.\d{{{decimals}}}", text))
    return amounts if "".join(m[0] for m in amounts) == text else []
