#!/usr/bin/env python3
"""Taking an unchanged folder in again: its time beside that of the first time, when everything had to be read.

    python -m benchmarks.rerun [FOLDER] [--times 5]

By default the reports of ``../shared/reports``, or where they are missing those of ``samples/reports``.  Both times the folder is
offered to the archive and what is unread is read by the crew of workers, as ``make run`` does; the second time nothing is.

What belongs here: the clock around both.  What may not: how readings are kept (``pipeline.store.readings``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.bars import Bar, show
from pipeline.reports.intake import take_in
from pipeline.reports.read import READER_VERSION
from pipeline.reports.workers import Crew
from pipeline.store.home import Home
from pipeline.store.readings import Library, Outcome

ROOT = Path(__file__).resolve().parents[1]
MOST_SHARE = 0.05


def _quiet(done: int, of: int, last: Outcome | None) -> None:
    """No progress: it is the clock's turn to speak."""


def run(folder: Path | None = None, times: int = 5) -> list[Bar]:
    """The one bar of this benchmark."""
    if folder is None:
        shared, own = ROOT.parent / "shared" / "reports", ROOT / "samples" / "reports"
        folder = shared if shared.is_dir() else own
        if folder is own:
            print("no ../shared/reports beside the project: the samples are read")
    with tempfile.TemporaryDirectory() as name:
        library = Library.of(Home(Path(name)), READER_VERSION)

        def seconds() -> tuple[float, int]:
            began = time.perf_counter()
            intake = take_in(library, Crew(), folder, _quiet)
            return time.perf_counter() - began, len(intake.outcomes)

        first, read = seconds()
        again = [seconds() for _ in range(times)]
    second = median(s for s, _ in again)
    print(f"first time {first:.2f} s ({read} documents read), again {second:.3f} s (median of {times}, {again[0][1]} read)", flush=True)
    return [
        Bar("an unchanged folder again: share of the first time", f"≤ {MOST_SHARE:.0%}", f"{second / first:.2%}", second <= MOST_SHARE * first),
        Bar("an unchanged folder again: documents read", "0", str(sum(n for _, n in again)), not any(n for _, n in again)),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?", type=Path)
    ask.add_argument("--times", type=int, default=5)
    asked = ask.parse_args()
    return show(run(asked.folder, asked.times))


if __name__ == "__main__":
    sys.exit(main())
