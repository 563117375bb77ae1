"""A decision on an open case, a note who looks at it, a report signed off: entries in the folder of decisions, validated before they stand.

A decision is never written over another's file; of one's notes on a case only the last is kept.
What belongs here: from the entry that ``marts.triage`` proposes to a file of its own.  What may not: the format and its validation
(``adjudications``), and what is typed or printed (``pipeline.cli``).
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.reconciliation.adjudications import CORRECTING, VERDICTS, Adjudications, load, parse, quoted
from pipeline.reconciliation.reviews import read


class NotDecided(Exception):
    """Why nothing was written (``problem``), and what to do about it (``remedy``)."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}: {remedy}")
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person decides: the ``verdict`` (``None``: what the case proposes), the ``values`` to use in the entry's order
    of figures (none: those proposed), why, who, when, and until when."""

    verdict: str | None
    reason: str
    author: str
    date: dt.date
    values: tuple[str, ...] = ()
    expires: dt.date | None = None


def decide(warehouse: duckdb.DuckDBPyConnection, folder: Path, case: str, wish: Wish) -> tuple[Path, str]:
    """Write the decision on the open case whose id begins with ``case``; its file and its text.

    Raises :class:`NotDecided`; the folder is then as it was.
    """
    proposed = _proposed(warehouse, case)
    text = _text(proposed, wish)
    name = re.sub(r"[^\w.-]", "_", f"{proposed['report']}-{proposed.get('case') or proposed['finding']}.toml")
    _validated(warehouse, folder, name, text)
    return _placed(folder, name, text), text


def review(warehouse: duckdb.DuckDBPyConnection, folder: Path, case: str, wish: Wish, assignee: str, state: str) -> tuple[Path, str]:
    """Write how far the open case is whose id begins with ``case``, and who looks at it; its file and its text.  Raises :class:`NotDecided`."""
    proposed = _proposed(warehouse, case)
    key, report = str(proposed.get("case") or proposed["finding"]), proposed["report"]
    values = {"report": report, "case": key, "state": state, "assignee": assignee, "note": wish.reason, "author": wish.author}
    text = _entry("review", values, wish.date, proposed.get("findings", ()))
    return _kept(folder, f"{report}-{key}.review.toml", text), text


def sign_off(warehouse: duckdb.DuckDBPyConnection, folder: Path, report: str, wish: Wish) -> tuple[Path, str]:
    """Write that a person has gone through the report with that id, as its document is now; raises :class:`NotDecided`."""
    found = _rows(warehouse, "SELECT document_sha256 FROM core.reports WHERE report_id = ?", report)
    if not found:
        raise NotDecided(f"no report “{report}” is published", "take a report_id of marts.report_overview")
    text = _entry("sign_off", {"report": report, "document": found[0][0], "note": wish.reason, "author": wish.author}, wish.date)
    return _kept(folder, f"{report}.sign_off.toml", text), text


def _entry(kind: str, values: dict[str, str], date: dt.date, findings: Sequence[str] = ()) -> str:
    """A valid entry of that kind."""
    lines = [f"[[{kind}]]", *(f"{name} = {quoted(value)}" for name, value in values.items())]
    lines += [f"findings = [{', '.join(map(quoted, findings))}]"] if findings else []
    text = "\n".join([*lines, f"date = {date}"]) + "\n"
    _, _, problems = read(tomllib.loads(text), kind)
    if problems:
        raise NotDecided(_listed(problems), "say it with --by, --assign, --status or --note")
    return text


def _kept(folder: Path, name: str, text: str) -> Path:
    """Whole or not at all, in the place of what the same command wrote before."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / re.sub(r"[^\w.-]", "_", name)
    fresh = folder / f".{path.name}.{os.getpid()}"
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
    return path


def _proposed(warehouse: duckdb.DuckDBPyConnection, case: str) -> dict[str, Any]:
    """The entry of the open case, as the published warehouse proposes it."""
    if not case.strip():
        raise NotDecided("no case is named", "name one of marts.triage")
    found = _rows(warehouse, "SELECT case_id, entry FROM marts.triage WHERE starts_with(case_id, ?) ORDER BY ALL LIMIT 5", case)
    if len(found) == 1:
        return dict(tomllib.loads(found[0][1])["decision"][0])
    if found:
        raise NotDecided(f"“{case}” begins {len(found)} or more open cases", f"write more of it: {', '.join(key for key, _ in found)}")
    closed = _rows(warehouse, "SELECT case_id, decision FROM checks.cases WHERE starts_with(case_id, ?) AND status = 'decided'", case)
    if closed:
        raise NotDecided(f"the case {closed[0][0]} is decided already ({closed[0][1]})", "to decide otherwise, change its entry")
    raise NotDecided(f"no open case “{case}” is published", "take a case_id of marts.triage; after a new run, cases may have other names")


def _text(proposed: dict[str, Any], wish: Wish) -> str:
    """The entry as TOML."""
    verdict = wish.verdict or _accepted(proposed)
    if verdict not in VERDICTS:
        raise NotDecided(f"“{verdict}” is no verdict", f"choose one of {', '.join(VERDICTS)}")
    figures = proposed.get("figure", [])
    if wish.values and (verdict not in CORRECTING or len(wish.values) != len(figures)):
        raise NotDecided(
            f"{len(wish.values)} values are given, the case has {len(figures)} suspects and the verdict is {verdict}",
            f"give one value a suspect, with {' or '.join(sorted(CORRECTING))} only",
        )
    subject = "case" if "case" in proposed else "finding"
    lines = ["[[decision]]", f"report = {quoted(proposed['report'])}", f"{subject} = {quoted(proposed[subject])}"]
    if proposed.get("findings"):
        lines.append(f"findings = [{', '.join(map(quoted, proposed['findings']))}]")
    lines += [f"verdict = {quoted(verdict)}", f"reason = {quoted(wish.reason)}", f"author = {quoted(wish.author)}"]
    lines += [f"date = {wish.date}"] + ([f"expires = {wish.expires}"] if wish.expires else [])
    for figure, value in zip(figures, wish.values or [f.get("value") for f in figures], strict=True):
        lines += ["", "[[decision.figure]]", f"id = {quoted(figure['id'])}", f"printed = {quoted(figure['printed'])}"]
        lines += [f"value = {quoted(str(value))}"] if value is not None and verdict in CORRECTING else []
    return "\n".join(lines) + "\n"


def _accepted(proposed: dict[str, Any]) -> str:
    """The verdict of the explanation that is accepted."""
    verdict = str(proposed["verdict"])
    if verdict not in CORRECTING:
        others = " or ".join(v for v in VERDICTS if v not in CORRECTING)
        raise NotDecided("the case proposes no value that could be accepted", f"say what you decide: --status {others}")
    return verdict


def _validated(warehouse: duckdb.DuckDBPyConnection, folder: Path, name: str, text: str) -> None:
    """The entry against the format, against the other entries, and against what the warehouse prints."""
    decisions, problems = parse(tomllib.loads(text), name)
    if problems:
        raise NotDecided(_listed(problems), "say it with --note, --by, --status, --value or --expires")
    against = _objections(folder, name, text)
    if against:
        raise NotDecided(_listed(against), "change the entry that stands, or remove it; nothing was written")
    for figure in decisions[0].figures:
        now = _rows(warehouse, "SELECT printed FROM core.figures WHERE figure_id = ?", figure.figure_id)
        if not now or now[0][0] != figure.printed:
            printed = f"prints “{now[0][0]}”" if now else "is not there"
            raise NotDecided(f"{figure.figure_id} {printed}, the case says “{figure.printed}”", "run the year again, then decide")


def _objections(folder: Path, name: str, text: str) -> list[str]:
    """What the loader says of the folder with the new entry in it, and did not say before."""
    if (folder / name).exists():
        return [f"{folder / name} is there already"]
    with tempfile.TemporaryDirectory() as scratch:
        tried = Path(scratch)
        for path in folder.rglob("*.toml") if folder.is_dir() else ():
            copy = tried / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        before = set(_said(load(tried)))
        (tried / name).write_text(text, encoding="utf-8")
        return [said for said in _said(load(tried)) if said not in before]


def _said(loaded: Adjudications) -> list[str]:
    return [*loaded.problems, *(f"{d.entry} {why}" for d, why in loaded.contradictions)]


def _placed(folder: Path, name: str, text: str) -> Path:
    """Whole or not at all, and never over a file that came in between."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(fresh).chmod(0o644)
        os.link(fresh, folder / name)
    except FileExistsError:
        raise NotDecided(f"{folder / name} is there already", "change the entry in it, or remove it") from None
    finally:
        Path(fresh).unlink()
    return folder / name


def _listed(problems: Sequence[str]) -> str:
    return "; ".join(problems)


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, *values: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query, list(values)).fetchall()
