"""From a new file in the inbox to its findings: ticks of the sensor, runs that it asks for, seconds; and years of a backfill side by side.

    python -m benchmarks.inbox [--backfill]

A home with the samples published gets a report of a year of its own in its inbox; the sensor is asked until it asks for nothing more, each run
that it asks for is a process of its own, as the daemon starts them, and the last must leave the report's findings in the warehouse.
``--backfill`` then runs the years of the samples one after another and side by side.

What belongs here: counting.  What may not: what a tick decides (``pipeline.orchestration.sensors``).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.bars import Bar, show
from benchmarks.clients import demo
from samples.build import read_input, sample_folders
from samples.report import typeset

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2021
_TICK = """import json
import dagster as dg
from pipeline.definitions import RESOURCES
from pipeline.orchestration.sensors import new_documents
with dg.build_sensor_context(resources={k: RESOURCES[k] for k in ("reports", "sources")}) as context:
    print(json.dumps([(r.partition_key, r.run_config) for r in new_documents(context)]))"""


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "FINAL_ACCOUNTS_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}


def put_in(inbox: Path) -> None:
    """A sample with inconsistencies, typeset for a year that the home does not hold."""
    figures, layout, text = read_input(next(f for f in sample_folders() if f.name.endswith("-2019")))
    inbox.mkdir(parents=True)
    (inbox / "report.pdf").write_bytes(typeset(replace(figures, year=YEAR), layout, text, embed=False).pdf)
    os.utime(inbox / "report.pdf", (1_600_000_000, 1_600_000_000))


def tick(home: Path) -> list[tuple[str, dict[str, object]]]:
    """What the sensor asks for: years, each with its run's configuration."""
    done = subprocess.run([sys.executable, "-c", _TICK], env=_environment(home), capture_output=True, text=True, check=True)
    found: list[tuple[str, dict[str, object]]] = [(year, config) for year, config in json.loads(done.stdout.splitlines()[-1])]
    return found


def start(home: Path, year: str, config: dict[str, object]) -> subprocess.Popen[bytes]:
    """One run of the whole job for a year."""
    written = home / f"{year}.yaml"
    written.write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", "dagster", "job", "execute", "-m", "pipeline.definitions", "-j", "yearly_accounts",
               "--tags", json.dumps({"dagster/partition": year}), "--config", str(written)]  # fmt: skip
    return subprocess.Popen(command, env=_environment(home), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def findings(home: Path, year: int) -> int:
    """How many the published warehouse has of a year."""
    from pipeline.warehouse.publish import connect_readonly

    with connect_readonly(home / "warehouse" / "final_accounts.duckdb") as connection:
        return int(connection.execute("SELECT count(*) FROM checks.findings WHERE fiscal_year = $year", {"year": year}).fetchall()[0][0])


def to_findings(home: Path) -> list[Bar]:
    """Ticks and runs until the sensor asks for nothing more."""
    put_in(home / "inbox")
    ticks = runs = until = 0
    began, before = time.monotonic(), _cpu()
    while requests := tick(home):
        ticks += 1
        for year, config in requests:
            runs += 1
            if start(home, year, config).wait():
                raise RuntimeError(f"the run of {year} failed")
        if not until and findings(home, YEAR):
            until = ticks
        if ticks > 5:
            break
    seconds, cpu = time.monotonic() - began, _cpu() - before
    print(f"{ticks} ticks, {runs} runs, {seconds:.0f} s, {cpu:.0f} CPU s (two ticks' and each run's start of Python among them)")
    return [Bar("ticks from a new file to its findings", "1", str(until), until == 1), Bar("runs", "1", str(runs), runs == 1)]


def backfill(home: Path, years: Sequence[str]) -> list[Bar]:
    """The same years one after another, then side by side."""
    began = time.monotonic()
    if max(start(home, year, {}).wait() for year in years):
        raise RuntimeError("a year failed")
    serial, began = time.monotonic() - began, time.monotonic()
    if max(run.wait() for run in [start(home, year, {}) for year in years]):
        raise RuntimeError("a year failed")
    beside = time.monotonic() - began
    return [Bar(f"{len(years)} years side by side, s", f"< {serial:.0f} one after another", f"{beside:.0f}", beside < serial)]


def main() -> int:
    """The exit status is 1 where more than one tick is needed."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--backfill", action="store_true")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        demo(home)
        return show([*to_findings(home), *(backfill(home, ["2019", "2024"]) if given.backfill else [])])


if __name__ == "__main__":
    sys.exit(main())
