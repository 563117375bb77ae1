#!/usr/bin/env python3
"""What a further year costs the warehouse: added to one year, and added to ten; CPU seconds of the publish.

    python -m benchmarks.years [--reports 40] [--years 10]

Every year has as many reports (``benchmarks.scale`` makes them), judged and with its marts; measured is publishing alone, which is the one
step that sees more than its year.

What belongs here: the years, and the processor's clock around a publish.  What may not: publishing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

from benchmarks import scale
from benchmarks.bars import Bar, show

_LAST = 2025
MOST_TIMES = 1.3  # how much dearer the last year may be than the second


def _make(year: int, reports: int, read: list[object]) -> None:
    """The tables of a year, as its run leaves them, accepted."""
    from pipeline.batches import Inline
    from pipeline.orchestration.resources import Documents
    from pipeline.store import accepted

    documents = Documents()
    scale.put_down(reports, 1, read, year)
    scale.print_tables(documents, year)
    scale.judge(documents, Inline(), year)
    scale.put_together(documents, year)
    scale.make_marts(year)
    accepted.accept(year)


def _published() -> tuple[float, int]:
    """CPU seconds of a publish, and how many figures the warehouse holds."""
    from pipeline.store import accepted
    from pipeline.warehouse.publish import publish

    began = time.process_time()
    rows = publish(tables=accepted.root()).rows
    return time.process_time() - began, rows["core.figures"]


def run(reports: int = 40, years: int = 10) -> list[Bar]:
    """The bars of this benchmark, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["FINAL_ACCOUNTS_HOME"] = home
        os.environ.pop("FINAL_ACCOUNTS_TABLES", None)
        read, costs, figures = scale.samples(), [], []
        for year in range(_LAST - years, _LAST + 1):
            _make(year, reports, read)
            seconds, held = _published()
            costs.append(seconds)
            figures.append(held)
            print(f"{year}: published in {seconds:.2f} CPU s, {held:,} rows of core.figures", flush=True)
    times = costs[-1] / costs[1]
    whole = figures == [figures[0] * (i + 1) for i in range(len(figures))]
    return [
        Bar(f"a year added to {years} costs as much as one added to one", f"≤ {MOST_TIMES:g} ×", f"{times:.2f} ×", times <= MOST_TIMES),
        Bar("every year is there", "yes", "yes" if whole else "no", whole),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--reports", type=int, default=40)
    ask.add_argument("--years", type=int, default=10)
    asked = ask.parse_args()
    return show(run(asked.reports, asked.years))


if __name__ == "__main__":
    sys.exit(main())
