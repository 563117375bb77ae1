"""One spelling for printed words: what two texts must share to be the same words.

What belongs here: white space, widths, quotes.  What may not: what words mean (``pipeline.lexicon``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.model.numbers import half_width, squeeze

_QUOTES = re.compile(r"[“”\"'‘’「」『』〝〞＂«»《》]")


@lru_cache(maxsize=8192)  # every entry of the lexicon is asked about the same few texts
def canonical(text: str | None) -> str:
    """A label or title without white space and quotes, brackets and digits in half width."""
    return _QUOTES.sub("", squeeze(half_width(text or "")).replace("〇", "0"))
