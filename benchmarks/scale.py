#!/usr/bin/env python3
"""A year of 1,000 reports: seconds and memory of equations, checks and warehouse, and the same for 100.

    python -m benchmarks.scale [--reports 1000] [--seed 1]

The samples are read once; each report of the year is one of them under another publisher's name, its amounts times 1, 2 or 3
(every identity still holds), with up to three digits changed in every fourth.  What is measured are the assets' own functions, without
Dagster's record of events: putting the core tables down, ``confrontation``, all suites of Great Expectations, marts, publishing.
Each size runs in a process of its own, so that its peak of memory is its own.  Seconds are of the processor (all threads), so that other
work on the machine does not count; those of the clock stand beside.  Localising errors is measured by ``benchmarks.localisation``.

What belongs here: making the year, and the clock around each step.  What may not: the steps.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar, peak_megabytes, show

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2024
MOST_GROWTH = 1.25  # seconds a report in the large year, times those in the small one
MOST_MEGABYTES = 2048


def samples() -> list[Any]:
    """The contents of the sample reports, read now."""
    from pipeline.reports.read import read_report

    return [read_report(path.read_bytes()) for path in sorted((ROOT / "samples" / "reports").glob("*.pdf"))]


def perturbed(contents: Any, number: int, chance: random.Random) -> Any:
    """The report under another name, its amounts times a small number, some digits wrong in every fourth."""
    old = contents.report
    publisher = f"第{number:04d}局"
    new = replace(old, publisher=publisher, fiscal_year=YEAR, document_sha256=f"{number:064x}")
    factor = chance.randint(1, 3)
    wrong = set(chance.sample(range(len(contents.figures)), chance.randint(1, 3))) if number % 4 == 0 else set[int]()

    def named(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return publisher if value == old.publisher else value.replace(old.report_id, new.report_id)

    def figure(at: int, f: Any) -> Any:
        value = f.value
        if value is not None and f.unit == "万元":
            value = value * factor + (7 * f.resolution if at in wrong else Decimal(0))
        own = replace(f, figure_id=named(f.figure_id), report_id=new.report_id, value=value)
        return own if value == f.value else replace(own, printed=f"{value:f}")

    def row(r: Mapping[str, Any]) -> dict[str, Any]:
        return {k: YEAR if k == "fiscal_year" else named(v) for k, v in r.items()}

    tables = {name: tuple(map(row, rows)) for name, rows in contents.tables.items()}
    return replace(contents, report=new, figures=tuple(figure(i, f) for i, f in enumerate(contents.figures)), tables=tables)


def _year(number: int, seed: int, read: list[Any]) -> Iterator[Any]:
    for i in range(number):
        yield perturbed(read[i % len(read)], i, random.Random(f"{seed}/{i}"))


def _put_down(number: int, seed: int, read: list[Any]) -> None:
    """The core tables of the year, as the assets of a run leave them."""
    from expectations.confront import rule_rows
    from pipeline.schema import CORE_TABLES, TABLES
    from pipeline.store import tables as storage
    from pipeline.store.rows import tables_of
    from pipeline.warehouse.marts import QUERIES

    def rows(name: str) -> Iterator[dict[str, Any]]:
        for contents in _year(number, seed, read):
            # only what is asked for is made: a report's figures are most of it
            only = contents if name == "core.figures" else replace(contents, figures=())
            if name in tables_of(replace(contents, figures=(), tables={})) or name in contents.tables:
                yield from tables_of(replace(only, tables={n: r for n, r in contents.tables.items() if n == name}))[name].to_pylist()

    for name, table in TABLES.items():
        if name in CORE_TABLES:
            storage.write_table(name, YEAR, rows(name))
        elif name == "checks.rules":
            storage.write_table(name, YEAR, rule_rows())
        elif name not in QUERIES:
            storage.write_table(name, YEAR, table.arrow_schema().empty_table())


def _measure(number: int, seed: int, read: list[Any]) -> dict[str, Any]:
    import dagster as dg

    from assets.checks import confrontation
    from expectations.bridge import decide_year
    from expectations.suites import SUITES
    from pipeline.orchestration.resources import Sources
    from pipeline.store import tables as storage
    from pipeline.warehouse.marts import QUERIES, build
    from pipeline.warehouse.publish import publish

    engine_errors: list[str] = []

    def equations() -> None:
        for _ in confrontation(dg.build_asset_context(partition_key=str(YEAR), resources={"sources": Sources()})):
            pass

    def checks() -> None:
        for suite in SUITES:
            engine_errors.extend(v.engine_error for v in decide_year(suite, YEAR) if v.engine_error)

    def warehouse() -> None:
        for name in QUERIES:
            storage.write_table(name, YEAR, build(name, YEAR))
        publish()

    steps: dict[str, Callable[[], None]] = {"equations": equations, "checks": checks, "warehouse": warehouse}
    _put_down(number, seed, read)
    result: dict[str, Any] = {"before": peak_megabytes()}
    for name, step in steps.items():
        clock, processor = time.perf_counter(), time.process_time()
        step()
        result[name] = [time.process_time() - processor, time.perf_counter() - clock]
        result[f"{name} peak"] = peak_megabytes()
    for name in ("core.figures", "checks.equations", "checks.findings"):
        result[name] = storage.scan(name, YEAR).rows
    return result | {"engine errors": engine_errors[:3]}


def measured(number: int, seed: int, read: Path) -> dict[str, Any]:
    """One year in a fresh process and a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "FINAL_ACCOUNTS_HOME": home}
        environment.pop("FINAL_ACCOUNTS_TABLES", None)
        command = [sys.executable, "-m", "benchmarks.scale", "--child", str(number), str(seed), str(read)]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    parts = ", ".join(f"{n} {result[n][0]:.1f} s ({result[n][1]:.1f} s clock, peak {result[f'{n} peak']} MB)" for n in _STEPS)
    counts = ", ".join(f"{result[n]:,} rows of {n}" for n in ("core.figures", "checks.equations", "checks.findings"))
    print(f"{number} reports: {parts}\n  {counts}; {result['before']} MB before", flush=True)
    return result


_STEPS = ("equations", "checks", "warehouse")


def run(reports: int = 1000, seed: int = 1) -> list[Bar]:
    """All bars of this benchmark: a year, and one a tenth as large."""
    with tempfile.TemporaryDirectory() as folder:
        read = Path(folder, "samples.pickle")
        read.write_bytes(pickle.dumps(samples()))
        few, many = (measured(n, seed, read) for n in (max(1, reports // 10), reports))
    each = [sum(r[n][0] for n in _STEPS) / count for r, count in ((few, max(1, reports // 10)), (many, reports))]
    growth = each[1] / each[0]
    peaks = [max(r[f"{n} peak"] for n in _STEPS) for r in (few, many)]
    print(f"seconds a report: {each[0]:.3f} in the small year, {each[1]:.3f} in the large one; peaks {peaks[0]} and {peaks[1]} MB", flush=True)
    errors = [*few["engine errors"], *many["engine errors"]]
    return [
        Bar(f"{reports} reports: seconds a report, times those of {reports // 10}", f"≤ {MOST_GROWTH}", f"{growth:.2f}", growth <= MOST_GROWTH),
        Bar(f"{reports} reports: peak memory", f"≤ {MOST_MEGABYTES} MB", f"{peaks[1]} MB", peaks[1] <= MOST_MEGABYTES),
        Bar(f"{reports} reports: every check was decided", "no engine error", "; ".join(errors) or "none", not errors),
    ]


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_measure(int(sys.argv[2]), int(sys.argv[3]), pickle.loads(Path(sys.argv[4]).read_bytes()))))
        return 0
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--reports", type=int, default=1000)
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    return show(run(asked.reports, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
