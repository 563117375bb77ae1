"""All benchmarks, one after the other, and one table of their bars: ``python -m benchmarks [NAME …]`` (``make bench``).

Each is a program of its own, which also runs alone (``python -m benchmarks.NAME --help``); its output goes by as it works.  Here
they run at a size that takes ten minutes in all on two quiet cores.  The exit status is 1 when a bar is missed.

What belongs here: which benchmarks there are, at which size they run, and the table.  What may not: any measurement.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Benchmark:
    """One program: its arguments, what it shows, and what it cannot do without."""

    name: str
    demanded: str
    arguments: tuple[str, ...] = ()
    needs: str = ""  # a path beside the project


BENCHMARKS = (
    Benchmark("reading", "≤ 1.0 × plain pdfplumber, ≤ 300 MB", ("--times", "5")),
    Benchmark("rerun", "≤ 15, 3 and 8 CPU seconds"),
    Benchmark("floor", "≤ 2 × what its libraries and reading alone cost"),
    Benchmark("checks_page", "≤ 1 CPU s of the server a page, < 60 checks an asset"),
    Benchmark("inbox", "one tick and one run from a new file to its findings"),
    Benchmark("scale", "≤ 0.08 CPU s a report, no engine error", ("--reports", "60")),
    Benchmark("years", "a year added to ten costs what one added to one does", ("--reports", "4")),
    Benchmark("cluster", "a worker killed: the same tables", ("--documents", "40")),
    Benchmark("detection", "≥ 99 % of changes of 1.00 or more", ("--missed", "0"), "../shared/golden"),
    Benchmark("layouts", "every cell of every layout", ("--n", "12", "--seed", "5", "--media", "pdf")),
    Benchmark("scans", "no wrong cell, ≥ 99 % at 200 dpi", ("--documents", "1")),
    Benchmark("planted", "no other cell, no false error, none missed", ("--sample", "1", "--documents", "4", "--pdfs", "1", "--each", "4")),
    Benchmark("enclosure", "no disagreement with rational arithmetic"),
    Benchmark("localisation", "its own table", (), "../shared/golden"),
    Benchmark("narrative", "no bar: shares are shown", ("--sample", "100"), "../shared/reports"),
    Benchmark("performance_detection", "no bar: shares are shown", ("--sample", "10"), "../shared/reports"),
    Benchmark("formats", "no wrong cell, none lost without a word, no false error"),
    Benchmark("damaged", "no silent damage", ("--n", "25")),
    Benchmark("walls", "nineteen as ever, the twentieth named", ("--only", "process")),
    Benchmark("fetching", "no bar: times are shown", ("--documents", "200")),
    Benchmark("hostile", "ends by itself, a row for everybody, no fault of our own"),
    Benchmark("disk", "full or read-only: said, whole, the re-run the same", ("--sizes", "2")),
    Benchmark("kill", "no fault, every re-run like the whole run", ("--kills", "12")),
)  # fmt: skip


def run(benchmark: Benchmark, without_shared: bool) -> tuple[list[str], Bar | None]:
    """Run one program; its own rows of bars, and the row that stands for it (``None``: it did not run)."""
    arguments = list(benchmark.arguments)
    if benchmark.name == "detection" and without_shared:
        return _detection_on_samples(benchmark)
    if benchmark.needs and not (ROOT / benchmark.needs).exists():
        print(f"left out: it measures {benchmark.needs}, which is not there", flush=True)
        return [], None
    return _call(benchmark, arguments)


def _call(benchmark: Benchmark, arguments: list[str]) -> tuple[list[str], Bar]:
    command = [sys.executable, "-m", f"benchmarks.{benchmark.name}", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), "PYTHONUNBUFFERED": "1"}
    began = time.monotonic()
    said: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(f"  {line}", end="", flush=True)
            said.append(line.rstrip())
    seconds = time.monotonic() - began
    met = process.returncode == 0
    words = f"exit status {process.returncode}, {seconds:.0f} s"
    return said, Bar(benchmark.name, benchmark.demanded, words if not met else f"met, {seconds:.0f} s", met)


def _detection_on_samples(benchmark: Benchmark) -> tuple[list[str], Bar]:
    """Without hand-checked reports: the samples, run into a warehouse of their own."""
    import tempfile

    print("no ../shared/golden beside the project: figures of samples/reports are changed", flush=True)
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "pipeline.cli", "run", str(ROOT / "samples" / "reports"), "--home", home]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return _call(benchmark, [*benchmark.arguments, "--warehouse", f"{home}/warehouse/final_accounts.duckdb"])


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(b.name for b in BENCHMARKS)}; all by default")
    asked = ask.parse_args()
    unknown = set(asked.names) - {b.name for b in BENCHMARKS}
    if unknown:
        ask.error(f"no benchmark named {', '.join(sorted(unknown))}")
    without_shared = not (ROOT / "../shared/golden").exists()
    print("measured on ../shared and the samples" if not without_shared else "no ../shared beside the project: measured on samples/reports")
    bars: list[Bar] = []
    for benchmark in BENCHMARKS:
        if asked.names and benchmark.name not in asked.names:
            continue
        print(f"\n{benchmark.name}", flush=True)
        said, bar = run(benchmark, without_shared)
        if bar is not None:
            bars += [*_own(benchmark.name, said), bar]
    print("\nall benchmarks")
    return show(bars)


def _own(name: str, said: list[str]) -> list[Bar]:
    """The rows of a benchmark's own table, where it ends with one (``benchmarks.bars.show``)."""
    head = next((i for i, line in enumerate(said) if line.split() == ["bar", "demanded", "measured", "pass"]), None)
    if head is None:
        return []
    cells = [[c for c in line.split("  ") if c.strip()] for line in said[head + 1 :] if line.strip()]
    return [Bar(c[0].strip(), c[1].strip(), c[2].strip(), c[3].strip() == "yes") for c in cells if len(c) == 4]


if __name__ == "__main__":
    sys.exit(main())
