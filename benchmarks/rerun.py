#!/usr/bin/env python3
"""The main job on a folder: for the first time, unchanged, and with one document changed; CPU seconds of all its processes.

    python -m benchmarks.rerun [FOLDER]

By default the sample reports.  What the job costs besides reading is orchestration: it is shown beside what importing Great Expectations alone
costs on the machine as it is, for CPU seconds grow with the load.

What belongs here: the processor's clock around three runs.  What may not: the job.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]
MOST_FIRST, MOST_UNCHANGED, MOST_CHANGED = 15.0, 3.0, 8.0


def _seconds(command: list[str]) -> tuple[float, str]:
    """CPU seconds of a program and its children, and what it says."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def _change(folder: Path) -> None:
    """The smallest document published again: the same words, other bytes."""
    path = min((p for p in folder.rglob("*") if p.suffix in (".pdf", ".txt")), key=lambda p: p.stat().st_size)
    path.write_bytes(path.read_bytes() + (b"\n" if path.suffix == ".txt" else b"\n% again\n%%EOF\n"))


def run(folder: Path = ROOT / "samples" / "reports") -> list[Bar]:
    """The bars of this benchmark."""
    alone, _ = _seconds([sys.executable, "-c", "import great_expectations"])
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name, "reports")
        shutil.copytree(folder, copy)
        job = [sys.executable, "-m", "pipeline.cli", "run", str(copy), "--home", f"{name}/home"]
        first, _ = _seconds(job)
        unchanged, said = _seconds(job)
        _change(copy)
        changed, _ = _seconds(job)
    print(f"first {first:.1f} CPU s, unchanged {unchanged:.1f}, one document changed {changed:.1f}; importing Great Expectations alone {alone:.1f}")
    return [
        Bar("a folder for the first time, CPU s", f"≤ {MOST_FIRST:g}", f"{first:.1f}", first <= MOST_FIRST),
        Bar("unchanged, CPU s", f"≤ {MOST_UNCHANGED:g}", f"{unchanged:.1f}", unchanged <= MOST_UNCHANGED),
        Bar("unchanged: it says so and runs nothing", "yes", "yes" if ": unchanged" in said else "no", ": unchanged" in said),
        Bar("one document changed, CPU s", f"≤ {MOST_CHANGED:g}", f"{changed:.1f}", changed <= MOST_CHANGED),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?", type=Path, default=ROOT / "samples" / "reports")
    return show(run(ask.parse_args().folder))


if __name__ == "__main__":
    sys.exit(main())
