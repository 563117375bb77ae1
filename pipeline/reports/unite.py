"""Several documents that are one report: a text, its forms in a workbook, the self-evaluations in a third (分附件的决算).

What belongs here: putting documents together, and telling when they are reports of their own.  What may not: reading a document
(``pipeline.reading``), or what its forms mean.

Pages count on from one document to the next, and a document without pages is one page, so that every figure's page says in which
document it stands (:class:`~pipeline.model.contents.PartRead`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import unquote

from pipeline.model.contents import PartRead
from pipeline.reading import media, read_document
from pipeline.reading.document import Document, Page, UnreadableDocument, on_page
from pipeline.reading.web import ATTACHMENT, picture_named
from pipeline.recognition.forms import find_forms
from pipeline.recognition.identity import Identity, identify
from pipeline.sources.bundles import MEDIA_TYPE, Bundle, Part, folder_of
from pipeline.tables import lower

READER = "united/1"
#: A document that prints so many of the nine forms is a report, not a part of one.
FORMS_OF_A_REPORT = 4


class SeveralReports(UnreadableDocument):
    """The documents of a bundle are reports of their own: each is to be read by itself."""

    def __init__(self, reports: Sequence[str]) -> None:
        remedy = "each is read by itself; a document that belongs to one of them alone goes into the inbox with it, as one zip"
        super().__init__(f"its parts are reports of their own: {'; '.join(reports)}", remedy, "separate")


@dataclass(frozen=True)
class United:
    """One document of all pages, lowered, the title over them all, and what became of each part."""

    document: Document
    title: str
    parts: tuple[PartRead, ...]


def unite(bundle: Bundle) -> United:
    """Read the parts of a bundle as one report; a part that cannot be read is recorded and costs no other.

    Raises :class:`SeveralReports`, and the part's own :class:`UnreadableDocument` where no part can be read at all.
    """
    pages: list[Page] = []
    begins: list[int] = []
    parts: list[PartRead] = []
    whole: list[tuple[Part, Identity]] = []
    refused: UnreadableDocument | None = None
    layouts = set[str]()
    damage: list[str] = []
    folders: dict[str, list[Document]] = {}
    several = sum(bool(part.data) for part in bundle.parts) > 1
    for part, document in _documents(bundle.parts):
        if isinstance(document, UnreadableDocument):
            refused = refused or document
            parts.append(PartRead(part.sha256, None, problem=document.problem, remedy=document.remedy))
            continue
        if several:
            document = _without_attachments(document, bundle.parts)
        moved = _from_page(document, len(pages) + 1)
        begins.append(len(pages) + 1)
        parts.append(PartRead(part.sha256, document.media_type, len(pages) + 1, len(moved.pages)))
        pages += moved.pages
        layouts.add(document.layout)
        damage += [f"{part.name}: {document.damage}"] if document.damage else []
        if (who := _whole_report(moved)) is not None:
            whole.append((part, who))
            if not _same(whole[0][1], who):  # told as soon as seen: a package may hold many
                raise SeveralReports([f"{who.publisher} {who.fiscal_year} ({part.name})" for part, who in whole])
        folders.setdefault(folder_of(part.name), []).append(moved)
    if not pages:
        raise refused or UnreadableDocument("it lists no documents", "collect the year again")
    _hold_together(folders)
    united = Document(bundle.sha256, MEDIA_TYPE, READER, "grid" if "grid" in layouts else "stream", tuple(pages), tuple(begins), "; ".join(damage))
    return United(united, bundle.title, tuple(parts))


def _hold_together(folders: Mapping[str, Sequence[Document]]) -> None:
    """Raises :class:`SeveralReports` where two folders, each of several documents, print the forms of different publishers or years."""
    found: list[tuple[str, Identity]] = []
    for folder, documents in folders.items():
        together = replace(documents[0], pages=tuple(page for d in documents for page in d.pages))
        if len(documents) > 1 and len(folders) > 1 and (who := _whole_report(together)) is not None:
            found.append((folder, who))
    if found and not all(_same(found[0][1], who) for _, who in found):
        raise SeveralReports([f"{who.publisher} {who.fiscal_year} ({folder or 'its top'})" for folder, who in found])


def _whole_report(document: Document) -> Identity | None:
    """Whose report a part is by itself; ``None`` where it prints too few forms to be one, or names nobody."""
    if len({f.spec.key for f in find_forms(document).forms}) < FORMS_OF_A_REPORT:
        return None
    try:
        return identify(document)
    except UnreadableDocument:
        return None


def _documents(parts: Sequence[Part]) -> Iterator[tuple[Part, Document | UnreadableDocument]]:
    """Every part lowered, or why it cannot be read.  Pictures that follow each other are the pages of one document: rows go on over them."""
    for pictures, run in groupby(parts, _is_picture):
        read = ((part, _read(part)) for part in run)
        yield from _pages_of_one(list(read)) if pictures else ((p, lower(d) if isinstance(d, Document) else d) for p, d in read)


def _is_picture(part: Part) -> bool:
    try:
        return bool(part.data) and media.media_type(part.data) == media.IMAGE
    except UnreadableDocument:
        return False


def _read(part: Part) -> Document | UnreadableDocument:
    if part.problem:
        return UnreadableDocument(f"{part.name}: {part.problem}", "unpack the archive by hand and offer the files in it")
    try:
        return read_document(part.data)
    except UnreadableDocument as why:
        return why


def _pages_of_one(read: Sequence[tuple[Part, Document | UnreadableDocument]]) -> Iterator[tuple[Part, Document | UnreadableDocument]]:
    documents = [d for _, d in read if isinstance(d, Document)]
    pages = [page for d in documents for page in d.pages]
    numbered = tuple(on_page(page, number) for number, page in enumerate(pages, start=1))
    lowered = list(lower(replace(documents[0], pages=numbered)).pages) if documents else []
    for part, document in read:
        if isinstance(document, Document):
            own, lowered = lowered[: len(document.pages)], lowered[len(document.pages) :]
            document = replace(document, pages=tuple(own))
        yield part, document


def _without_attachments(document: Document, parts: Sequence[Part]) -> Document:
    """A web page without the remark that its attachments and pictures are no part of it: they are the other documents."""
    names = {unquote(part.name.rpartition("/")[2]) for part in parts}

    def is_part(problem: str) -> bool:
        return problem.startswith(ATTACHMENT) or unquote(picture_named(problem)) in names

    pages = tuple(replace(page, pictures=tuple(p for p in page.pictures if not is_part(p.problem))) for page in document.pages)
    return replace(document, pages=pages)


def _same(one: Identity, other: Identity) -> bool:
    """Whether two documents name one publisher and year; one may leave the city before its own name (市大数据局)."""
    names = sorted((one.publisher, other.publisher), key=len)
    return one.fiscal_year == other.fiscal_year and names[1].endswith(names[0])


def _from_page(document: Document, first: int) -> Document:
    """The same document with its pages counted from ``first``."""
    return replace(document, pages=tuple(on_page(page, first + i) for i, page in enumerate(document.pages)))
