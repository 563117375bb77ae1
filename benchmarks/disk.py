"""A disk that is full at any moment, and a home that cannot be written: does the command say so, is what is published whole, does a re-run finish?

    python -m benchmarks.disk [--sizes 10] [--largest 20]

Each home lies on a disk of its own (``tmpfs``) that nobody else sees: the benchmark starts itself anew by ``unshare``, where that lets users mount;
elsewhere it says so and measures nothing.  A home that has
published two reports gets two more with so many megabytes of room, from a few kilobytes to ``--largest``; a new home gets the first two
with the same room.  The command must end with status 0 or with status 1 and one problem that names the home; what is published must be what was
published before or what is published after; a run with room must end like one that nobody disturbed.

What belongs here: the disks, and the comparison.  What may not: how a run starts, or what it must publish (``kill_job.contents``).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bars import Bar, show
from benchmarks.kill_job import contents
from samples.as_text import TextStyle, as_text
from samples.invented import PUBLISHERS, invented
from samples.layout import Layout

ROOT = Path(__file__).resolve().parents[1]
YEAR, ROOM = 2024, 200  # megabytes that are enough
_ALREADY = "DISKS_OF_ITS_OWN"


@dataclass(frozen=True)
class Case:
    """A disturbed run: the home that it starts from (none: a new one), its folder, and what may be published after it."""

    name: str
    start: Path | None
    folder: Path
    before: str
    after: str


def reports(folder: Path, numbers: range) -> Path:
    folder.mkdir()
    for number in numbers:
        figures = replace(invented(random.Random(number)), publisher=PUBLISHERS[number], kind="部门", year=YEAR)
        (folder / f"{number}.txt").write_text(as_text(figures, Layout(), TextStyle("tabs")), encoding="utf-8")
    return folder


def run(folder: Path, home: Path) -> tuple[int, str]:
    """The command in a process of its own, forked from this one, which has loaded what it needs; its exit status and what it said."""
    return in_fork(lambda: _command("run", str(folder), "--home", str(home)))


def _command(*arguments: str) -> None:
    from pipeline.cli.app import main

    os.environ["FINAL_ACCOUNTS_LANG"] = "en"
    sys.argv[1:] = arguments
    main()


def published(home: Path) -> str:
    """What is published in a home, as text to be compared; read in another process, for DuckDB's threads do not survive a fork."""
    status, found = in_fork(lambda: print(json.dumps(contents(home))))
    return found if status == 0 else f"cannot be read: {found}"


def in_fork(work: Callable[[], None]) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = os.fork()
        if not process:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            status = 70
            try:
                work()
                status = 0
            except SystemExit as end:
                status = int(end.code or 0)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        said.seek(0)
        return status, said.read()


@contextmanager
def disk(at: Path, kilobytes: int, start: Path | None) -> Iterator[Path]:
    """A disk with so much room beside what a home holds already; yields the home."""
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", str(at)], check=True)
    try:
        home = at / "home"
        if start is not None:
            shutil.copytree(start, home, symlinks=True)
        used = shutil.disk_usage(at).used // 1024 if start is not None else 0
        again(at, f"size={used + kilobytes}k")
        yield home
    finally:
        subprocess.run(["umount", str(at)], check=True)


def again(at: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(at)], check=True)


def disturbed(case: Case, at: Path, kilobytes: int, *, read_only: bool = False) -> tuple[str, list[str]]:
    """One run on a disk with little room, or none that may be written, then one with room: its outcome, and what was not as it must be."""
    faults = []
    with disk(at, kilobytes, case.start) as home:
        if read_only:
            again(at, "ro")
        status, said = run(case.folder, home)
        problems = [line for line in said.splitlines() if line.startswith("PROBLEM")]
        if "Traceback" in said:
            faults.append("traceback: " + said.splitlines()[-1])
        if status not in (0, 1) or (status == 1 and not (len(problems) == 1 and str(home) in problems[0])):
            faults.append(f"status {status}: {problems or said[-300:]}")
        if published(home) not in (case.before, case.after):
            faults.append("what is published is neither what was nor what will be")
        again(at, f"rw,size={ROOM}m")
        finished, said = run(case.folder, home)
        if finished != 0 or published(home) != case.after:
            faults.append(f"the run with room: status {finished}, {'un' * (published(home) != case.after)}like the undisturbed one: {said[-300:]}")
    return (problems[0] if problems else f"status {status}"), faults


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sizes", type=int, default=10, help="of each kind of home")
    ask.add_argument("--largest", type=float, default=20, help="megabytes of room")
    asked = ask.parse_args()
    if _ALREADY not in os.environ:
        return with_disks_of_its_own(sys.argv[1:])
    import great_expectations  # noqa: F401 - loaded once for all runs

    import pipeline.definitions  # noqa: F401 - as above

    bars = []
    with tempfile.TemporaryDirectory() as name:
        at = Path(name)
        first, second = reports(at / "first", range(2)), reports(at / "second", range(2, 4))
        sure(run(first, at / "truth"))
        once = published(at / "truth")
        shutil.copytree(at / "truth", at / "start", symlinks=True)
        sure(run(second, at / "truth"))
        cases = (
            Case("a new home", None, first, "{}\n", once),
            Case("a home that has published", at / "start", second, once, published(at / "truth")),
        )
        sizes = [16 + round(i * asked.largest * 1024 / asked.sizes) for i in range(asked.sizes)]
        for case in cases:
            bad = 0
            for kilobytes in sizes:
                outcome, faults = disturbed(case, at / "disk", kilobytes)
                bad += bool(faults)
                print(f"{case.name}, {kilobytes / 1024:.1f} MB: {outcome[:150]}; {'; '.join(faults) or 'as it must be'}", flush=True)
            bars.append(Bar(f"{case.name}, {len(sizes)} sizes", "said, whole, re-run the same", f"{bad} otherwise", not bad))
            outcome, faults = disturbed(case, at / "disk", 20 * 1024, read_only=True)
            print(f"{case.name}, read-only: {outcome[:200]}; {'; '.join(faults) or 'as it must be'}", flush=True)
            bars.append(Bar(f"{case.name}, read-only", "said, whole, re-run the same", "; ".join(faults) or "so", not faults))
    return show(bars)


def with_disks_of_its_own(arguments: list[str]) -> int:
    """The benchmark in a process that may mount disks."""
    apart = ["unshare", "--map-root-user", "--mount"]
    if shutil.which(apart[0]) is None or subprocess.run([*apart, "true"], check=False).returncode:
        print("left out: this system lets its users mount no disk of their own (unshare --map-root-user --mount)")
        return 0
    return subprocess.call([*apart, sys.executable, "-m", "benchmarks.disk", *arguments], cwd=ROOT, env={**os.environ, _ALREADY: "1"})


def sure(ran: tuple[int, str]) -> None:
    if ran[0] != 0:
        raise RuntimeError(ran[1][-2000:])


if __name__ == "__main__":
    sys.exit(main())
