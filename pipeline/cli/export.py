"""``final-accounts export``: files for people's own tools, from the published warehouse.

What belongs here: arguments and what is printed.  What may not: what is written (``pipeline.exports``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    csv: Annotated[Path | None, typer.Option(help="findings, open cases and forms as CSV files in this folder", file_okay=False)] = None,
    xlsx: Annotated[Path | None, typer.Option(help="the same as one workbook", dir_okay=False)] = None,
    evidence: Annotated[Path | None, typer.Option(help="one HTML page a report, with pictures of open cases", file_okay=False)] = None,
    datapackage: Annotated[Path | None, typer.Option(help="the marts as CSV with a datapackage.json, in this folder", file_okay=False)] = None,
    year: Annotated[int | None, typer.Option(help="this fiscal year only")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="another published file than this home's")] = None,
) -> None:
    """Write findings, open cases and forms for spreadsheets, a data package, or pages of evidence; 1 when it cannot be written."""
    from pipeline.cli.published import opened, refused
    from pipeline.exports.datapackage import write_package
    from pipeline.exports.evidence import write_evidence
    from pipeline.exports.files import to_csv, to_xlsx
    from pipeline.sources.archive import Archive
    from pipeline.store.home import home

    if not (csv or xlsx or evidence or datapackage):
        refused("nothing is asked for", "give --csv FOLDER, --xlsx FILE, --datapackage FOLDER or --evidence FOLDER")
    with opened(warehouse) as connection:
        try:
            written = to_csv(connection, csv, year) if csv else []
            written += [to_xlsx(connection, xlsx, year)] if xlsx else []
            written += write_package(connection, datapackage, year) if datapackage else []
            written += write_evidence(connection, Archive(home().archive).path, evidence, year) if evidence else []
        except OSError as why:
            refused(str(why), "choose a folder that can be written, and close the file where it is open")
    for path in written:
        typer.echo(path)
