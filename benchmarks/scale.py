#!/usr/bin/env python3
"""A year of many reports: CPU seconds and memory by stage, in one process, with two local workers, with two Dask workers.

    python -m benchmarks.scale [--reports 60] [--seed 1] [--engines inline processes dask]

The samples are read once; each report of the year is one of them under another publisher's name, its amounts times 1, 2 or 3
(every identity still holds), with up to three digits changed in every fourth.  Measured is what the assets do after reading, without
Dagster's record of events: judging with localisation, putting the tables together, all suites, marts, publishing.  Each year runs in a
process of its own, so that its peak of memory is its own; seconds are of the processor (all processes), so that other work on the machine
does not count; those of the clock stand beside.

What belongs here: making the year, and the clock around each stage.  What may not: the stages.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar, peak_megabytes, show

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2024
MOST_SECONDS = 0.08  # of the processor, a report, after reading
MOST_MEGABYTES = 1536


def samples() -> list[Any]:
    """The contents of the sample reports, read now."""
    from pipeline.reports.read import read_report

    return [read_report(path.read_bytes()) for path in sorted((ROOT / "samples" / "reports").glob("*.pdf"))]


def perturbed(contents: Any, number: int, chance: random.Random, year: int = YEAR) -> Any:
    """The report under another name, its amounts times a small number, some digits wrong in every fourth."""
    old = contents.report
    publisher = f"第{number:04d}局"
    new = replace(old, publisher=publisher, fiscal_year=year, document_sha256=f"{year:08x}{number:056x}")
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
        return {k: year if k == "fiscal_year" else named(v) for k, v in r.items()}

    tables = {name: tuple(map(row, rows)) for name, rows in contents.tables.items()}
    return replace(contents, report=new, figures=tuple(figure(i, f) for i, f in enumerate(contents.figures)), tables=tables)


def _year(number: int, seed: int, read: list[Any], year: int) -> Iterator[Any]:
    for i in range(number):
        yield perturbed(read[i % len(read)], i, random.Random(f"{seed}/{i}"), year)


def put_down(number: int, seed: int, read: list[Any], year: int = YEAR) -> None:
    """The readings of the year, as a run leaves them."""
    from pipeline.orchestration.resources import Documents
    from pipeline.schema import TABLES
    from pipeline.store import tables as storage
    from pipeline.store.readings import Outcome

    readings = Documents().library().readings
    rows = []
    for contents in _year(number, seed, read, year):
        report = contents.report
        readings.keep(Outcome(report.document_sha256, "read", report.report_id, year, report.media_type), contents)
        rows.append(
            {
                "document_sha256": report.document_sha256,
                "fiscal_year": year,
                "source_url": f"file:///{report.publisher}",
                "bytes": 1,
                "media_type": report.media_type,
                "status": "read",
                "report_id": report.report_id,
                "retrieved_at": datetime(2025, 8, 1),  # noqa: DTZ001
            }
        )
    storage.write_table("core.documents", year, rows)
    for name in ("sources.report_links", "sources.publishers", "checks.revised_findings"):
        storage.write_table(name, year, TABLES[name].arrow_schema().empty_table())


def _measure(number: int, seed: int, read: list[Any], kind: str) -> dict[str, Any]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        put_down(number, seed, read)
        return _stages(_engine(kind, stack))


def _engine(kind: str, stack: Any) -> Any:
    from pipeline.batches import Inline
    from pipeline.batches.processes import Processes

    if kind == "inline":
        return Inline()
    if kind == "processes":
        return Processes(2)
    from distributed import LocalCluster

    from pipeline.batches.cluster import Cluster

    started = stack.enter_context(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None))
    return Cluster(started.scheduler_address, batch=20)


def _spooled(names: tuple[str, ...], tables: Any, year: int) -> None:
    from pipeline.store import tables as storage

    with storage.Spool(names) as spool:
        for one in tables:
            for name, rows in one.items():
                spool.add(name, rows)
        for name in names:
            storage.write_table(name, year, spool.done(name))


def print_tables(reports: Any, year: int = YEAR) -> None:
    from pipeline.schema import CORE_TABLES
    from pipeline.store import tables as storage

    _spooled(tuple(CORE_TABLES), reports.library().tables(storage.read_table("core.documents", year)), year)


def judge(reports: Any, engine: Any, year: int = YEAR) -> None:
    from assets.checks import JUDGEMENTS, Stores
    from expectations import judging_year
    from pipeline.sources.registry import Registry
    from pipeline.store import tables as storage
    from pipeline.store.home import home

    stores = Stores(home().readings, reports.judgements())
    judging = judging_year.JudgingYear(year, stores, Registry(publishers=()), datetime.now(UTC).date())
    rows, _ = judging.judged(storage.read_table("core.reports", year), engine, reports.limits())
    storage.write_table(JUDGEMENTS, year, rows)


def put_together(reports: Any, year: int = YEAR) -> None:
    from assets.checks import CASES, CHECKED, JUDGEMENTS
    from assets.reconciled import TABLES_RECONCILED
    from expectations.confront import rule_rows
    from expectations.judging import REPORT_JUDGED
    from pipeline.store import tables as storage

    judged = storage.read_table(JUDGEMENTS, year)
    for names in (CHECKED, CASES, TABLES_RECONCILED):
        _spooled(names, reports.judged(judged, names), year)
    storage.write_table("checks.rules", year, rule_rows() + rule_rows([REPORT_JUDGED]))


def make_marts(year: int = YEAR) -> None:
    from pipeline.store import tables as storage
    from pipeline.warehouse import marts
    from pipeline.warehouse.year import open_year

    tables = dict.fromkeys(t for name in marts.QUERIES for t in marts.sources(name))
    with tempfile.TemporaryDirectory() as folder, open_year(year, tables) as database:
        for name in marts.QUERIES:
            marts.build(database, name, path := Path(folder, f"{name}.parquet"))
            storage.write_table(name, year, storage.Spooled(path))


def _check() -> list[str]:
    """Decides all suites; gives the errors of their engine."""
    from dagster_duckdb import DuckDBResource

    from expectations.bridge import decide_step, steps
    from expectations.suites import SUITES
    from pipeline.warehouse.year import bounded

    duckdb = DuckDBResource(database=":memory:", connection_config=bounded())
    return [v.engine_error for own in steps(SUITES).values() for v in decide_step(own, YEAR, duckdb) if v.engine_error]


def _publish() -> None:
    from pipeline.store import accepted
    from pipeline.warehouse.publish import publish

    accepted.accept(YEAR)
    publish(tables=accepted.root())


def _stages(engine: Any) -> dict[str, Any]:
    _load_libraries()
    from pipeline.orchestration.resources import Documents
    from pipeline.store import tables as storage

    reports, errors = Documents(), list[str]()
    stages: dict[str, Callable[[], None]] = {
        "core tables": lambda: print_tables(reports),
        "judging": lambda: judge(reports, engine),
        "checks tables": lambda: put_together(reports),
        "marts": make_marts,
        "checks": lambda: errors.extend(_check()),
        "publish": _publish,
    }
    result: dict[str, Any] = {"before": peak_megabytes()}
    for name, stage in stages.items():
        clock, processor = time.perf_counter(), _processor()
        stage()
        result[name] = [_processor() - processor, time.perf_counter() - clock, peak_megabytes()]
    for name in ("core.figures", "checks.equations", "checks.findings"):
        result[name] = storage.scan(name, YEAR).rows
    return result | {"engine errors": errors[:3]}


def _load_libraries() -> None:
    """Import what the stages import, so that no stage is charged with it."""
    modules = "dagster_duckdb", "assets.checks", "assets.reconciled", "expectations.bridge", "expectations.suites", "pipeline.warehouse.publish"
    for module in modules:
        importlib.import_module(module)


def _processor() -> float:
    """CPU seconds of this process and of those it has waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def measured(number: int, seed: int, read: Path, kind: str) -> dict[str, Any]:
    """One year in a fresh process and a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "FINAL_ACCOUNTS_HOME": home}
        environment.pop("FINAL_ACCOUNTS_TABLES", None)
        command = [sys.executable, "-m", "benchmarks.scale", "--child", str(number), str(seed), str(read), kind]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    parts = ", ".join(f"{n} {result[n][0]:.1f} s ({result[n][1]:.1f} s clock, ≤ {result[n][2]} MB)" for n in _STAGES)
    counts = ", ".join(f"{result[n]:,} rows of {n}" for n in ("core.figures", "checks.equations", "checks.findings"))
    print(f"{number} reports, {kind}: {parts}\n  {counts}; {result['before']} MB before", flush=True)
    return result


_STAGES = ("core tables", "judging", "checks tables", "marts", "checks", "publish")


def run(reports: int = 60, seed: int = 1, engines: Sequence[str] = ("inline", "processes")) -> list[Bar]:
    """All bars of this benchmark: a year in each way, and one a third as large."""
    small = max(1, reports // 3)
    with tempfile.TemporaryDirectory() as folder:
        read = Path(folder, "samples.pickle")
        read.write_bytes(pickle.dumps(samples()))
        few = measured(small, seed, read, engines[0])
        many = {kind: measured(reports, seed, read, kind) for kind in engines}
    first = many[engines[0]]
    total = [sum(r[n][0] for n in _STAGES) for r in (few, first)]
    each, peak = (total[1] - total[0]) / (reports - small), first["publish"][2]
    judging = (first["judging"][0] - few["judging"][0]) / (reports - small)
    print(f"CPU seconds a further report: {each:.3f}, of which judging {judging:.3f}", flush=True)
    bars = [
        Bar(f"CPU seconds a further report ({small} → {reports})", f"≤ {MOST_SECONDS}", f"{each:.3f}", each <= MOST_SECONDS),
        Bar(f"{reports} reports: peak memory", f"≤ {MOST_MEGABYTES} MB", f"{peak} MB", peak <= MOST_MEGABYTES),
        Bar("every check was decided", "no engine error", "; ".join(first["engine errors"]) or "none", not first["engine errors"]),
    ]
    for kind in engines[1:]:
        same = all(many[kind][n] == first[n] for n in ("core.figures", "checks.equations", "checks.findings"))
        faster = first["judging"][1] / many[kind]["judging"][1]
        print(f"judging with two workers ({kind}): {faster:.2f} times as fast by the clock", flush=True)
        bars.append(Bar(f"{reports} reports by {kind}: the same rows", "yes", "yes" if same else "no", same))
    return bars


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_measure(int(sys.argv[2]), int(sys.argv[3]), pickle.loads(Path(sys.argv[4]).read_bytes()), sys.argv[5])))
        return 0
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--reports", type=int, default=60)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--engines", nargs="+", default=["inline", "processes"], choices=["inline", "processes", "dask"])
    asked = ask.parse_args()
    return show(run(asked.reports, asked.seed, asked.engines))


if __name__ == "__main__":
    sys.exit(main())
