"""One spelling for printed words: what two texts must share to be the same words.

What belongs here: white space, widths, quotes.  What may not: what words mean (``pipeline.lexicon``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.model.numbers import half_width, squeeze

_QUOTES = re.compile(r"[“”\"'‘’「」『』〝〞＂«»《》]")


#: Letters of a text that is remembered: labels and titles, not what a hostile document holds by the megabyte.
_LABEL = 200


def canonical(text: str | None) -> str:
    """A label or title without white space and quotes, brackets and digits in half width."""
    return _of_a_label(text) if text and len(text) <= _LABEL else _canonical(text or "")


def _canonical(text: str) -> str:
    return _QUOTES.sub("", squeeze(half_width(text)).replace("〇", "0"))


_of_a_label = lru_cache(maxsize=8192)(_canonical)  # every entry of the lexicon is asked about the same few texts
