"""Kill the yearly collection with SIGKILL again and again: is the store sound after each, and does a re-run finish?

Two kinds of moments: random points in time over a whole run, and random steps of the file system (the n-th file opened,
renamed or removed), which hits the short moments between two steps that a clock rarely does.

    python -m benchmarks.kill [--kills 60] [--seed 1]
    python -m benchmarks.kill --job [--kills 50]      the whole job instead, from the registry to the warehouse (``kill_job``)
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import kill_job
from pipeline.sources.collected import Collected
from pipeline.sources.registry import load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources import habits
from tests.sources.site import Site
from tests.sources.world import SETTINGS, example_registry

_PROJECT = Path(__file__).resolve().parents[1]
_STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")


def _child(registry: Path, store: str, kill_at_step: int) -> None:
    """Collect the year; at the given step of the file system below the store's folder, die."""
    loaded = load_registry(registry)
    steps = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        if event in _STEPS and isinstance(arguments[0], str | os.PathLike) and str(arguments[0]).startswith(store):
            steps += 1
            if steps == kill_at_step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    print("ready", flush=True)
    got = collect_year(loaded, 2024, Store(store), settings=SETTINGS)
    print(json.dumps({**facts_of(got), "seconds": got.seconds, "steps": steps}, ensure_ascii=False), flush=True)


def facts_of(got: Collected) -> dict[str, Any]:
    """What two runs must have in common, whatever happened to either."""
    return {
        "documents": sorted([d.publisher, d.source_url, d.sha256, d.part] for d in got.documents),
        "standing": sorted([p.publisher, p.standing] for p in got.publishers),
    }


def _start(registry: Path, store: Path, step: int = 0) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_PROJECT), str(_PROJECT / "tests")])}
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.kill", "--child", str(registry), str(store), str(step)],
        cwd=_PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run_whole(registry: Path, store: Path) -> dict[str, Any]:
    """One run to its end: documents, standings, seconds, steps."""
    process = _start(registry, store)
    out, errors = process.communicate(timeout=120)
    if process.returncode != 0:
        raise RuntimeError(errors[-2000:])
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    return result


def result_of(run: dict[str, Any]) -> tuple[Any, Any]:
    return run["documents"], run["standing"]


def kill_once(registry: Path, store: Path, seconds: float | None = None, step: int = 0) -> bool:
    """Kill one run, so many seconds after it began or at a step; whether it was still running."""
    process = _start(registry, store, step)
    assert process.stdout is not None
    process.stdout.readline()
    if seconds is not None:
        time.sleep(seconds)
        process.kill()
    process.communicate(timeout=120)
    return process.returncode == -signal.SIGKILL


def main() -> int:
    """Print one line a kind of moment; the exit status is 1 if anything was unsound."""
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        _child(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
        return 0
    if sys.argv[1:] == ["--job-child"]:
        return kill_job.child()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--job", action="store_true", help="kill the whole Dagster job instead of the collection alone")
    parser.add_argument("--in-a-row", type=int, default=1, help="with --job: kills before each whole run")
    options = parser.parse_args()
    if options.job:
        return kill_job.kill_job(options.kills, options.seed, options.in_a_row)
    chance, site = random.Random(options.seed), Site()
    habits.build(site)
    with site, tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        example_registry(site, folder)
        registry = folder / "publishers.yaml"
        truth = run_whole(registry, folder / "truth")
        print(f"a whole run: {len(truth['documents'])} documents, {truth['seconds']:.2f} s, {truth['steps']} steps of the file system")
        bad = 0
        for kind in ("time", "step"):
            killed = faults = unlike = reruns = from_scratch = 0
            store = folder / f"store-{kind}"
            for number in range(options.kills):
                if number % 4 == 0:  # three kills one after the other on the same store, then a new one
                    shutil.rmtree(store, ignore_errors=True)
                    from_scratch += 1
                moment = chance.uniform(0, truth["seconds"] * 1.05)
                step = chance.randint(1, truth["steps"])
                killed += kill_once(registry, store, moment) if kind == "time" else kill_once(registry, store, None, step)
                if store.exists():
                    faults += len(Store(store).verify()[1])
                if number % 4 == 3:
                    reruns += 1
                    unlike += result_of(run_whole(registry, store)) != result_of(truth)
                    faults += len(Store(store).verify()[1])
                    left = list((store / "incoming").iterdir())
                    faults += len(left)
            bad += faults + unlike
            print(
                f"killed at a random {kind}: {killed} of {options.kills} still running, {from_scratch} from scratch; "
                f"{faults} faults in the store, {unlike} of {reruns} re-runs unlike the whole run"
            )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
