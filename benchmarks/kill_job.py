"""Kill the whole yearly job (from the registry to the warehouse) at random moments: is all sound after each, does a re-run finish?

What is killed is one process that runs Dagster's job ``yearly_accounts``, as ``dagster job execute`` does: it asks the sites, fetches,
hands over, reads, judges, and publishes.  The site serves small invented reports as text, in which every identity holds: they read
fast, and no error is to be searched for.

    python -m benchmarks.kill --job [--kills 50] [--seed 1] [--in-a-row 1]

After each kill the store, the archive, the readings and the published warehouse are checked; after every ``--in-a-row`` kills a whole run
must end well, and its warehouse must hold the same rows as that of a run that nobody disturbed.  Then the home is emptied,
so that the next kill can hit any step.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.sources.archive import Archive
from pipeline.sources.store import Store
from pipeline.store.home import HOME_VARIABLE, Home
from pipeline.warehouse.publish import connect_readonly
from samples.as_text import TextStyle, as_text
from samples.invented import PUBLISHERS, invented
from samples.layout import Layout
from tests.sources.habits import article, page, rows
from tests.sources.site import Site

_PROJECT = Path(__file__).resolve().parents[1]
_HOST = "127.0.0.92"
_YEAR = 2024
_REPORTS = 3
#: What differs between two runs that did the same: when a document came, and whether it had to be sent.
_OF_THE_RUN = ("retrieved_at", "outcome")


def put_up(site: Site) -> str:
    """Invented reports as text on one host; the registry that leads to them, with ``{url}`` for the list."""
    entries, listing = ["defaults: {requests_per_second: 100}", "publishers:"], []
    for number, name in enumerate(PUBLISHERS[:_REPORTS]):
        kind_zh = "单位" if name[-1] in "馆心院学" else "部门"
        figures = replace(invented(random.Random(number)), publisher=name, kind=kind_zh, year=_YEAR)
        kind = "department" if figures.kind == "部门" else "unit"
        title = f"{figures.publisher}{_YEAR}年度{figures.kind}决算"
        listing.append((f"/{number}.html", title, f"{_YEAR + 1}-08-20"))
        text = as_text(figures, Layout(), TextStyle("tabs"))
        end = text.index("第三部分", text.index("第三部分") + 1) if number == 0 else len(text)  # the first is spread over two documents
        documents = {f"{title}公开表": text[:end], f"{title}情况说明": text[end:]} if number == 0 else {title: text}
        links = "".join(f"<a href='/{number}-{part}.doc'>附件：{words}.doc</a>" for part, words in enumerate(documents))
        site.put(_HOST, f"/{number}.html", article(title, f"{_YEAR + 1}-08-20", links))
        for part, body in enumerate(documents.values()):
            site.put(_HOST, f"/{number}-{part}.doc", body.encode(), "application/msword")
        entries.append(
            f'  - {{name: {figures.publisher}, kind: {kind}, division: "370600", level: city, '
            'sites: [{kind: list, url: "{url}", shared: true, allow_private: true}]}'
        )
    site.put(_HOST, "/", page(rows(*listing)))
    return "\n".join(entries)


def child() -> int:
    """Load everything once; then, for each home named on standard input, run the job in a process of its own.

    Loading takes as long as a small run: without this a random moment would mostly fall into it.  A line names a home and the seconds of
    the processor after which the run is killed (0: never): these pass as the work does, however loaded the machine is.
    """
    import dagster as dg
    import great_expectations  # noqa: F401 - the checks import it when they begin

    from pipeline.definitions import defs
    from pipeline.store.home import home

    job = defs.resolve_job_def("yearly_accounts")
    print("ready", flush=True)
    for line in sys.stdin:
        process = os.fork()
        if process:
            print(process, flush=True)
            print(os.waitpid(process, 0)[1], flush=True)
            continue
        name, _, moment = line.strip().rpartition(" ")
        os.environ[HOME_VARIABLE] = name
        os.dup2(os.open(f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        signal.setitimer(signal.ITIMER_PROF, float(moment))
        home().prepare_dagster()
        with dg.DagsterInstance.get() as instance:
            result = job.execute_in_process(partition_key=str(_YEAR), instance=instance, raise_on_error=False)
        Path(f"{name}.seconds").write_text(str(time.process_time()), encoding="utf-8")
        os._exit(0 if result.success else 1)
    return 0


class Runs:
    """Starts runs of the job, and kills them."""

    def __init__(self, registry: Path) -> None:
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join([str(_PROJECT), str(_PROJECT / "tests")]), "FINAL_ACCOUNTS_PUBLISHERS": str(registry),
        }  # fmt: skip
        command = [sys.executable, "-m", "benchmarks.kill", "--job-child"]
        self.mother = subprocess.Popen(command, cwd=_PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._hear()

    def _hear(self) -> str:
        assert self.mother.stdout is not None
        return self.mother.stdout.readline().strip()

    def run(self, home: Path, kill_after: float = 0.0) -> int:
        """The exit status of one run, killed when it has used so many seconds of the processor if it is not done by then."""
        assert self.mother.stdin is not None
        self.mother.stdin.write(f"{home} {kill_after}\n")
        self.mother.stdin.flush()
        alarm = threading.Timer(600, os.kill, (int(self._hear()), signal.SIGKILL))
        alarm.start()
        status = os.waitstatus_to_exitcode(int(self._hear()))
        alarm.cancel()
        return status

    def whole(self, home: Path) -> tuple[float, dict[str, str]]:
        """One run to its end: its seconds of the processor, and what its warehouse holds (see :func:`contents`)."""
        if (status := self.run(home)) != 0:
            raise RuntimeError(f"exit status {status}: " + Path(f"{home}.log").read_text(encoding="utf-8")[-4000:])
        return float(Path(f"{home}.seconds").read_text(encoding="utf-8")), contents(home)

    def kill(self, home: Path, seconds: float) -> str:
        """Kill one run at that moment; the last step that it began, ``""`` where it had ended before."""
        if self.run(home, seconds) != -signal.SIGPROF:
            return ""
        return last_step(Home(home).dagster / "events" / "event_log.db")

    def close(self) -> None:
        assert self.mother.stdin is not None
        self.mother.stdin.close()
        self.mother.wait(30)


def last_step(events: Path) -> str:
    """The step that began last in the last run of a record."""
    if not events.exists():
        return "before its record"
    with contextlib.closing(sqlite3.connect(events)) as record, contextlib.suppress(sqlite3.OperationalError):
        steps = record.execute(
            "SELECT step_key FROM event_logs WHERE dagster_event_type = 'STEP_START'"
            " AND run_id = (SELECT run_id FROM event_logs ORDER BY id DESC LIMIT 1) ORDER BY id DESC LIMIT 1"
        ).fetchall()
        return str(steps[0][0]) if steps else "before its first step"
    return "before its record"


def contents(home: Path) -> dict[str, str]:
    """A hash of every published table's rows, without what is of the run; empty where nothing is published."""
    file = Home(home).warehouse
    if not file.exists():
        return {}
    hashes = {}
    with connect_readonly(file) as warehouse:
        tables = warehouse.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables ORDER BY 1").fetchall()
        for (table,) in tables:
            columns = ", ".join(f'"{c}"' for (c, *_) in warehouse.execute(f"DESCRIBE {table}").fetchall() if c not in _OF_THE_RUN)
            found = warehouse.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
            hashes[table] = hashlib.sha256(repr(found).encode()).hexdigest()
    return hashes


def faults(home: Path, truth: dict[str, str]) -> list[str]:
    """Everything that a kill must never leave: unsound documents, records that do not parse, half a warehouse."""
    of, found = Home(home), []
    if (home / "originals").exists():
        found += [f"{f.path}: {f.problem}" for f in Store(home / "originals").verify()[1]]
    for folder in of.archive.glob("*") if of.archive.exists() else ():
        document = folder / "document"
        if document.exists() and hashlib.sha256(document.read_bytes()).hexdigest() != folder.name:
            found.append(f"{document}: its bytes have another hash")
    offers = Archive(of.archive).offers() if of.archive.exists() else []
    found += [f"{o.sha256}: offered and not there" for o in offers if not Archive(of.archive).path(o.sha256).exists()]
    for reading in Path(of.readings).rglob("[!.]*.parquet"):
        try:
            json.loads((pq.read_schema(reading).metadata or {})[b"record"])
        except (OSError, ValueError, KeyError) as error:
            found.append(f"{reading}: {error}")
    published = contents(home)
    if published and published != truth:
        found.append("what is published is not a whole warehouse: " + ", ".join(sorted(k for k in truth if truth[k] != published.get(k))))
    return found


def kill_job(kills: int, seed: int, in_a_row: int) -> int:
    """Print one line a whole run that follows kills, and the sum; the exit status is 1 if anything was unsound."""
    chance, site = random.Random(seed), Site()
    text = put_up(site)
    with site, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        registry = folder / "publishers.yaml"
        registry.write_text(text.replace("{url}", site.url(_HOST, "/")), encoding="utf-8")
        runs = Runs(registry)
        seconds, truth = runs.whole(folder / "truth")
        again, same = runs.whole(folder / "truth")
        print(f"a whole run: {seconds:.1f} CPU s, {len(truth)} tables; the same again: {again:.1f}", flush=True)
        if same != truth:
            print("two undisturbed runs differ: " + ", ".join(k for k in truth if truth[k] != same.get(k)))
            return 1
        bad, running, unlike, reruns = list[str](), 0, 0, 0
        where: Counter[str] = Counter()
        home = folder / "home"
        for number in range(1, kills + 1):
            moment = chance.uniform(0, min(seconds, again))
            step = runs.kill(home, moment)
            running += bool(step)
            where[step or "ended before"] += 1
            bad += faults(home, truth)
            if number % in_a_row == 0 or number == kills:
                reruns += 1
                try:
                    took, result = runs.whole(home)
                except RuntimeError as error:
                    took, result = 0.0, {}
                    bad.append(f"the run after the kill in {step} did not finish: {str(error)[-1500:]}")
                    print(bad[-1], flush=True)
                unlike += result != truth
                bad += faults(home, truth)
                print(f"kill {number} after {moment:.1f} CPU s in {step or 'nothing: it had ended'}; re-run {took:.1f}", flush=True)
                shutil.rmtree(home, ignore_errors=True)
        runs.close()
        print(
            f"the job killed at a random moment: {running} of {kills} still running; {len(bad)} faults, "
            f"{unlike} of {reruns} re-runs unlike the whole run"
        )
        print("killed in: " + ", ".join(f"{step} {n}" for step, n in where.most_common()))
        for line in bad:
            print("FAULT", line)
    return 1 if bad or unlike else 0
