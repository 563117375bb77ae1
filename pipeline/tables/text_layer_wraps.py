"""Rows of a text that keeps places, whose cells stand on more than one line: a label wraps around its code or its line number.

What stands beside each other and not below each other is one row.
What belongs here: lines put together.  What may not: what they say, texts whose places are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.lexicon.forms import label_concept
from pipeline.tables.text_layer_tokens import Token


def rows_whole(body: Sequence[list[Token]]) -> list[list[Token]]:
    """The lines, with those put together that make one row: words, or the row but for its code, above what addresses it."""
    found: list[list[Token]] = []
    wrapped = False  # whether the last row is made of two lines: a third may end its label
    for own in body:
        above = found[-1] if found else []
        if above and _beside(above, own):
            found[-1] = sorted([*above, *own], key=lambda t: t.x)
            wrapped = True
        elif wrapped and (ends := _ends(above, own)):
            found[-1] = ends
            wrapped = False
        else:
            found.append(own)
            wrapped = False
    return found


def _beside(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Whether two lines are one row: words above numbers that lack them, or all but the codes above these; nothing over anything."""
    words = not any(t.number for t in above) and any("." in t.text and t.number for t in below)
    codes = all(t.text.isdigit() for t in below) and any("." in t.text and t.number for t in above)
    return (words or codes) and not any(_over(a, b) for a in above for b in below)


def _ends(above: Sequence[Token], below: Sequence[Token]) -> list[Token]:
    """The row above with its labels ended by the words below them; nothing where these are no ends of labels."""
    if any(t.number or _names_a_row(t.text) for t in below):
        return []
    row = list(above)
    for token in below:
        at = next((i for i, t in enumerate(row) if not t.number and _over(t, token, 2)), None)
        if at is None:
            return []
        row[at] = replace(row[at], text=row[at].text + token.text)
    return row


def _names_a_row(words: str) -> bool:
    """Whether words are those of a row by themselves, and so no end of another's."""
    return any(label_concept(words, side) for side in ("income", "expenditure"))


def _over(a: Token, b: Token, slack: int = 0) -> bool:
    return a.x < b.x + len(b.text) + slack and b.x < a.x + len(a.text) + slack
