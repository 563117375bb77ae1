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
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.batches import WorkFailed, engine
from pipeline.batches.progress import heard_by
from pipeline.messages import shown, told
from pipeline.model.harmless import line
from pipeline.orchestration.replaced import changed, in_the_warehouse
from pipeline.orchestration.standing import Behind, Standing, registry_named
from pipeline.reports.intake import Intake, take_in
from pipeline.reports.workers import Workers
from pipeline.store import accepted
from pipeline.store.alone import alone, one_run_of
from pipeline.store.disk import Refused, in_words, refusal
from pipeline.store.home import Home, home
from pipeline.store.readings import Library, Limits
from pipeline.store.versions import year_version
from pipeline.warehouse.news import News, news, open_findings
from pipeline.warehouse.publish import connect_readonly, is_current

if TYPE_CHECKING:
    import dagster as dg

_PROCESS = "final_accounts/process"  # tag of a run: the process that carries it
Say = Callable[[str], None]
_QUIETLY = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_OVERVIEW = (
    ("report", "publisher"), ("year", "fiscal_year"), ("forms read", "forms_read"),
    ("empty", "forms_empty"), ("missing", "forms_missing"), ("figures", "figures"), ("exact", "equations_exact"),
    ("rounding", "equations_rounding"), ("violated", "equations_violated"), ("not evaluated", "equations_not_evaluated"),
    ("errors", "findings_error"), ("warnings", "findings_warning"), ("remarks", "findings_info"),
)  # fmt: skip
#: Where the user interface shows open cases, with their pictures: behind its own address.
OPEN_CASES = "/assets/marts/triage?view=checks&checkDetail=triage_no_open_error"
_FIRST_NEW = 10  # new findings that are listed; all are in the warehouse


class Teller(Protocol):
    """Who tells the person, or the program, that started the run."""

    def say(self, line: str) -> None:
        """One line of what is done."""
        ...

    def problem(self, line: str) -> None:
        """One line of what went wrong."""
        ...

    def progress(self, phase: str, done: int, of: int) -> None:
        """How far a phase (``reading``, ``judging``, ``checking``, ``publishing``) has come."""
        ...

    def end(self, ran: Ran) -> None:
        """It is over."""
        ...


@dataclass
class Ran:
    """What a run came to: its exit ``status``, and what a program wants to know of it."""

    home: str
    status: int = 0
    documents: int = 0
    read_now: int = 0
    passed_over: int = 0
    unchanged: list[int] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    new_findings: list[dict[str, Any]] = field(default_factory=list)
    findings_gone: int = 0
    warehouse: str | None = None


def run(folder: Path, teller: Teller, workers: int = 2, cluster: str = "", look: str = "make ui") -> Ran:
    """Run a folder's documents in the home of this process.

    ``workers`` documents are read at a time, or as many as ``cluster``, the address of a Dask scheduler, has room for; ``look`` is
    the command that shows this home.
    """
    ran = Ran(str(home().root))
    with _to_its_end(ran, teller):
        ran.status = _Run(folder, teller, ran, look).whole(engine(workers, cluster))
    return ran


def run_year(year: int, teller: Teller, registry: Path | None = None) -> Ran:
    """One fiscal year from the sites and the inbox to the warehouse, in the home of this process; ``registry`` names the publishers."""
    at, ran = home(), Ran(str(home().root))
    if registry is not None:
        os.environ["FINAL_ACCOUNTS_PUBLISHERS"] = str(registry)  # before the code location asks for it
    teller.say(told("home       {path}", path=at.root))
    teller.say(told("fiscal year {year}: from the sites to the warehouse", year=year))
    with _to_its_end(ran, teller), alone(at.root, "run", teller.say):
        known = open_findings(at.warehouse)
        at.prepare_dagster()
        ran.problems += _whole_year(year, teller)
        found = news(known, open_findings(at.warehouse))
        ran.warehouse, ran.new_findings, ran.findings_gone = str(at.warehouse), list(found.new), found.gone
        for text in _in_words(found):
            teller.say(text)
        ran.status = _told(ran, teller)
    return ran


@contextmanager
def _to_its_end(ran: Ran, teller: Teller) -> Iterator[None]:
    """However a run ends, it says so; what the disk refuses ends it with words."""
    try:
        yield
    except Exception as error:
        words = refusal(error, home().root)
        if words is None:
            raise
        ran.problems.append(words)
        ran.status = _told(ran, teller)
    teller.end(ran)


def _told(ran: Ran, teller: Teller) -> int:
    """Tell a run's problems; its exit status."""
    for problem in ran.problems:
        teller.problem(told("PROBLEM  ") + problem)
    return 1 if ran.problems else 0


def _whole_year(year: int, teller: Teller) -> list[str]:
    from pipeline.definitions import defs

    with _dagster() as instance, heard_by(teller.progress):
        return list(_execute(defs.resolve_job_def("yearly_accounts"), instance, str(year), teller.say, of_documents=False))


@dataclass
class _Run:
    folder: Path
    teller: Teller
    ran: Ran
    look: str

    def whole(self, reading: Any) -> int:
        """All steps; the exit status."""
        at, say = home(), self.teller.say
        say(told("home       {path}", path=at.root))
        say(told("documents of {folder}", folder=self.folder))
        if not (self.folder.is_dir() or self.folder.is_file()):
            return self._failed(told("there is no folder {folder}: name a folder of reports", folder=self.folder), 2, told("PROBLEM  "))
        with alone(at.root, "run", say):
            return self._alone(at, Library.of(at), Workers(reading, Limits.from_environment()))

    def _alone(self, at: Home, library: Library, workers: Workers) -> int:
        say = self.teller.say
        if outdated := accepted.without_outdated(year_version()):
            say(told("{years}: written by an older version, made anew", years=", ".join(map(str, outdated))))
        stood, known = in_the_warehouse(), open_findings(at.warehouse)
        try:
            intake = take_in(library, workers, self.folder, lambda n, of, _: self.teller.progress("reading", n, of))
        except WorkFailed as error:
            return self._failed(shown(error), 1, told("PROBLEM  "))
        self.ran.documents, self.ran.read_now, self.ran.passed_over = len(intake.offers), len(intake.outcomes), len(intake.passed_over)
        say(told("{n} documents, {read} of them read now", n=len(intake.offers), read=len(intake.outcomes)) + _passed_over(intake))
        if not intake.offers:
            return self._failed(told("no document in {folder}: put reports there (PDF, text), or name another folder", folder=self.folder), 1)
        for problems in (self._years(at, library), _refusals(library, intake), _unjudged(at)):
            self.ran.problems.extend(problems)
        self.ran.changes += [*changed(stood, in_the_warehouse()), *_left_out(library, intake)]
        self._summary(at, library, intake, news(known, open_findings(at.warehouse)))
        return _told(self.ran, self.teller)

    def _failed(self, problem: str, status: int, head: str = "") -> int:
        self.ran.problems.append(problem)
        self.teller.problem(head + problem)
        return status

    def _years(self, at: Home, library: Library) -> Iterator[str]:
        """Every year that is behind: its tables and checks, then the warehouse; yields what went wrong, in words."""
        registry = registry_named(os.environ.get("FINAL_ACCOUNTS_PUBLISHERS", ""))
        standing = Standing(library, registry)
        behind = standing.behind()
        self.ran.unchanged = sorted(set(standing.years) - {b.year for b in behind})
        if self.ran.unchanged:
            self.teller.say(told("{years}: unchanged", years=", ".join(map(str, self.ran.unchanged))))
        if behind or not is_current(at):
            at.prepare_dagster()
            yield from _materialise(behind, lambda: Standing(library, registry).behind(), self.teller)

    def _summary(self, at: Home, library: Library, intake: Intake, found: News) -> None:
        """What is new, the table of the folder's reports as published, and how to look further."""
        say = self.teller.say
        if not at.warehouse.exists():
            say(told("no warehouse has been published yet"))
            return
        self.ran.warehouse, self.ran.new_findings, self.ran.findings_gone = str(at.warehouse), list(found.new), found.gone
        outcomes = (library.readings.outcome(o.sha256) for o in intake.offers)
        own = {o.report_id for o in outcomes if o is not None and o.report_id is not None}
        with connect_readonly(at.warehouse) as warehouse:
            columns = ", ".join(c for _, c in _OVERVIEW)
            everything = warehouse.execute(f"SELECT report_id, {columns} FROM marts.report_overview ORDER BY fiscal_year, publisher").fetchall()
        rows = [row[1:] for row in everything if row[0] in own]
        self.ran.reports = [dict(zip((c for _, c in _OVERVIEW), row, strict=True)) for row in rows]
        for text in ("", *_in_words(found), "", *aligned([[told(title) for title, _ in _OVERVIEW], *rows]), ""):
            say(text)
        others = len(everything) - len(rows)
        more = told(" ({n} reports of earlier runs in it as well)", n=others) if others else ""
        say(told("warehouse  {path}", path=at.warehouse) + more)
        say(told("parquet    {path}", path=at.parquet))
        say(told("open cases {address} ({command})", address=f"http://127.0.0.1:3000{OPEN_CASES}", command=self.look))
        say(told("to look    {command} (assets, checks, failing rows), or any DuckDB client:", command=self.look))
        say(f"           duckdb -readonly '{at.warehouse}' \"SELECT * FROM checks.findings WHERE severity = 'error'\"")
        for text in self.ran.changes:
            say(text)


def _unjudged(at: Home) -> Iterator[str]:
    """The published reports that the code could not judge: a promise of ours is broken, whatever their publishers print."""
    if not at.warehouse.exists():
        return
    with connect_readonly(at.warehouse) as warehouse:
        failed = warehouse.execute("SELECT publisher, fiscal_year, problem FROM checks.judgements WHERE state = 'failed' ORDER BY ALL").fetchall()
    for publisher, year, problem in failed:
        yield told("{publisher} {year}: it could not be judged: {problem}", publisher=publisher, year=year, problem=problem)


def _in_words(found: News) -> Iterator[str]:
    """What is new since the last run, the heaviest by name."""
    counts = {name: found.counts.get(name, 0) for name in ("error", "warning", "info")}
    if found.first:
        yield told("first run: {error} errors, {warning} warnings, {info} remarks are open", **counts)
        return
    yield told("new since the last run: {error} errors, {warning} warnings, {info} remarks; {gone} are no longer open", **counts, gone=found.gone)
    for row in found.new[:_FIRST_NEW]:
        place = f"{row['publisher']} {row['fiscal_year']}  {row['place']}"
        yield f"  {told(row['severity'])}  {line(place, 150)}  {line(row['printed'], 40)} → {line(row['expected'], 40)}"
    if len(found.new) > _FIRST_NEW:
        yield told("  and {n} more: checks.findings", n=len(found.new) - _FIRST_NEW)


def _passed_over(intake: Intake) -> str:
    kinds = sorted({p.suffix.lower() for p in intake.passed_over})
    return told("; {n} other files passed over ({kinds})", n=len(intake.passed_over), kinds=" ".join(kinds)) if kinds else ""


def _materialise(behind: Sequence[Behind], now: Callable[[], list[Behind]], teller: Teller) -> Iterator[str]:
    from pipeline.definitions import defs
    from pipeline.orchestration.partitions import FISCAL_YEARS

    with _dagster() as instance:
        for year, why in _in_turn(behind, now):
            if not FISCAL_YEARS.has_partition_key(str(year)):
                first, last = FISCAL_YEARS.get_first_partition_key(), FISCAL_YEARS.get_last_partition_key()
                yield told("fiscal year {year} is not one of {first} to {last}: its documents are read and not in the warehouse; check them",
                           year=year, first=first, last=last)  # fmt: skip
                continue
            teller.say(told("fiscal year {year} ({why}): tables and checks", year=year, why=why))
            with heard_by(teller.progress):
                problems = list(_execute(defs.resolve_job_def("yearly_tables"), instance, str(year), teller.say))
            yield from (told("fiscal year {year}: {problem}", year=year, problem=problem) for problem in problems)
            if problems:
                kept = "the warehouse keeps what its last sound run left" if accepted.record(year) is not None else "it is not in the warehouse"
                yield told("fiscal year {year} was not accepted: {kept}; the next run tries it again", year=year, kept=kept)
        if not accepted.years():
            return
        teller.say(told("publishing the warehouse"))
        with heard_by(teller.progress):
            problems = list(_execute(defs.resolve_job_def("publish"), instance, None, teller.say))
        yield from problems


@contextmanager
def _dagster() -> Iterator[dg.DagsterInstance]:
    """Dagster's record of this home."""
    import dagster as dg
    from filelock import FileLock

    with FileLock(Path(os.environ["DAGSTER_HOME"], ".opening.lock")):  # two runs that both make its files would collide
        opened = dg.DagsterInstance.get()
    with opened as instance:
        _close_dead_runs(instance)
        yield instance


def _in_turn(behind: Sequence[Behind], now: Callable[[], list[Behind]]) -> Iterator[tuple[int, str]]:
    """The years that are behind, then those whose reports were held against another year before than is accepted by then."""
    done = {b.year for b in behind}
    yield from ((b.year, _why(b.changed)) for b in behind)
    yield from ((b.year, told("again: {why}", why=_why(b.changed))) for b in now() if b.year not in done or b.changed == ("year before",))


def _why(parts: Iterable[str]) -> str:
    return ", ".join(told(part) for part in parts)


def _execute(job: dg.JobDefinition, instance: dg.DagsterInstance, year: str | None, say: Say, *, of_documents: bool = True) -> Iterator[str]:
    from pipeline.orchestration.resources import OF_DOCUMENTS

    with one_run_of(year, say):  # in this process the executor of the code location is not asked
        result = job.execute_in_process(
            run_config=_QUIETLY | (OF_DOCUMENTS if year and of_documents else {}),
            partition_key=year,
            instance=instance,
            raise_on_error=False,
            tags={_PROCESS: str(os.getpid())},
        )
    broken = [e for e in result.get_asset_check_evaluations() if not e.passed and e.blocking and e.severity.value == "ERROR"]
    for check in broken:
        yield told("{asset}: {check}: {words}; the check's failing rows say where", asset=".".join(check.asset_key.path), check=check.check_name,
                   words=check.description)  # fmt: skip
    if not result.success and not broken:
        failures = [e for e in result.all_events if e.is_step_failure]
        for event in failures:
            error = event.step_failure_data.error
            cause = error.cause if error is not None and error.cause is not None else error
            why = cause.message.strip() if cause else "see the run in make ui"
            if words := in_words(why, home().root):
                raise Refused(words)
            yield told("step {step} failed: {why}", step=event.step_key, why=why)
        if not failures:
            yield told("run {run} failed: see it in make ui", run=result.run_id)


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
    yield from (told("{file}: it cannot be opened ({why})", file=path, why=why) for path, why in intake.shut)
    for offer, outcome in library.failures(intake.offers):
        yield f"{offer.source_url}: {shown(outcome.problem)}; {shown(outcome.remedy)}"


def _left_out(library: Library, intake: Intake) -> Iterator[str]:
    """The folder's documents that somebody has withdrawn."""
    withdrawn = library.archive.withdrawn()
    for offer in intake.offers:
        if offer.sha256 in withdrawn:
            url, digits = offer.source_url, offer.sha256[:12]
            yield told("left out   {url}: withdrawn; final-accounts withdraw --undo {hash} takes it back", url=url, hash=digits)


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
