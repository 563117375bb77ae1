"""A year of twenty reports, one of which breaks a stage of the work: are the other nineteen published as ever, and is the twentieth named?

    python -m benchmarks.walls [--reports 20] [--only WORDS]

Each stage is broken in a run of its own, in whatever process does it: a module that Python loads when it starts replaces the function with
one that raises, or ends its process, where the one report's publisher is among its arguments.  An undisturbed run says what is right.

What belongs here: the faults, the runs, the comparison.  What may not: how a report that fails is kept.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bars import Bar, show
from pipeline.store.home import Home
from pipeline.warehouse.publish import connect_readonly
from samples.as_text import TextStyle, as_text
from samples.invented import invented
from samples.layout import Layout

ROOT = Path(__file__).resolve().parents[1]
YEAR, BROKEN = 2024, 7
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Fault:
    """A stage, the function that fails in it (``module:name``), and whether its process ends with it."""

    stage: str
    function: str
    dies: bool = False


FAULTS = (
    Fault("reading", "pipeline.reports.read:lower"),
    Fault("reading ends its process", "pipeline.reports.read:lower", dies=True),
    Fault("forms", "pipeline.reports.read:find_forms"),
    Fault("narrative", "pipeline.reports.read:read_narrative"),
    Fault("annexes", "pipeline.reports.read:read_performance"),
    Fault("rules", "expectations.judging:confront"),
    Fault("judging ends its process", "expectations.judging:confront", dies=True),
    Fault("localising", "expectations.judging:reconcile"),
)
#: Loaded by every process when it starts (``sitecustomize``).
SABOTAGE = """
import functools, importlib.abc, importlib.machinery, os, pickle, sys
module, _, name = os.environ["FAULT"].partition(":")
def broken(function):
    @functools.wraps(function)
    def call(*given, **more):
        if os.environ["FAULT_AT"].encode() in pickle.dumps((given, more)):
            if os.environ["FAULT_DIES"] == "True":
                os._exit(3)
            raise KeyError("a fault made for the benchmark")
        return function(*given, **more)
    return call
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, full, path, target=None):
        if full != module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(full, path, target)
        run = spec.loader.exec_module
        def patched(made):
            run(made)
            setattr(made, name, broken(getattr(made, name)))
        spec.loader.exec_module = patched
        return spec
sys.meta_path.insert(0, Finder())
"""


def publisher(number: int) -> str:
    return f"示例市第{NUMERALS[number // 10]}{NUMERALS[number % 10]}局"


def reports(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        figures = replace(invented(random.Random(number)), publisher=publisher(number), kind="部门", year=YEAR)
        (folder / f"{number}.txt").write_text(as_text(figures, Layout(), TextStyle("tabs")), encoding="utf-8")


@dataclass(frozen=True)
class Published:
    """What a run published: the publishers judged, those named as problems, and the others' findings."""

    judged: frozenset[str]
    named: str
    findings: frozenset[str]


def published(home: Path, broken: str, file: str) -> Published:
    with connect_readonly(Home(home).warehouse) as warehouse:

        def of(query: str) -> list[tuple[str, ...]]:
            return list(warehouse.execute(query).fetchall())

        judged = {p for (p,) in of("SELECT publisher FROM checks.judgements WHERE state = 'judged'")}
        failed = {f"{p}: {why}" for p, why in of("SELECT publisher, problem FROM checks.judgements WHERE state = 'failed'")}
        failed |= {f"{url}: {why}" for url, why in of("SELECT source_url, problem FROM core.documents WHERE status = 'failed'")}
        findings = {i for i, p in of("SELECT finding_id, publisher FROM checks.findings") if p != broken}
    own = [line for line in failed if broken in line or f"/{file}" in line]
    return Published(frozenset(judged - {broken}), "; ".join(own) if len(own) == len(failed) else "", frozenset(findings))


def run(folder: Path, home: Path, fault: Fault | None, at: Path) -> int:
    """One run in a process of its own; its exit status."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if fault is not None:
        (at / "sitecustomize.py").write_text(SABOTAGE, encoding="utf-8")
        environment |= {"FAULT": fault.function, "FAULT_AT": publisher(BROKEN), "FAULT_DIES": str(fault.dies),
                        "PYTHONPATH": os.pathsep.join([str(at), str(ROOT)])}  # fmt: skip
    command = [sys.executable, "-m", "pipeline.cli", "run", str(folder), "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False).returncode


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--reports", type=int, default=20)
    ask.add_argument("--only", default="", help="stages whose name contains this")
    asked = ask.parse_args()
    bars = []
    with tempfile.TemporaryDirectory() as name:
        at, broken = Path(name), publisher(BROKEN)
        reports(at / "in", asked.reports)
        run(at / "in", at / "truth", None, at)
        truth = published(at / "truth", broken, f"{BROKEN}.txt")
        for fault in (f for f in FAULTS if asked.only in f.stage):
            home = at / fault.stage.replace(" ", "-")
            status = run(at / "in", home, fault, at)
            found = published(home, broken, f"{BROKEN}.txt")
            same = found.judged == truth.judged and found.findings == truth.findings and len(truth.judged) == asked.reports - 1
            print(f"{fault.stage}: exit status {status}, {len(found.judged)} judged, {len(found.findings)} findings; {found.named[:160]}", flush=True)
            bars.append(Bar(f"{fault.stage}: the other reports", "as in an undisturbed run", f"{len(found.judged)} judged", same))
            bars.append(Bar(f"{fault.stage}: the report", "named, exit status 1", f"status {status}", bool(found.named) and status == 1))
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
