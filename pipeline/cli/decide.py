"""``final-accounts decide`` and ``sign``: a decision on an open case, who looks at it, a report signed off.

What belongs here: arguments and what is printed.  What may not: writing and validating the entry (``pipeline.reconciliation.deciding``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.options import Decisions, Demo, Home, Warehouse
from pipeline.messages import told
from pipeline.store.home import work_in

_STATES = ("reviewing", "open")
BY = typer.Option(help="who decides")


def decide(
    case: Annotated[str, typer.Argument(help="the case_id in marts.triage, or its beginning")],
    by: Annotated[str, BY],
    note: Annotated[str, typer.Option(help="why: the reason of the decision")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="decide as the case proposes")] = False,
    status: Annotated[str | None, typer.Option(help="keep_printed | use_value | misread | not_an_error; reviewing | open: not decided yet")] = None,
    assign: Annotated[str | None, typer.Option(help="who is to look at it")] = None,
    value: Annotated[list[str] | None, typer.Option(help="another value than the proposed one; once a suspect, in their order")] = None,
    expires: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the last day it holds")] = None,
    decisions: Decisions = None,
    warehouse: Warehouse = None,
    home: Home = None,
    demo: Demo = False,
) -> None:
    """Decide an open case, or say who looks at it: writes a signed, validated entry into adjudications/.

    Exit status: 0 when it is written; 1 when nothing could be written; 2 for wrong arguments.
    """
    from pipeline.cli.published import refused
    from pipeline.reconciliation import deciding

    work_in(home, demo=demo)
    last_day = expires.date() if expires else None
    looked_at = status in _STATES or (assign is not None and status is None and not accept)
    if (accept or value or last_day) if looked_at else assign is not None:
        problem = "a case that is decided is nobody's to look at, and one that is looked at is not decided"
        refused(problem, "give --assign and --status reviewing, or a decision")
    if not looked_at and accept == (status is not None):
        refused("a decision says either --accept or --status", "give one of them")
    wish = deciding.Wish(status, note, by, _today(), tuple(value or ()), last_day)
    if looked_at:
        _written(warehouse, decisions, lambda w, f: deciding.review(w, f, case, wish, assign or "", status or "reviewing"))
    else:
        _written(warehouse, decisions, lambda w, f: deciding.decide(w, f, case, wish))


def sign(
    report: Annotated[str, typer.Argument(help="the report_id in marts.report_overview")],
    by: Annotated[str, typer.Option(help="who has gone through it")],
    note: Annotated[str, typer.Option(help="what is to be said about it")] = "",
    decisions: Decisions = None,
    warehouse: Warehouse = None,
    home: Home = None,
    demo: Demo = False,
) -> None:
    """Sign a report off as its document is now; another edition of the document makes the signature invalid.

    Exit status: 0 when it is written; 1 when nothing could be written; 2 for wrong arguments.
    """
    from pipeline.reconciliation import deciding

    work_in(home, demo=demo)
    _written(warehouse, decisions, lambda w, f: deciding.sign_off(w, f, report, deciding.Wish(None, note, by, _today())))


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _written(warehouse: Path | None, folder: Path | None, write: Callable[[Any, Path], tuple[Path, str]]) -> None:
    """Write an entry, and show it; or end with what is wrong."""
    from pipeline.cli.published import opened, refused
    from pipeline.reconciliation import adjudications
    from pipeline.reconciliation.deciding import NotDecided

    with opened(warehouse) as connection:
        try:
            path, text = write(connection, folder or adjudications.folder())
        except NotDecided as why:
            refused(why.problem, why.remedy)
    typer.echo(f"{path}\n\n{text}\n{told('It applies when the year is run again.')}")
