"""One report, read whole: from a document's bytes to figures and rows with addresses and places.

What belongs here: the order of the steps and what a report must have to be one.  What may not: the steps themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.lexicon.forms import FORMS
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report, accounts_of
from pipeline.model.numbers import decimals_in
from pipeline.model.parts import Part
from pipeline.narrative.part import read_narrative
from pipeline.narrative.regions import regions
from pipeline.reading import read_document
from pipeline.reading.document import Document, Line, Page, Table, UnreadableDocument
from pipeline.recognition.annexes import evaluation_of_blocks, read_performance
from pipeline.recognition.captions import caption_rows
from pipeline.recognition.choice import Chosen, choose
from pipeline.recognition.forms import FormsFound, find_forms
from pipeline.recognition.identity import Identity, identify
from pipeline.recognition.parts import FormParts, form_parts, other_parts
from pipeline.recognition.units import assign_units
from pipeline.reports.parts import Account, account
from pipeline.reports.unite import unite
from pipeline.sources.bundles import Bundle, bundle_of
from pipeline.tables import lower

#: So many blank forms are the template and no report of a body without money.
_FORMS_OF_A_TEMPLATE = 4

Row = Mapping[str, Any]


def read_report(
    data: bytes | Bundle, source_url: str = "", retrieved_at: datetime | None = None, *, publisher: str | None = None, year: int | None = None
) -> ReportContents:
    """Read one document, or the several that one report is spread over, as a report.

    ``data``: the document's bytes, any known format, or a bundle; ``source_url`` and ``retrieved_at`` are kept as provenance;
    ``publisher`` and ``year`` decide where the document leaves them open.
    Raises :class:`UnreadableDocument` with what is wrong and what to do; ``status`` says whether it is ``failed``, ``not_a_report`` or
    ``ambiguous``, or ``separate`` for a bundle of several reports.
    """
    data = data if isinstance(data, Bundle) else bundle_of([("", data)])
    united = unite(data) if isinstance(data, Bundle) else None
    document = united.document if united is not None else lower(read_document(data))  # type: ignore[arg-type]
    identity = _identity(document, united.title if united is not None else "", publisher, year)
    found = find_forms(document, identity.fiscal_year if isinstance(identity, Identity) else None)
    unread = [*_pictures(document), *([f"the file is damaged: {document.damage}"] if document.damage else ())]
    chosen = choose(found, identity.fiscal_year if isinstance(identity, Identity) else None, unread)
    if not chosen.forms:
        raise _no_report(document, found, identity)
    if isinstance(identity, UnreadableDocument):
        raise _of_what_is_read(identity, document)
    assign_units(chosen.forms, (line.text for line in document.lines()))
    report = _report(document, identity, source_url, retrieved_at)
    blocks = dict(enumerate(block for _, block in document.blocks()))
    forms = form_parts(chosen, found, blocks, report.report_id, document.reader, identity.fiscal_year, same=united is not None)
    _not_the_template(chosen, forms, document)
    return _contents(document, report, chosen, found, forms, blocks, united.parts if united is not None else ())


def _identity(document: Document, title: str, publisher: str | None, year: int | None) -> Identity | UnreadableDocument:
    """Whose report of which year it is, or why that cannot be told; the title over several documents helps where they leave it open."""
    try:
        return identify(document, publisher, year)
    except UnreadableDocument as why:
        if not title or why.status == "ambiguous":
            return why
    try:
        headed = Page(None, None, None, (Line(title, Place()),))
        return identify(replace(document, pages=(headed, *document.pages)), publisher, year)
    except UnreadableDocument as why:
        return why


def _of_what_is_read(why: UnreadableDocument, document: Document) -> UnreadableDocument:
    """The refusal of a document; what it is said to lack may stand on a page that was not read."""
    unread = next((p for page in document.pages for p in page.pictures), None)
    if unread is None or why.status == "ambiguous":
        return why
    problem = f"{why.problem} on the pages that could be read; {_pictures(document)[0]}"
    return UnreadableDocument(problem, f"{unread.remedy or 'find the original'}; else {why.remedy}", "failed", why.names)


def _pictures(document: Document) -> list[str]:
    numbered = [(p.place.page or page.number, p.problem) for page in document.pages for p in page.pictures]
    return [f"page {number}: {problem}" if number is not None else problem for number, problem in numbered]


def _no_report(document: Document, found: FormsFound, identity: Identity | UnreadableDocument) -> UnreadableDocument:
    names = accounts_of(identity.publisher, identity.fiscal_year) if isinstance(identity, Identity) else None
    pictures = _pictures(document)
    if pictures:
        remedies = (p.remedy for page in document.pages for p in page.pictures if p.remedy)
        remedy = next(remedies, "find the original, or offer a copy with a text layer")
        return UnreadableDocument(f"no form of it could be read: {pictures[0]}", remedy, "failed", names)
    if isinstance(identity, UnreadableDocument) and identity.names is None and identity.status == "not_a_report":
        return identity  # what it is instead says more than what it lacks
    if found.listed or regions(document).narrative:
        does = "lists the forms" if found.listed else "explains the accounts"
        problem = f"it {does} and prints none of the forms: they are published elsewhere"
        return UnreadableDocument(problem, "offer it together with its attachments, as one zip or in one folder", "not_a_report", names)
    return UnreadableDocument(
        "none of the nine forms (公开01表 … 公开09表) is printed in it", "check that this is a 部门决算 report", "not_a_report", names
    )


def _not_the_template(chosen: Chosen, forms: FormParts, document: Document) -> None:
    """Raises where every form is blank and no text states an amount: the template before anybody filled it."""
    if len(chosen.forms) < _FORMS_OF_A_TEMPLATE or any(state in ("read", "unread") for state, _ in forms.states.values()):
        return
    if not any(decimals_in(line.text) for line in document.lines()):
        raise UnreadableDocument(
            f"all {len(chosen.forms)} forms that it prints are empty: it is the template",
            "offer the report that was made of it",
            "not_a_report",
        )


def _report(document: Document, identity: Identity, source_url: str, retrieved_at: datetime | None) -> Report:
    return Report(
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
        evidence="; ".join(identity.evidence),
    )


def _contents(
    document: Document, report: Report, chosen: Chosen, found: FormsFound, forms: FormParts, blocks: Mapping[int, Line | Table], parts: Any
) -> ReportContents:
    evaluations = evaluation_of_blocks(document)
    narrative = read_narrative(document, report, ReportContents(report, tuple(forms.figures)), evaluations=evaluations)
    performance = read_performance(document, report, forms.taken)
    read = [*forms.parts, *_parts_of(performance), *_parts_of(narrative)]
    others, figures = other_parts(chosen.others, blocks, report.report_id, document.reader, set[int]().union(*(p.blocks for p in read)))
    whole = account(document, [*read, *others])
    remarks = narrative.tables["core.remarks"]
    captions = tuple(caption_rows(whole.parts, blocks, report, len(remarks) + 1))
    tables = {
        "core.forms": tuple(_form_rows(report, chosen, found, forms)),
        "core.pages": tuple(_page_rows(report, document, whole, forms)),
        **narrative.tables,
        "core.remarks": (*remarks, *captions),
        **performance.tables,
        **whole.rows(report),
    }
    counted = replace(report, numbers_printed=whole.printed, numbers_accounted=whole.accounted, parts_unread=whole.unread)
    every = (*forms.figures, *narrative.figures, *performance.figures, *figures)
    return ReportContents(counted, _doubted(every, document), tables, parts)


def _doubted(figures: tuple[Figure, ...], document: Document) -> tuple[Figure, ...]:
    """The figures; of a damaged document all are in doubt, of recognised pages theirs, where nothing graver is doubtful about them."""
    if document.damage:
        return tuple(replace(f, doubt=f.doubt or "damaged") for f in figures)
    pages = {page.number for page in document.pages if page.recognised}
    return tuple(replace(f, doubt="recognised") if f.doubt is None and f.place.page in pages else f for f in figures) if pages else figures


def _parts_of(read: Any) -> tuple[Part, ...]:
    return tuple(getattr(read, "parts", ()))


# ---------------------------------------------------------------- rows

_FORM_STATES = {"read": "read", "empty": "empty", "unread": "unread", "missing": "missing"}


def _form_rows(report: Report, chosen: Chosen, found: FormsFound, forms: FormParts) -> Iterator[Row]:
    """One row a statutory form: whether it is listed, printed, empty, repeated, unread or missing."""
    for spec in FORMS:
        own = chosen.printings(spec.key)
        form = own[0] if own else None
        listed = found.listed.get(spec.key)
        state, reason = forms.states[spec.key]
        named = "repeated" if forms.printings.get(spec.key, 0) > 1 else _FORM_STATES[state]
        if state == "missing" and report.fiscal_year < spec.since_year and listed is None:
            named = "not_required"
        place = form.place if form is not None else listed[1] if listed is not None else None
        figures = forms.first.get(spec.key, [])
        yield {
            "report_id": report.report_id,
            "publisher": report.publisher,
            "fiscal_year": report.fiscal_year,
            "statement": spec.key,
            "printed_title": form.title if form is not None else listed[0] if listed else None,
            "listed": listed is not None,
            "printings": forms.printings.get(spec.key, 0),
            "state": named,
            "rows": len(form.rows) if form is not None else 0,
            "figures": len(figures),
            "unit_printed": (form.unit_printed or form.unit) if form is not None else None,
            "unit_read": form.unit if form is not None else None,
            "first_page": place.page if place else None,
            "first_line": place.line if place else None,
            "problem": forms.differing.get(spec.key) or (reason if state == "unread" else None),
        }


def _page_rows(report: Report, document: Document, whole: Account, found: FormParts) -> Iterator[Row]:
    """One row a page with a form: decimals printed, lost, and left without a figure."""
    position = 0
    forms = {b for p in whole.parts if p.kind == "form" for b in p.blocks}
    for page in document.pages:
        own = range(position, position + len(page.blocks))
        position += len(page.blocks)
        if not forms & set(own):
            continue
        texts = [t for b in page.blocks for t in ([b.text] if isinstance(b, Line) else [c.text for c in b.cells])]
        stray = [text for text, place in found.stray if place.page == page.number]
        yield {
            "report_id": report.report_id,
            "publisher": report.publisher,
            "fiscal_year": report.fiscal_year,
            "page": page.number or 1,
            "decimals_printed": sum(len(decimals_in(t)) for t in texts) + len(page.lost),
            "decimals_lost": len(page.lost),
            "lost": " ".join(page.lost) or None,
            "stray": " | ".join(stray) or None,
        }
