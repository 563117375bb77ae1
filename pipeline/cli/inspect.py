"""One report read, judged and localised without any home: as an object for JSON, or printed for people.

What belongs here: the order of the three steps for one report, and their result in words.  What may not: the steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.model.contents import ReportContents
from pipeline.reading.document import UnreadableDocument
from pipeline.reports.read import read_report
from pipeline.sources.bundles import bundle_of
from pipeline.store.rows import figure_row

Row = Mapping[str, Any]
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

    ``publisher`` and ``year`` decide where the files leave them open.
    """
    try:
        contents = read_report(bundle_of((p.name, p.read_bytes()) for p in files), publisher=publisher, year=year)
    except UnreadableDocument as why:
        return {"status": "refused", "problem": why.problem, "remedy": why.remedy}
    found, cases = _judged(contents)
    report = contents.report
    return {
        "status": "read",
        "report": {name: getattr(report, name) for name in report.__dataclass_fields__},
        **{name: list(contents.rows_of(table)) for name, table in _TABLES.items()},
        "numbers": _numbers(contents),
        "figures": [figure_row(f, report) for f in contents.figures],
        "findings": list(found),
        "suspects": list(cases),
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


def _judged(contents: ReportContents) -> tuple[Sequence[Row], Sequence[Row]]:
    """The report's findings, and the suspects of its cases."""
    from expectations.confront import judged
    from pipeline.reconciliation.year import reconcile

    this = judged(contents)
    return this.findings, reconcile(this, today=datetime.now(UTC).date()).rows["checks.suspects"]


def shown(found: Mapping[str, Any]) -> None:
    """The same for people, on the terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if found["status"] != "read":
        console.print(f"[red]refused[/]  {found['problem']}\n[bold]remedy[/]   {found['remedy']}", highlight=False)
        return
    report = found["report"]
    console.print(f"{report['publisher']}  {report['fiscal_year']}  {report['title']}\n", highlight=False, markup=False)
    console.print(_grid("", ("evidence", report["evidence"] or ""), ("numbers", _coverage(found["numbers"]))))
    parts = Table("kind", "state", "place", "title", "reason", box=None, title="parts", title_justify="left")
    for part in found["parts"]:
        place = f"p.{part['first_page']}" if part["first_page"] else f"l.{part['first_line']}" if part["first_line"] else ""
        parts.add_row(part["kind"], part["state"], place, escape(part["title"] or ""), escape(part["reason"] or ""))
    console.print(parts)
    for number in found["unread_numbers"]:
        console.print(f"unread   {number['printed']}  {number['reason']}", highlight=False, markup=False)
    for finding in found["findings"]:
        console.print(f"{finding['severity']:8} {finding['rule_id']:32} {finding['place']}", highlight=False, markup=False)
        console.print(f"         {finding['explanation']}", highlight=False, markup=False)
    for suspect in found["suspects"]:
        if suspect["rank"] == 1:
            console.print(f"suspect  {suspect['place']}: {suspect['printed']} → {suspect['suggested']}", highlight=False, markup=False)


def _grid(title: str, *rows: tuple[str, str]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    grid = Table(title=title or None, box=None, show_header=False)
    for name, text in rows:
        grid.add_row(name, escape(text))
    return grid


def _coverage(numbers: Mapping[str, int]) -> str:
    """How many of the printed numbers are accounted for, and as what."""
    printed, unread = numbers["printed"], numbers["unread"]
    share = 100 * (printed - unread) / printed if printed else 100.0
    ended = ", ".join(f"{numbers[k]} {k}" for k in ("figures", "statements", "identifiers", "unread"))
    return f"{printed} printed, {share:.2f} % accounted for: {ended}"
