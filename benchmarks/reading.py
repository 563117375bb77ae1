#!/usr/bin/env python3
"""Seconds and memory of reading a PDF with both readers, beside plain ``pdfplumber`` ``extract_tables()`` over all its pages.

    python -m benchmarks.reading [PDF …] [--times 5]

By default the PDFs of ``../shared/reports`` and, beside them, those of ``samples/reports``.  Each reading is a process of its
own, ours and the plain one in turn; libraries are imported before the clock starts (a worker pays that once).  The bar is on
seconds of the processor, so that other work on the machine does not count for or against; seconds of the clock stand beside.

What belongs here: the comparison and its bars.  What may not: how accurate the reading is (``benchmarks.layouts``).
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.bars import Bar, peak_megabytes, show

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "reports"
MOST_TIMES_PLAIN = 1.0
MOST_MEGABYTES = 300


@dataclass(frozen=True)
class Reading:
    """One process that read one PDF once."""

    pages: int
    processor: float
    clock: float
    megabytes: int


def _child(how: str, path: Path) -> None:
    data = path.read_bytes()
    if how == "ours":
        import camelot.io  # noqa: F401

        import pipeline.reading.pdf
        import pipeline.tables.loose
        import pipeline.tables.pages  # noqa: F401
        from pipeline.reading import read_document
        from pipeline.tables import lower

        def read() -> int:
            return len(lower(read_document(data)).pages)
    else:
        import pdfplumber

        def read() -> int:
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                for page in pdf.pages:
                    page.extract_tables()
                return len(pdf.pages)

    clock, processor = time.perf_counter(), time.process_time()
    pages = read()
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    print(json.dumps([pages, processor, clock, peak_megabytes(resource.RUSAGE_SELF)]))


def reading(how: str, path: Path) -> Reading:
    """Read a PDF ``ours`` or ``plain`` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.reading", "--child", how, str(path.resolve())]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    return Reading(*json.loads(done.stdout.splitlines()[-1]))


def compare(path: Path, times: int) -> list[Bar]:
    """Measure one PDF, print a line a reader, and say how it stands to the bars."""
    both: dict[str, list[Reading]] = {"ours": [], "plain": []}
    for _ in range(times):
        for how, readings in both.items():
            readings.append(reading(how, path))
    print(f"{path.name}: {both['ours'][0].pages} pages, medians of {times}", flush=True)
    for how, readings in both.items():
        processor = median(r.processor for r in readings)
        print(
            f"  {how:<6}{processor:6.2f} s processor ({min(r.processor for r in readings):.2f} to {max(r.processor for r in readings):.2f})"
            f"{median(r.clock for r in readings):7.2f} s clock{readings[0].pages / processor:7.1f} pages/s of processor"
            f"{max(r.megabytes for r in readings):6d} MB",
            flush=True,
        )
    ratio = median(o.processor for o in both["ours"]) / median(p.processor for p in both["plain"])
    memory = max(r.megabytes for r in both["ours"])
    return [
        Bar(f"reading {path.stem}: time, times plain pdfplumber", f"≤ {MOST_TIMES_PLAIN}", f"{ratio:.2f}", ratio <= MOST_TIMES_PLAIN),
        Bar(f"reading {path.stem}: memory of the worker", f"≤ {MOST_MEGABYTES} MB", f"{memory} MB", memory <= MOST_MEGABYTES),
    ]


def run(paths: list[Path], times: int) -> list[Bar]:
    """All bars of this benchmark."""
    if not paths:
        own = sorted((ROOT / "samples" / "reports").glob("*.pdf"))
        shared = sorted(SHARED.glob("*.pdf"))
        if not shared:
            print("no ../shared/reports beside the project: the samples alone are read")
        paths = [*shared, *own[-1:]] if shared else own
    return [bar for path in paths for bar in compare(path, times)]


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], Path(sys.argv[3]))
        return 0
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("pdfs", nargs="*", type=Path)
    ask.add_argument("--times", type=int, default=5)
    asked = ask.parse_args()
    return show(run(asked.pdfs, asked.times))


if __name__ == "__main__":
    sys.exit(main())
