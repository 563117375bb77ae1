"""Decisions of persons on findings and cases: a folder of TOML files, validated on load, applied without touching what is printed.

An entry names the report, a case or a finding, a verdict, who decided when and why, and the figures with the value that was
printed when it was decided.  An entry whose subject no longer occurs, or whose figure prints something else now, is *stale*; one past its last day is
*expired*; neither is applied, both are listed.  The format is described in ``docs/triage.md``.

What belongs here: the format, its validation, and which entries apply.  What may not: reconciled values (``amounts``).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pipeline.model.figures import Figure
from pipeline.model.harmless import line
from pipeline.model.numbers import parse_number
from pipeline.reconciliation.cases import CaseFile, place, suggested_text
from pipeline.reconciliation.reviews import KINDS, Review, SignOff
from pipeline.reconciliation.reviews import read as others
from pipeline.store.home import WORKPLACE

Verdict = Literal["keep_printed", "use_value", "misread", "not_an_error"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
#: Verdicts that give figures another value in ``reconciled``.
CORRECTING = frozenset({"use_value", "misread"})

FOLDER_VARIABLE = "FINAL_ACCOUNTS_ADJUDICATIONS"

_ENTRY_KEYS = {"report", "case", "finding", "findings", "verdict", "reason", "author", "date", "expires", "figure"}
_FIGURE_KEYS = {"id", "printed", "value"}
#: Most characters of a comment in an entry.
_COMMENT = 300


@dataclass(frozen=True, slots=True)
class DecidedFigure:
    """A figure of a decision: what was printed when it was decided, and the value to use (``None``: as printed)."""

    figure_id: str
    printed: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry.  ``entry`` is its file and number, as errors name it; ``findings`` those that the case had when it was decided."""

    entry: str
    report_id: str
    subject: str
    on_case: bool
    verdict: Verdict
    reason: str
    author: str
    date: dt.date
    expires: dt.date | None = None
    figures: tuple[DecidedFigure, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adjudications:
    """The valid entries of a folder, and what is wrong with the others (each problem names file and entry).

    ``contradictions`` are entries that would be valid alone, each with what speaks against it.
    """

    decisions: tuple[Decision, ...] = ()
    problems: tuple[str, ...] = ()
    contradictions: tuple[tuple[Decision, str], ...] = ()
    reviews: tuple[Review, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()

    def on(self, report_id: str) -> Adjudications:
        """The valid entries on one report."""
        return Adjudications(
            tuple(d for d in self.decisions if d.report_id == report_id),
            reviews=tuple(r for r in self.reviews if r.report == report_id),
            sign_offs=tuple(s for s in self.sign_offs if s.report == report_id),
        )


@dataclass(frozen=True)
class Applied:
    """What the entries come to for a set of cases.

    ``cases`` and ``findings`` map decided ids to their decision; ``corrections`` figure ids to the value to use;
    ``idle`` are the entries that do not apply, with ``(state, why)``.
    """

    cases: Mapping[str, Decision] = field(default_factory=dict)
    findings: Mapping[str, Decision] = field(default_factory=dict)
    corrections: Mapping[str, tuple[Decimal, Decision]] = field(default_factory=dict)
    idle: tuple[tuple[Decision, str, str], ...] = ()

    def stale(self, case: CaseFile) -> bool:
        """Whether an entry that no longer applies was about this case, or a finding of it."""
        return any(state == "stale" and (d.subject == case.case_id or set(d.findings) & set(case.finding_ids)) for d, state, _ in self.idle)


# ---------------------------------------------------------------- loading


def folder() -> Path:
    """Where the decisions are kept: ``adjudications/`` beside the home, or what the environment names."""
    return Path(os.environ.get(FOLDER_VARIABLE) or WORKPLACE / "adjudications")


def load(folder: Path) -> Adjudications:
    """Every ``*.toml`` of a folder (and below), in order of names; an absent folder holds no decisions."""
    decisions: list[Decision] = []
    reviews: list[Review] = []
    sign_offs: list[SignOff] = []
    problems: list[str] = []
    for path in sorted(folder.rglob("*.toml")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{name}: not a TOML file: {error}")
            continue
        read, wrong = parse(content, name)
        decisions += read
        problems += wrong
        own_reviews, own_sign_offs, wrong = others(content, name)
        reviews += own_reviews
        sign_offs += own_sign_offs
        problems += wrong
    kept, repeated, contradictions = _without_contradictions(decisions)
    return Adjudications(tuple(kept), (*problems, *repeated), tuple(contradictions), tuple(reviews), tuple(sign_offs))


def parse(content: Mapping[str, Any], name: str) -> tuple[list[Decision], list[str]]:
    """The entries of one file's content, and its problems."""
    problems = [f"{name}: unknown key “{key}” (entries start with [[decision]])" for key in content if key not in ("decision", *KINDS)]
    entries = content.get("decision", [])
    if not isinstance(entries, list):
        return [], [*problems, f"{name}: “decision” must be a list of entries: write [[decision]], with two brackets"]
    decisions = []
    for number, entry in enumerate(entries, 1):
        read = _entry(entry, f"{name} entry {number}")
        if isinstance(read, Decision):
            decisions.append(read)
        else:
            problems += read
    return decisions, problems


def _entry(entry: Mapping[str, Any], where: str) -> Decision | list[str]:
    wrong = [f"{where}: unknown key “{key}”; known are {', '.join(sorted(_ENTRY_KEYS))}" for key in entry if key not in _ENTRY_KEYS]
    subjects = [key for key in ("case", "finding") if entry.get(key)]
    if len(subjects) != 1:
        wrong.append(f"{where}: name either “case” or “finding”, and only one of them")
    verdict = entry.get("verdict")
    if verdict not in VERDICTS:
        wrong.append(f"{where}: verdict “{verdict}” is none of {', '.join(VERDICTS)}")
    for key in ("report", "reason", "author"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            wrong.append(f"{where}: “{key}” is missing or empty")
    date, expires = entry.get("date"), entry.get("expires")
    wrong += (f"{where}: {problem}" for problem in _date_problems(date, expires))
    findings = entry.get("findings", [])
    if not isinstance(findings, list) or not all(isinstance(f, str) for f in findings):
        wrong.append(f"{where}: “findings” must be a list of finding ids in quotes")
    figures = [_figure(f, f"{where}, figure {n}", verdict) for n, f in enumerate(entry.get("figure", []), 1)]
    wrong += [problem for f in figures if isinstance(f, list) for problem in f]
    if verdict in CORRECTING and not entry.get("figure"):
        wrong.append(f"{where}: “{verdict}” needs at least one [[decision.figure]] with a value")
    if wrong:
        return wrong
    kept = tuple(f for f in figures if isinstance(f, DecidedFigure))
    subject = str(entry[subjects[0]])
    return Decision(
        where, entry["report"], subject, subjects[0] == "case", cast(Verdict, verdict), entry["reason"], entry["author"],
        cast(dt.date, date), expires, kept, tuple(findings) if subjects[0] == "case" else (str(entry["finding"]),),
    )  # fmt: skip


def _figure(figure: Mapping[str, Any], where: str, verdict: object) -> DecidedFigure | list[str]:
    wrong = [f"{where}: unknown key “{key}”; known are {', '.join(sorted(_FIGURE_KEYS))}" for key in figure if key not in _FIGURE_KEYS]
    if not isinstance(figure.get("id"), str):
        wrong.append(f"{where}: “id” is missing")
    if not isinstance(figure.get("printed"), str):
        wrong.append(f"{where}: “printed” must be the printed text in quotes (empty quotes for a blank cell)")
    value: Decimal | None = None
    if "value" in figure:
        raw = figure["value"]
        parsed = parse_number(str(raw)) if isinstance(raw, str | int | Decimal) and not isinstance(raw, bool) else None
        if parsed is None or parsed.unit:
            wrong.append(f"{where}: value “{raw}” is not a number")
        else:
            value = parsed.value
    if verdict in CORRECTING and "value" not in figure:
        wrong.append(f"{where}: “{verdict}” needs the value to use")
    if verdict in VERDICTS and verdict not in CORRECTING and "value" in figure:
        wrong.append(f"{where}: “{verdict}” leaves the figure as printed, so it takes no value")
    return wrong or DecidedFigure(figure["id"], figure["printed"], value)


def _date_problems(date: Any, expires: Any) -> Iterator[str]:
    """What is wrong with the days on which an entry was decided and ends."""
    if not _is_date(date):
        yield "“date” must be a date such as 2025-09-30, without quotes"
    if expires is not None and not _is_date(expires):
        yield "“expires” must be a date such as 2026-12-31, without quotes"
    elif expires is not None and _is_date(date) and expires < date:
        yield f"it expires ({expires}) before it was decided ({date})"


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _without_contradictions(decisions: Sequence[Decision]) -> tuple[list[Decision], list[str], list[tuple[Decision, str]]]:
    """Entries on one case or finding must not disagree, nor give one figure two values: both are left out.

    The entries kept, what is wrong with those that only repeat another, and the contradictory ones with what each contradicts.
    """
    repeated: dict[str, str] = {}
    against: dict[str, tuple[Decision, str]] = {}
    by_subject: dict[str, Decision] = {}
    by_finding: dict[str, Decision] = {}
    by_figure: dict[str, tuple[Decision, Decimal | None]] = {}

    for d in decisions:
        first = by_subject.setdefault(d.subject, d)
        if first is not d and (first.verdict, first.figures) == (d.verdict, d.figures):
            repeated[d.entry] = f"{d.entry}: says the same as {first.entry} ({first.verdict}) on {d.subject}; keep one of them"
        elif first is not d:
            _oppose_verdicts(against, d, first, d.subject)
        for key in d.findings:
            if by_finding.setdefault(key, d).verdict != d.verdict:
                _oppose_verdicts(against, d, by_finding[key], key)
        for f in d.figures:
            known, value = by_figure.setdefault(f.figure_id, (d, f.value))
            if known is not d and f.value != value and first is d:
                _oppose_values(against, (d, f.value), (known, value), f.figure_id)
    kept = [d for d in decisions if d.entry not in against and d.entry not in repeated]
    return kept, list(repeated.values()), list(against.values())


def _oppose_verdicts(against: dict[str, tuple[Decision, str]], one: Decision, other: Decision, subject: str) -> None:
    for d, e in ((one, other), (other, one)):
        against.setdefault(d.entry, (d, f"({d.verdict}) contradicts {e.entry} ({e.verdict}) on {subject}; keep one of them"))


def _oppose_values(
    against: dict[str, tuple[Decision, str]], one: tuple[Decision, Decimal | None], other: tuple[Decision, Decimal | None], figure_id: str
) -> None:
    for (d, mine), (e, its) in ((one, other), (other, one)):
        told = f"gives {figure_id} {_shown(mine)}, but {e.entry} gives it {_shown(its)}; keep one of them"
        against.setdefault(d.entry, (d, told))


def _shown(value: Decimal | None) -> str:
    return "its printed value" if value is None else f"the value {value}"


# ---------------------------------------------------------------- applying


def apply(adjudications: Adjudications, report_id: str, files: Sequence[CaseFile], figures: Iterable[Figure], today: dt.date) -> Applied:
    """Which entries on a report apply to its cases, and to which findings and figures.

    A case is decided when all its findings are.  An entry on a case decides the findings that it lists, or all of the case
    where it lists none; a finding that joins the case later is open until somebody looks at it.
    """
    printed = {f.figure_id: f for f in figures}
    by_case = {f.case_id: f for f in files}
    owner = {key: f for f in files for key in f.finding_ids}
    cases: dict[str, Decision] = {}
    findings: dict[str, Decision] = {}
    corrections: dict[str, tuple[Decimal, Decision]] = {}
    idle: list[tuple[Decision, str, str]] = []
    for d in adjudications.decisions:
        if d.report_id != report_id:
            continue
        if d.expires is not None and d.expires < today:
            idle.append((d, "expired", f"it held until {d.expires}"))
            continue
        why = _stale(d, by_case, owner, printed)
        if why:
            idle.append((d, "stale", why))
            continue
        decided = d.findings or (by_case[d.subject].finding_ids if d.on_case else (d.subject,))
        findings.update({key: d for key in decided if key in owner})
        corrections.update({f.figure_id: (f.value, d) for f in d.figures if f.value is not None})
    for f in files:
        if f.case_id not in cases and all(key in findings for key in f.finding_ids):
            cases[f.case_id] = findings[f.finding_ids[0]]
    return Applied(cases, findings, corrections, tuple(idle))


def _stale(d: Decision, by_case: Mapping[str, CaseFile], owner: Mapping[str, CaseFile], printed: Mapping[str, Figure]) -> str:
    if d.subject not in (by_case if d.on_case else owner) and not any(key in owner for key in d.findings):
        return f"no such {'case' if d.on_case else 'finding'} occurs: {d.subject}"
    for f in d.figures:
        if f.figure_id not in printed:
            return f"the figure {f.figure_id} is no longer there"
        now = printed[f.figure_id].printed
        if now != f.printed:
            return f"{f.figure_id} printed “{f.printed}” when it was decided and prints “{now}” now"
    return ""


def decided_findings(adjudications: Adjudications, report_id: str, figures: Mapping[str, Figure], today: dt.date) -> dict[str, Decision]:
    """Finding ids that entries on a report decide, told from the entries alone (for checks, which run before any case is known).

    Left out are expired entries and those whose figures are gone or print something else.
    """
    found: dict[str, Decision] = {}
    for d in adjudications.decisions:
        live = d.report_id == report_id and (d.expires is None or d.expires >= today)
        if live and all(f.figure_id in figures and figures[f.figure_id].printed == f.printed for f in d.figures):
            found.update(dict.fromkeys(d.findings, d))
    return found


def decision_rows(applied: Applied, fiscal_year: int) -> list[dict[str, Any]]:
    """Rows of ``checks.adjudications`` for the entries on one report, applied or idle."""
    used = {d.entry: d for d in (*applied.cases.values(), *applied.findings.values())}
    states = [(d, "applied", "") for d in used.values()] + list(applied.idle)
    return [_row(d, state, why, fiscal_year) for d, state, why in sorted(states, key=lambda s: s[0].entry)]


def loose_rows(adjudications: Adjudications, fiscal_year: int, report_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Rows of ``checks.adjudications`` for what no case of the year is held against: entries on a report of it that is not there,
    entries that contradict each other, and entries that could not be read."""
    there = set(report_ids)
    absent = [d for d in adjudications.decisions if d.report_id.startswith(f"{fiscal_year}-") and d.report_id not in there]
    rows = [_row(d, "stale", f"no report {d.report_id} was read", fiscal_year) for d in absent]
    rows += [
        _row(d, "contradictory", why, fiscal_year)
        for d, why in adjudications.contradictions
        if d.report_id in there or d.report_id.startswith(f"{fiscal_year}-")
    ]
    empty = dict.fromkeys(("report_id", "subject", "verdict", "reason", "author", "decided_on", "expires"))
    return rows + [{**empty, "entry": p.split(": ", 1)[0], "fiscal_year": fiscal_year, "state": "invalid", "why": p} for p in adjudications.problems]


def _row(d: Decision, state: str, why: str, fiscal_year: int) -> dict[str, Any]:
    return {
        "entry": d.entry,
        "fiscal_year": fiscal_year,
        "report_id": d.report_id,
        "subject": d.subject,
        "verdict": d.verdict,
        "state": state,
        "why": why,
        "reason": d.reason,
        "author": d.author,
        "decided_on": d.date.isoformat(),
        "expires": d.expires.isoformat() if d.expires else None,
    }


# ---------------------------------------------------------------- the entry to paste


def entry_for(case: CaseFile, places: Sequence[str]) -> str:
    """An entry ready to paste: the likeliest explanation as a correction, to be changed where a person decides otherwise.

    A case between reports that each agree with themselves proposes no correction: it would break the sums that hold.
    """
    lines = [f"# {line(case.report.publisher, _COMMENT)} {case.report.fiscal_year}"]
    lines += [f"# {line(p, _COMMENT)}" for p in places[:4]] + ([f"# … and {len(places) - 4} more"] if len(places) > 4 else [])
    between = case.case is not None and case.case.method == "between reports"
    known = case.suspects and not between and all(s.suggested is not None for s in case.suspects)
    verdict = "keep_printed" if not known else "misread" if case.doubt == "extraction" else "use_value"
    if case.case is not None and case.case.ties > 1:
        lines.append(f"# one of {case.case.ties} equally small explanations: check the document before you sign")
    lines += [
        "[[decision]]",
        f"report = {quoted(case.report.report_id)}",
        f"{'case' if case.case is not None else 'finding'} = {quoted(case.case_id)}",
        *([f"findings = [{', '.join(map(quoted, case.finding_ids))}]"] if case.case is not None else []),
        f'verdict = "{verdict}"  # {" | ".join(VERDICTS)}',
        'reason = ""',
        'author = ""',
        'date = "YYYY-MM-DD"  # a date, without the quotes',
    ]
    for s in case.suspects:
        told = f" (the other report: {suggested_text(s)})" if between else ""
        lines += ["", f"[[decision.figure]]  # {line(place(s.figure, case.report), _COMMENT)}{told}", f"id = {quoted(s.figure.figure_id)}"]
        lines.append(f"printed = {quoted(s.figure.printed)}")
        if known:
            lines.append(f'value = "{suggested_text(s)}"')
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """``text`` as a TOML string of one line, whatever characters it has."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
