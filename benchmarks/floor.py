#!/usr/bin/env python3
"""What the libraries alone cost for the work of a first run over a folder: the least that any code on top of them can cost.

    python -m benchmarks.floor [FOLDER]    the samples without one

Four programs, each in a process of its own, CPU seconds: importing what the job is built on; reading its PDFs and texts in one process (which is
faster than plain pdfplumber: ``benchmarks.reading``); Dagster recording their years of as many assets and asset checks, which do nothing, in
two steps each, in the way of recording that costs it least; Great Expectations running these years of as many checkpoints with suites as large
as ours, of one built-in expectation each time, over a frame of one row.  Beside them the whole job, in the same run, so that a busy machine
does not matter.

What belongs here: the libraries by themselves, and reading.  What may not: our other steps.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar, show
from benchmarks.rerun import MOST_CHANGED, MOST_FIRST

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples" / "reports"
MOST_TIMES = 2.0
#: As cheaply as the job imports them: looking for cycles seldom, and without the libraries of expectations that nobody uses.
_CHEAPLY = "import gc, runpy; gc.set_threshold(50_000, 20, 20); runpy.run_path('expectations/suites/library.py')['imported'](); "
_IMPORTS = f"{_CHEAPLY}import dagster, dagster_duckdb, pandas, pyarrow.parquet, duckdb, sqlalchemy"


def _cost(command: list[str], **environment: str) -> tuple[float, str]:
    """CPU seconds of a command, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-1500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def reading(folder: str) -> None:
    """A folder's documents read, nothing kept; says their years."""
    from pipeline.reports.read import read_report

    print(*{str(read_report(path.read_bytes()).report.fiscal_year) for path in Path(folder).iterdir() if path.suffix in (".pdf", ".txt")})


def recording(*years: str) -> None:
    """Years of our assets and checks that do nothing, recorded by Dagster in our event log."""
    import dagster as dg

    from pipeline.definitions import defs
    from pipeline.orchestration.partitions import FISCAL_YEARS
    from pipeline.store.home import home

    graph = defs.resolve_asset_graph()
    yearly = [key for key in graph.materializable_asset_keys if graph.get(key).partitions_def == FISCAL_YEARS]
    checks = [key for key in graph.asset_check_keys if key.asset_key in yearly]

    @dg.multi_asset(specs=[dg.AssetSpec(key, partitions_def=FISCAL_YEARS) for key in yearly], name="nothing")
    def nothing() -> Any:
        yield from (dg.MaterializeResult(key) for key in yearly)

    @dg.multi_asset_check(specs=[dg.AssetCheckSpec(key.name, asset=key.asset_key, partitions_def=FISCAL_YEARS) for key in checks], name="checked",
                          can_subset=True)  # fmt: skip
    def checked() -> Any:
        yield from (dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, passed=True, metadata={}) for key in checks)

    job = dg.define_asset_job("all_of_it", dg.AssetSelection.all())
    resolved = dg.Definitions(assets=[nothing], asset_checks=[checked], jobs=[job]).resolve_job_def("all_of_it")
    home().prepare_dagster()
    quietly = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.get() as instance:
        for year in years:
            assert resolved.execute_in_process(run_config=quietly, partition_key=year, instance=instance).success


def deciding(*years: str) -> None:
    """Years of as many checkpoints as we have suites, each with as many expectations, by Great Expectations alone."""
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from expectations.suites import SUITES

    context = gx.get_context(mode="file", project_root_dir=os.environ["FINAL_ACCOUNTS_HOME"])
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    frame = pd.DataFrame({"a": ["x"]})
    batch = context.data_sources.add_pandas("frames").add_dataframe_asset("frame").add_batch_definition_whole_dataframe("frame")
    checkpoints = []
    for suite in SUITES:
        size = len({id(e) for s in suite.statements for e in s.expectations})
        each = [gx.expectations.ExpectColumnDistinctValuesToBeInSet(column="a", value_set=["x", str(i)]) for i in range(size)]
        added = context.suites.add(gx.ExpectationSuite(name=suite.name, expectations=each))
        definition = context.validation_definitions.add(gx.ValidationDefinition(name=suite.name, data=batch, suite=added))
        checkpoints.append(context.checkpoints.add(gx.Checkpoint(name=suite.name, validation_definitions=[definition])))
    for _ in years:
        assert all(checkpoint.run(batch_parameters={"dataframe": frame}).success for checkpoint in checkpoints)


def _step(step: Callable[..., None], home: str, *arguments: str) -> tuple[float, str]:
    """What a step costs beyond what it imports, and what it said."""
    cost, said = _cost([sys.executable, "-c", f"import benchmarks.floor as floor; floor.{step.__name__}{arguments!r}"], FINAL_ACCOUNTS_HOME=home)
    return cost - _cost([sys.executable, "-c", _BARE[step.__name__]])[0], said


def run(folder: Path = SAMPLES) -> list[Bar]:
    """The bar of this benchmark: the job beside what it stands on."""
    with tempfile.TemporaryDirectory() as homes:
        read, said = _step(reading, f"{homes}/reading", str(folder))
        years = said.split()
        costs = {
            "starting and importing": _cost([sys.executable, "-c", _IMPORTS])[0],
            "reading": read,
            "Dagster's record": _step(recording, f"{homes}/recording", *years)[0],
            "Great Expectations": _step(deciding, f"{homes}/deciding", *years)[0],
        }
        whole, _ = _cost([sys.executable, "-m", "pipeline.cli", "run", str(folder), "--home", f"{homes}/home"])
    total = sum(costs.values())
    print(f"{folder.name}: {len(years)} years")
    for name, seconds in costs.items():
        print(f"{name:40} {seconds:6.1f} CPU s")
    print(f"{'together':40} {total:6.1f} CPU s\n{'the job':40} {whole:6.1f} CPU s, {whole / total:.2f} times as much")
    if folder == SAMPLES:
        one_report = read / len(list(SAMPLES.glob("*.pdf")))
        again = costs["starting and importing"] + one_report + (costs["Dagster's record"] + costs["Great Expectations"]) / len(years)
        print(f"{'of it for one report of one year':40} {again:6.1f} CPU s (demanded of the job: {MOST_FIRST:g} for all, {MOST_CHANGED:g} for one)")
    times = whole / total
    return [Bar("the job, times what it stands on", f"≤ {MOST_TIMES:g}", f"{times:.2f}", times <= MOST_TIMES)]


#: What a step imports, which is counted once, under importing.
_BARE = {
    "reading": "import benchmarks.floor",
    "recording": "import benchmarks.floor, dagster, pipeline.definitions",
    "deciding": "import benchmarks.floor, great_expectations, expectations.suites",
}


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    return show(run(ask.parse_args().folder.resolve()))


if __name__ == "__main__":
    sys.exit(main())
