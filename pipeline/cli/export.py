"""``final-accounts export``: files for people's own tools, from the published warehouse.

What belongs here: arguments and what is printed.  What may not: what is written (``pipeline.exports``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Demo, Home, Warehouse
from pipeline.messages import told

EVIDENCE = "HTML pages in this folder: one a report, with pictures of open cases, and one a year"
ANNOTATE = "the reports' PDFs in this folder, with open cases marked on their pages"


def export(
    csv: Annotated[Path | None, typer.Option(help="findings, open cases and forms as CSV files in this folder", file_okay=False)] = None,
    xlsx: Annotated[Path | None, typer.Option(help="the same as one workbook", dir_okay=False)] = None,
    datapackage: Annotated[Path | None, typer.Option(help="the marts as CSV with a datapackage.json, in this folder", file_okay=False)] = None,
    evidence: Annotated[Path | None, typer.Option(help=EVIDENCE, file_okay=False)] = None,
    annotate: Annotated[Path | None, typer.Option(help=ANNOTATE, file_okay=False)] = None,
    year: Annotated[int | None, typer.Option(help="this fiscal year only")] = None,
    report: Annotated[str | None, typer.Option(help="this report only (pages of evidence and PDFs)")] = None,
    warehouse: Warehouse = None,
    home: Home = None,
    demo: Demo = False,
) -> None:
    """Write findings, open cases and forms for spreadsheets, a data package, pages of evidence, or annotated PDFs.

    Exit status: 0 when all is written; 1 when something could not be written, which is named; 2 for wrong arguments.
    """
    from pipeline.cli.published import opened, refused
    from pipeline.exports.annotate import annotate as annotated
    from pipeline.exports.datapackage import write_package
    from pipeline.exports.evidence import reports_of, write_evidence
    from pipeline.exports.files import to_csv, to_xlsx
    from pipeline.sources.archive import Archive
    from pipeline.store.home import work_in

    if not (csv or xlsx or datapackage or evidence or annotate):
        refused("nothing is asked for", "give --csv FOLDER, --xlsx FILE, --datapackage FOLDER, --evidence FOLDER or --annotate FOLDER")
    stored, without = Archive(work_in(home, demo=demo).archive).path, 0
    with opened(warehouse) as connection:
        reports = reports_of(connection, year, report)
        if report is not None and not reports:
            refused(f"no report “{report}” is published", "take a report_id of marts.report_overview")
        try:
            written = to_csv(connection, csv, year) if csv else []
            written += [to_xlsx(connection, xlsx, year)] if xlsx else []
            written += write_package(connection, datapackage, year) if datapackage else []
            written += write_evidence(connection, stored, evidence, reports) if evidence else []
            for one in annotated(connection, stored, annotate, reports) if annotate else ():
                if one.path is None:
                    without += 1
                    typer.echo(told("{report}: no annotated PDF: {why}", report=one.report_id, why=one.why), err=True)
                else:
                    written.append(one.path)
        except OSError as why:
            refused(str(why), "choose a folder that can be written, and close the file where it is open")
    for path in written:
        typer.echo(path)
    raise typer.Exit(1 if without else 0)
