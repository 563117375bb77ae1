"""One report read, judged and localised without any home: as an object for JSON, or printed for people.

What belongs here: the order of the three steps for one report, and their result in words.  What may not: the steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.batches import Lost, Work
from pipeline.batches.processes import Processes
from pipeline.messages import language, shown, told
from pipeline.model.contents import ReportContents
from pipeline.model.failures import told as failure
from pipeline.model.harmless import line
from pipeline.reports.workers import read_document, words_of_lost
from pipeline.sources.archive import Offer
from pipeline.sources.bundles import Bundle, bundle_of
from pipeline.store.readings import Limits
from pipeline.store.rows import figure_row

Row = Mapping[str, Any]
#: How much longer than in a run a document may take.
_PATIENCE = 10
_TABLES = {
    "parts": "core.parts",
    "forms": "core.forms",
    "pages": "core.pages",
    "number_accounts": "core.number_accounts",
    "unread_numbers": "core.unread_numbers",
    "statements": "core.statements",
    "self_evaluations": "core.self_evaluations",
    "indicators": "core.indicators",
    "self_evaluation_summaries": "core.self_evaluation_summaries",
    "evaluation_scores": "core.evaluation_scores",
}


def inspected(files: Sequence[Path], publisher: str | None = None, year: int | None = None) -> dict[str, Any]:
    """What comes of the files of one report; the keys are those of the warehouse's tables.

    ``publisher`` and ``year`` decide where the files leave them open.  A process of its own reads them, within the memory that a document may
    take and much more time: whoever asks about one document waits, and can interrupt.
    """
    limits = Limits.from_environment()
    limits = replace(limits, seconds=_PATIENCE * limits.seconds)
    task = [(p.name, p.read_bytes()) for p in files], publisher, year
    [(_, found)] = Processes(1).run(Work("pipeline.cli.inspect:found_in", limits, limits), [task])
    if isinstance(found, Lost):
        return _refused(*words_of_lost(found, limits))
    answer: dict[str, Any] = found
    return answer


def _refused(problem: str, remedy: str) -> dict[str, Any]:
    return {"status": "refused", "problem": problem, "remedy": remedy}


def found_in(limits: Limits, task: tuple[Sequence[tuple[str, bytes]], str | None, int | None]) -> dict[str, Any]:
    """The work of :func:`inspected` in its process: the files by name, the publisher, the year."""
    from pipeline.reports.read import read_report

    files, publisher, year = task

    def read(data: bytes | Bundle, *_: object) -> ReportContents:
        return read_report(data, publisher=publisher, year=year)

    outcome, contents = read_document(read, bundle_of(files), Offer("", "", datetime.now(UTC), 0), limits)
    if contents is None:
        return _refused(outcome.problem or "", outcome.remedy or "")
    findings, cases, obligations = _judged(contents)
    report = contents.report
    return {
        "status": "read",
        "report": {name: getattr(report, name) for name in report.__dataclass_fields__},
        **{name: list(contents.rows_of(table)) for name, table in _TABLES.items()},
        "numbers": _numbers(contents),
        "figures": [figure_row(f, report) for f in contents.figures],
        "findings": list(findings),
        "suspects": list(cases),
        "obligations": list(obligations),
    }


def _numbers(contents: ReportContents) -> dict[str, int]:
    """How the printed numbers ended, over all parts."""
    ended = Counter[str]()
    for row in contents.rows_of("core.number_accounts"):
        ended[row["account"]] += row["numbers"]
    return {
        "printed": ended.total(),
        "figures": ended["figure"],
        "statements": ended["statement"],
        "identifiers": ended["identifier"],
        "unread": ended["unread"],
    }


def _judged(contents: ReportContents) -> tuple[Sequence[Row], Sequence[Row], Sequence[Row]]:
    """The report's findings, the suspects of its cases, and what came of its obligations."""
    from expectations.confront import confront, judged
    from expectations.judging import failed
    from expectations.obligations import obligation_rows
    from pipeline.reconciliation.year import reconcile

    try:
        found = confront(contents)
        this = judged(contents, found=found)
        suspects = reconcile(this, today=datetime.now(UTC).date()).rows["checks.suspects"]
        return this.findings, suspects, obligation_rows(contents, found.equations)
    except Exception as error:  # what is read is told, whatever the code does on it
        return failed(contents.report, failure(error))["checks.findings"], (), ()


def printed(found: Mapping[str, Any]) -> None:
    """The same for people, on the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()

    def say(*words: object) -> None:
        console.print(line("  ".join(str(word) for word in words)), highlight=False, markup=False)

    if found["status"] != "read":
        say(told("refused"), shown(found["problem"]))
        say(told("remedy"), shown(found["remedy"]))
        return
    report = found["report"]
    say(report["publisher"], report["fiscal_year"], report["title"])
    say(told("evidence"), shown(report["evidence"]))
    say(told("numbers"), _coverage(found["numbers"]))
    say(told("obligations"), _checked(found["obligations"]))
    parts = Table(*map(told, ("kind", "state", "place", "title", "reason")), box=None, title=told("parts"), title_justify="left")
    for part in found["parts"]:
        cells = (told(part["kind"]), told(part["state"]), _place(part["first_page"], part["first_line"]), part["title"], shown(part["reason"]))
        parts.add_row(*(Text(line(cell)) for cell in cells))
    console.print(parts)
    for obligation in found["obligations"]:
        if obligation["state"] in ("violated", "not_evaluated", "unread"):
            title = obligation["title_zh"] if language() == "zh" else obligation["title"]
            say(told(obligation["state"]), obligation["obligation"], title, shown(obligation["reason"]))
    for number in found["unread_numbers"]:
        say(told("unread"), number["printed"], shown(number["reason"]))
    for finding in found["findings"]:
        say(told(finding["severity"]), title_of(finding["rule_id"]), finding["place"])
        say("       ", finding["explanation_zh"] if language() == "zh" else finding["explanation"])
    first = (s for s in found["suspects"] if s["rank"] == 1)
    for suspect in {(s["case_id"], s["place"], s["suggested"]): s for s in first}.values():  # once, of however many findings it is one
        then = suspect["suggested"] if suspect["suggested"] is not None else "?"
        say(told("suspect"), f"{suspect['place']}: {suspect['printed'] or told('blank')} → {then}", f"({shown(suspect['reason'])})")


def title_of(rule_id: str) -> str:
    """A rule's title in the user's language; its id in English, by which developers know it."""
    from expectations.rules import RULES

    rule = RULES.get(rule_id)
    return rule.title_zh if rule is not None and language() == "zh" else rule_id


def _place(page: int | None, number: int | None) -> str:
    return told("p.{n}", n=page) if page else told("l.{n}", n=number) if number else ""


def _checked(obligations: Sequence[Row]) -> str:
    """How much of what ought to be checked was checked, and what came of the rest."""
    states = Counter(str(o["state"]) for o in obligations)
    checked = states["held"] + states["violated"]
    share = f"{100 * checked / len(obligations) if obligations else 0:.0f}"
    return told("{checked} of {every} checked ({share} %): {held} held, {violated} violated, {not_applicable} not applicable, "
                "{not_evaluated} not evaluated, {unread} unread", checked=checked, every=len(obligations), share=share,
                **{s: states[s] for s in ("held", "violated", "not_applicable", "not_evaluated", "unread")})  # fmt: skip


def _coverage(numbers: Mapping[str, int]) -> str:
    """How many of the printed numbers are accounted for, and as what."""
    all_printed, unread = numbers["printed"], numbers["unread"]
    share = f"{100 * (all_printed - unread) / all_printed if all_printed else 100.0:.2f}"
    return told("{printed} printed, {share} % accounted for: {figures} figures, {statements} statements, {identifiers} identifiers, {unread} unread",
                share=share, **numbers)  # fmt: skip
