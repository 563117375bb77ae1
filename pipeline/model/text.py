"""One spelling for printed words: what two texts must share to be the same words.

What belongs here: white space, widths, quotes, and not doing so twice for one text.  What may not: what words mean (``pipeline.lexicon``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec

from pipeline.model.numbers import half_width, squeeze

_QUOTES = re.compile(r"[“”\"'‘’「」『』〝〞＂«»《》]")
#: Letters of a text that is remembered: labels, titles and cells, not what a hostile document holds by the megabyte.
_SHORT = 200
Further = ParamSpec("Further")


def remembered(made: Callable[Concatenate[str, Further], str]) -> Callable[Concatenate[str | None, Further], str]:
    """The same function of a text (nothing is an empty one), which remembers what it made of the short texts that it was asked for last."""
    kept: Callable[..., str] = lru_cache(maxsize=8192)(made)

    @wraps(made)
    def of(text: str | None, /, *further: Further.args, **named: Further.kwargs) -> str:
        return kept(text, *further, **named) if text and len(text) <= _SHORT else made(text or "", *further, **named)

    return of


@remembered  # every entry of the lexicon is asked about the same few texts
def canonical(text: str) -> str:
    """A label or title without white space and quotes, brackets and digits in half width."""
    return _QUOTES.sub("", squeeze(half_width(text)).replace("〇", "0"))
