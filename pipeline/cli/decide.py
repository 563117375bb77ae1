"""``final-accounts decide``: a decision on an open case of the published warehouse.

What belongs here: arguments and what is printed.  What may not: writing and validating the entry (``pipeline.reconciliation.deciding``).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pipeline.messages import told


def decide(
    case: Annotated[str, typer.Argument(help="the case_id in marts.triage, or its beginning")],
    note: Annotated[str, typer.Option(help="why: the reason of the decision")],
    by: Annotated[str, typer.Option(help="who decides")],
    accept: Annotated[bool, typer.Option("--accept", help="decide as the case proposes")] = False,
    status: Annotated[str | None, typer.Option(help="keep_printed | use_value | misread | not_an_error")] = None,
    value: Annotated[list[str] | None, typer.Option(help="another value than the proposed one; once a suspect, in their order")] = None,
    expires: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the last day it holds")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="another published file than this home's")] = None,
    folder: Annotated[Path | None, typer.Option(help="another folder of decisions than adjudications/")] = None,
) -> None:
    """Decide an open case: writes a signed, validated entry into adjudications/; 1 when nothing could be written."""
    from pipeline.cli.published import opened, refused
    from pipeline.reconciliation import adjudications
    from pipeline.reconciliation.deciding import NotDecided, Wish
    from pipeline.reconciliation.deciding import decide as written

    if accept == (status is not None):
        refused("a decision says either --accept or --status", "give one of them")
    today = dt.datetime.now(dt.UTC).date()
    wish = Wish(status, note, by, today, tuple(value or ()), expires.date() if expires else None)
    with opened(warehouse) as connection:
        try:
            path, text = written(connection, folder or adjudications.folder(), case, wish)
        except NotDecided as why:
            refused(why.problem, why.remedy)
    typer.echo(f"{path}\n\n{text}\n{told('It applies when the year is run again.')}")
