"""One report, read whole: from a document's bytes to figures and rows with addresses and places.

What belongs here: the order of the steps and what a report must have to be one.  What may not: the steps themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.lexicon.forms import FORMS
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report
from pipeline.model.numbers import decimals_in
from pipeline.model.text import canonical
from pipeline.narrative.part import read_narrative
from pipeline.reading import read_document
from pipeline.reading.document import Document, Line, UnreadableDocument
from pipeline.recognition.annexes import read_performance
from pipeline.recognition.figures import figures_of
from pipeline.recognition.identity import identify
from pipeline.recognition.read import FormRead
from pipeline.recognition.recognition import FormsFound, find_forms
from pipeline.reports.unite import unite
from pipeline.sources.bundles import Bundle, bundle_of
from pipeline.tables import lower

#: Raised whenever a change of the readers or of the forms changes what is read: stored readings are keyed by it.
READER_VERSION = "5"

Row = Mapping[str, Any]


def read_report(data: bytes | Bundle, source_url: str = "", retrieved_at: datetime | None = None) -> ReportContents:
    """Read one document, or the several that one report is spread over, as a report.

    ``data``: the document's bytes, any known format, or a bundle; ``source_url`` and ``retrieved_at`` are kept as provenance.
    Raises :class:`UnreadableDocument` with what is wrong and what to do; ``status`` says whether it is ``failed`` or
    ``not_a_report``, or ``separate`` for a bundle of several reports.
    """
    data = data if isinstance(data, Bundle) else bundle_of([("", data)])
    united = unite(data) if isinstance(data, Bundle) else None
    document = united.document if united is not None else lower(read_document(data))  # type: ignore[arg-type]
    found = united.found if united is not None else find_forms(document)
    if not found.forms:
        raise UnreadableDocument(
            "none of the nine forms (公开01表 … 公开09表) is printed in it",
            "check that this is a 部门决算 report",
            "not_a_report",
        )
    identity = (united.identity if united is not None else None) or identify(document, found.forms)
    report = Report(
        publisher=identity.publisher,
        fiscal_year=identity.fiscal_year,
        publisher_kind=identity.kind,
        title=identity.title,
        document_sha256=document.sha256,
        media_type=document.media_type,
        page_count=len(document.pages),
        reader=document.reader,
        source_url=source_url or None,
        retrieved_at=retrieved_at.isoformat() if retrieved_at else None,
    )
    printings: Counter[str] = Counter()
    figures: list[Figure] = []
    read: dict[str, list[Figure]] = {}
    differing: dict[str, str] = {}
    place: dict[str, Place] = {}
    for form in found.forms:
        key = form.spec.key
        own = figures_of(form, report.report_id, document.reader, printings[key])
        if printings[key] == 0:
            figures.extend(own)
            read[key], place[key] = own, form.place
        elif united is not None and united.apart(place[key], form.place) and _values(read[key]) == _values(own):
            continue  # the same form in the text and in a workbook beside it: published once, in two formats
        else:
            differing.setdefault(key, _difference(read[key], own))
        printings[key] += 1
    forms = ReportContents(report, tuple(figures))
    narrative = read_narrative(document, report, forms)
    performance = read_performance(document, report)
    tables = {
        "core.forms": tuple(_form_rows(report, found, printings, read, differing)),
        "core.pages": tuple(_page_rows(report, document, found.forms)),
        **narrative.tables,
        **performance.tables,
    }
    parts = united.parts if united is not None else ()
    all_figures = _recognised((*figures, *narrative.figures, *performance.figures), document)
    return ReportContents(report, all_figures, tables, parts)


def _recognised(figures: Iterable[Figure], document: Document) -> tuple[Figure, ...]:
    """The figures, those of recognised pages in doubt where nothing else is doubtful about them."""
    pages = {page.number for page in document.pages if page.recognised}
    return tuple(replace(f, doubt="recognised") if f.doubt is None and f.place.page in pages else f for f in figures)


def _values(figures: Sequence[Figure]) -> dict[tuple[str | None, ...], Decimal]:
    """What a form's cells say, however they are printed (a workbook keeps no trailing zeros)."""
    return {(f.side, f.code or canonical(f.label or ""), f.measure): f.value for f in figures if f.value is not None}


def _difference(first: Sequence[Figure], again: Sequence[Figure]) -> str:
    """What a second printing of a form prints differently; ``""`` where it repeats the first."""

    def cells(figures: Sequence[Figure]) -> dict[tuple[str | None, ...], str]:
        return {(f.side, f.code or canonical(f.label or ""), f.measure): f.printed for f in figures if f.value is not None}

    one, two = cells(first), cells(again)
    changed = [key for key in dict.fromkeys([*one, *two]) if one.get(key) != two.get(key)]
    return "; ".join(f"{' '.join(k for k in key if k)}: {one.get(key, '')} / {two.get(key, '')}" for key in changed[:5])


def _form_rows(
    report: Report, found: FormsFound, printings: Counter[str], read: Mapping[str, list[Figure]], differing: Mapping[str, str]
) -> list[Row]:
    """One row a statutory form: whether it is listed, printed, empty, repeated or unread."""
    rows: list[Row] = []
    for spec in FORMS:
        form = next((f for f in found.forms if f.spec is spec), None)
        listed = found.listed.get(spec.key)
        figures = read.get(spec.key, [])
        if form is None:
            required = listed is not None or (report.fiscal_year >= spec.since_year and not found.listed)
            state = "missing" if required else "not_required"
        elif form.problem:
            state = "unreadable"
        elif printings[spec.key] > 1:
            state = "repeated"
        else:
            state = "read" if any(f.value is not None for f in figures) else "empty"
        place = form.place if form is not None else listed[1] if listed is not None else None
        rows.append(
            {
                "report_id": report.report_id,
                "publisher": report.publisher,
                "fiscal_year": report.fiscal_year,
                "statement": spec.key,
                "printed_title": form.title if form is not None else listed[0] if listed else None,
                "listed": listed is not None,
                "printings": printings[spec.key],
                "state": state,
                "rows": len(form.rows) if form is not None else 0,
                "figures": len(figures),
                "unit_printed": (form.unit_printed or form.unit) if form is not None else None,
                "unit_read": form.unit if form is not None else None,
                "first_page": place.page if place else None,
                "first_line": place.line if place else None,
                "problem": differing.get(spec.key, form.problem if form is not None else None),
            }
        )
    return rows


def _page_rows(report: Report, document: Document, forms: list[FormRead]) -> list[Row]:
    """One row a page with a form: decimals printed, lost, and left without a figure."""
    rows: list[Row] = []
    for page in document.pages:
        number = page.number or 1
        of_page = [f for f in forms if page.number is None or page.number in f.pages]
        if not of_page:
            continue
        printed = sum(
            len(decimals_in(t)) for b in page.blocks for t in ([b.text] if isinstance(b, Line) else [c.text for c in b.cells])
        )
        stray = [text for f in of_page for text, place in f.stray if place.page in (None, page.number)]
        rows.append(
            {
                "report_id": report.report_id,
                "publisher": report.publisher,
                "fiscal_year": report.fiscal_year,
                "page": number,
                "decimals_printed": printed + len(page.lost),
                "decimals_lost": len(page.lost),
                "lost": " ".join(page.lost) or None,
                "stray": " | ".join(stray) or None,
            }
        )
    return rows
