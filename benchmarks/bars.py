"""What the benchmarks have in common: a bar, the table of bars, and the peak of a process's memory.

What belongs here: how results are shown.  What may not: any measurement.
"""

from __future__ import annotations

import resource
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One thing demanded, and what was measured."""

    what: str
    demanded: str
    measured: str
    met: bool


def show(bars: Iterable[Bar]) -> int:
    """Print the table *bar / demanded / measured / pass*; the exit status is 1 where a bar is missed."""
    kept = list(bars)
    rows = [("bar", "demanded", "measured", "pass"), *((b.what, b.demanded, b.measured, "yes" if b.met else "NO") for b in kept)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    print()
    for row in rows:
        print("  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip(), flush=True)
    return 0 if kept and all(b.met for b in kept) else 1


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def peak_megabytes(whose: int = resource.RUSAGE_SELF) -> int:
    """The most memory that this process (or, with ``RUSAGE_CHILDREN``, the largest of those it waited for) ever had resident."""
    return resource.getrusage(whose).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1 << 10)
