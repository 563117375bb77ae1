"""The main job, ``final-accounts run``: from a folder of reports to the published warehouse.

What belongs here: the order of a run, what it says while it works and when it ends, and its exit status.  What may not: any
step itself.

It offers all documents of the folder (recursively) to the home's archive, reads those that are
new, materialises every fiscal year that is not what it would be now through Dagster (so that the user interface shows the runs, with all
asset checks), and publishes the years that are sound; one that breaks a promise of our own keeps what its last sound run left.  Where
nothing has changed, nothing is run, and Dagster is not even imported.  The home
remembers: the warehouse holds what all runs on it have offered, a document that the folder no longer holds stays, and a
report offered again in another revision is replaced by the one handed in last, which is said by name.  Killed at any moment, it leaves the published
warehouse as it was, and the next run does what is left to do.

Exit status: 0 when all documents of the folder were processed, whatever inconsistencies their publishers printed; 1 when a
document could not be processed or a promise of our own is broken (both are named, with the remedy); 2 for a folder that is not there.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batches import WorkFailed, engine
from pipeline.orchestration.replaced import changed, in_the_warehouse
from pipeline.orchestration.standing import Behind, Standing, registry_named
from pipeline.reports.intake import Intake, take_in
from pipeline.reports.workers import Workers
from pipeline.store import accepted
from pipeline.store.home import Home, home
from pipeline.store.readings import Library, Limits, Outcome
from pipeline.warehouse.publish import connect_readonly, is_current

if TYPE_CHECKING:
    import dagster as dg

_PROCESS = "final_accounts/process"  # tag of a run: the process that carries it
_LOCATION = {".dagster/repository": "__repository__@final_accounts"}  # tag of a run: where the user interface lists it
_QUIETLY = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_OVERVIEW = (
    ("report", "publisher"), ("year", "fiscal_year"), ("forms read", "forms_read"),
    ("empty", "forms_empty"), ("missing", "forms_missing"), ("figures", "figures"), ("exact", "equations_exact"),
    ("rounding", "equations_rounding"), ("violated", "equations_violated"), ("not evaluated", "equations_not_evaluated"),
    ("errors", "findings_error"), ("warnings", "findings_warning"), ("remarks", "findings_info"),
)  # fmt: skip


def run(folder: Path, workers: int = 2, cluster: str = "", look: str = "make ui") -> int:
    """Run a folder's documents in the home of this process; returns the exit status.

    ``workers`` documents are read at a time, or as many as ``cluster``, the address of a Dask scheduler, has room for; ``look`` is
    the command that shows this home.
    """
    at, library = home(), Library.of(home())
    say(f"home       {at.root}")
    say(f"documents of {folder}")
    before = in_the_warehouse()
    try:
        intake = take_in(library, Workers(engine(workers, cluster), Limits.from_environment()), folder, _progress)
    except FileNotFoundError as error:
        say(f"{error}: name a folder of reports")
        return 2
    except WorkFailed as error:
        say(f"PROBLEM  {error}")
        return 1
    say(f"{len(intake.offers)} documents, {len(intake.outcomes)} of them read now" + _passed_over(intake))
    if not intake.offers:
        say(f"no document in {folder}: put reports there (PDF, text), or name another folder")
        return 1

    problems = [*_run(at, library), *_refusals(library, intake)]
    _summary(at, library, intake, look)
    for line in (*changed(before, in_the_warehouse()), *_left_out(library, intake)):
        say(line)
    for problem in problems:
        say(f"PROBLEM  {problem}")
    return 1 if problems else 0


def say(text: str) -> None:
    """One line, shown at once."""
    print(text, flush=True)


def _progress(done: int, of: int, last: Outcome | None) -> None:
    """A counter that stays on its line in a terminal, and a line a tenth of the work elsewhere."""
    if sys.stdout.isatty():
        print(f"\rdocuments read: {done} of {of}", end="\n" if done == of else "", flush=True)
    elif done == of or done % max(1, of // 10) == 0:
        say(f"documents read: {done} of {of}")


def _passed_over(intake: Intake) -> str:
    kinds = sorted({p.suffix.lower() for p in intake.passed_over})
    return f"; {len(intake.passed_over)} other files passed over ({' '.join(kinds)})" if kinds else ""


def _run(at: Home, library: Library) -> Iterator[str]:
    """Every year that is behind: its tables and checks, then the warehouse; yields what went wrong, in words."""
    registry = registry_named(os.environ.get("FINAL_ACCOUNTS_PUBLISHERS", ""))
    standing = Standing(library, registry)
    behind = standing.behind()
    unchanged = sorted(set(standing.years) - {b.year for b in behind})
    if unchanged:
        say(f"{', '.join(map(str, unchanged))}: unchanged")
    if behind or not is_current(at):
        at.prepare_dagster()
        yield from _materialise(behind, lambda: Standing(library, registry).behind())


def _materialise(behind: Sequence[Behind], now: Callable[[], list[Behind]]) -> Iterator[str]:
    import dagster as dg
    from filelock import FileLock

    from pipeline.definitions import defs
    from pipeline.orchestration.partitions import FISCAL_YEARS

    with FileLock(Path(os.environ["DAGSTER_HOME"], ".opening.lock")):  # two runs that both make its files would collide
        opened = dg.DagsterInstance.get()
    with opened as instance:
        _close_dead_runs(instance)
        for year, why in _in_turn(behind, now):
            if not FISCAL_YEARS.has_partition_key(str(year)):
                known = f"{FISCAL_YEARS.get_first_partition_key()} to {FISCAL_YEARS.get_last_partition_key()}"
                yield f"fiscal year {year} is not one of {known}: its documents are read and not in the warehouse; check them"
                continue
            say(f"fiscal year {year} ({why}): tables and checks")
            problems = list(_execute(defs.resolve_job_def("yearly_tables"), instance, str(year)))
            yield from (f"fiscal year {year}: {problem}" for problem in problems)
            if problems:
                kept = "the warehouse keeps what its last sound run left" if accepted.record(year) is not None else "it is not in the warehouse"
                yield f"fiscal year {year} was not accepted: {kept}; the next run tries it again"
        if not accepted.years():
            return
        say("publishing the warehouse")
        yield from _execute(defs.resolve_job_def("publish"), instance, None)


def _in_turn(behind: Sequence[Behind], now: Callable[[], list[Behind]]) -> Iterator[tuple[int, str]]:
    """The years that are behind, then those whose reports were held against another year before than is accepted by then."""
    done = {b.year for b in behind}
    yield from ((b.year, ", ".join(b.changed)) for b in behind)
    yield from ((b.year, f"again: {', '.join(b.changed)}") for b in now() if b.year not in done or b.changed == ("year before",))


def _execute(job: dg.JobDefinition, instance: dg.DagsterInstance, year: str | None) -> Iterator[str]:
    from pipeline.orchestration.resources import OF_DOCUMENTS

    result = job.execute_in_process(
        run_config=_QUIETLY | (OF_DOCUMENTS if year else {}),
        partition_key=year,
        instance=instance,
        raise_on_error=False,
        tags={_PROCESS: str(os.getpid()), **_LOCATION},
    )
    broken = [e for e in result.get_asset_check_evaluations() if not e.passed and e.blocking and e.severity.value == "ERROR"]
    for check in broken:
        yield f"{'.'.join(check.asset_key.path)}: {check.check_name}: {check.description}; the check's failing rows say where"
    if not result.success and not broken:
        failures = [e for e in result.all_events if e.is_step_failure]
        for event in failures:
            error = event.step_failure_data.error
            cause = error.cause if error is not None and error.cause is not None else error
            yield f"step {event.step_key} failed: {cause.message.strip() if cause else 'see the run in make ui'}"
        if not failures:
            yield f"run {result.run_id} failed: see it in make ui"


def _close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Runs of processes that were killed: say so in the record, which would show them as running for ever."""
    import dagster as dg

    for run in instance.get_runs(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])):
        process = run.tags.get(_PROCESS, "")
        if process.isdigit() and not _alive(int(process)):
            instance.report_run_failed(run, "The process was killed; the next run did what was left to do.")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refusals(library: Library, intake: Intake) -> Iterator[str]:
    for offer, outcome in library.failures(intake.offers):
        yield f"{offer.source_url}: {outcome.problem}; {outcome.remedy}"


def _left_out(library: Library, intake: Intake) -> Iterator[str]:
    """The folder's documents that somebody has withdrawn."""
    withdrawn = library.archive.withdrawn()
    for offer in intake.offers:
        if offer.sha256 in withdrawn:
            yield f"left out   {offer.source_url}: withdrawn; final-accounts withdraw --undo {offer.sha256[:12]} takes it back"


def _summary(at: Home, library: Library, intake: Intake, look: str) -> None:
    """The table of the folder's reports as published, and how to look further."""
    if not at.warehouse.exists():
        say("no warehouse has been published yet")
        return
    outcomes = (library.readings.outcome(o.sha256) for o in intake.offers)
    own = {o.report_id for o in outcomes if o is not None and o.report_id is not None}
    with connect_readonly(at.warehouse) as warehouse:
        columns = ", ".join(c for _, c in _OVERVIEW)
        found = warehouse.execute(f"SELECT report_id, {columns} FROM marts.report_overview ORDER BY fiscal_year, publisher").fetchall()
    rows = [row[1:] for row in found if row[0] in own]
    say("")
    for line in aligned([[title for title, _ in _OVERVIEW], *rows]):
        say(line)
    others = len(found) - len(rows)
    say("")
    say(f"warehouse  {at.warehouse}" + (f" ({others} reports of earlier runs in it as well)" if others else ""))
    say(f"parquet    {at.parquet}")
    say(f"to look    {look} (assets, checks, failing rows), or any DuckDB client:")
    say(f"           duckdb -readonly '{at.warehouse}' \"SELECT * FROM checks.findings WHERE severity = 'error'\"")


def aligned(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Rows as lines of a table: the first column to the left, numbers to the right; a Chinese character is two wide."""
    cells = [["" if c is None else str(c) for c in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(c + " " * (w - _width(c)) if i == 0 else " " * (w - _width(c)) + c for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

