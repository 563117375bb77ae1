"""Several documents that are one report: a text, its forms in a workbook, the self-evaluations in a third (分附件的决算).

What belongs here: putting documents together, and telling when they are reports of their own.  What may not: reading a document
(``pipeline.reading``), or what its forms mean.

Pages count on from one document to the next, and a document without pages is one page, so that every figure's page says in which
document it stands (:class:`~pipeline.model.contents.PartRead`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model.contents import PartRead
from pipeline.model.figures import Place
from pipeline.reading import read_document
from pipeline.reading.document import Document, Line, Page, UnreadableDocument, on_page
from pipeline.reading.web import ATTACHMENT
from pipeline.recognition.identity import Identity, identify
from pipeline.recognition.recognition import FormsFound, find_forms
from pipeline.sources.bundles import MEDIA_TYPE, Bundle, Part
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
    """One document of all pages, the forms found in it, whose report it is, and what became of each part."""

    document: Document
    found: FormsFound
    identity: Identity | None
    parts: tuple[PartRead, ...]

    def apart(self, one: Place, other: Place) -> bool:
        """Whether two places are in different documents."""
        return self._part(one) != self._part(other)

    def _part(self, place: Place) -> int:
        return sum(begin <= (place.page or 1) for begin in self.document.begins)


def unite(bundle: Bundle) -> United:
    """Read the parts of a bundle as one report.

    A part that cannot be read is recorded and costs no other; ``identity`` is ``None`` where no part prints a form.
    Raises :class:`SeveralReports`, and the part's own :class:`UnreadableDocument` where no part can be read at all.
    """
    pages: list[Page] = []
    begins: list[int] = []
    parts: list[PartRead] = []
    found = FormsFound()
    whole: list[tuple[Part, Identity]] = []
    refused: UnreadableDocument | None = None
    layouts = set[str]()
    damage: list[str] = []
    several = sum(bool(part.data) for part in bundle.parts) > 1
    for part in bundle.parts:
        try:
            document = _read(part)
        except UnreadableDocument as why:
            refused = refused or why
            parts.append(PartRead(part.sha256, None, problem=why.problem, remedy=why.remedy))
            continue
        if several:
            document = _without_attachments(document)
        moved = _from_page(document, len(pages) + 1)
        begins.append(len(pages) + 1)
        parts.append(PartRead(part.sha256, document.media_type, len(pages) + 1, len(moved.pages)))
        pages += moved.pages
        layouts.add(document.layout)
        damage += [f"{part.name}: {document.damage}"] if document.damage else []
        own = find_forms(moved)
        if len({f.spec.key for f in own.forms}) >= FORMS_OF_A_REPORT and (who := _identity(moved, own)) is not None:
            whole.append((part, who))
            if not _same(whole[0][1], who):  # told as soon as seen: a package may hold many
                raise SeveralReports([f"{who.publisher} {who.fiscal_year} ({part.name})" for part, who in whole])
        found.forms += own.forms
        for key, listed in own.listed.items():
            found.listed.setdefault(key, listed)
    if not pages:
        raise refused or UnreadableDocument("it lists no documents", "collect the year again")
    united = Document(bundle.sha256, MEDIA_TYPE, READER, "grid" if "grid" in layouts else "stream", tuple(pages), tuple(begins), "; ".join(damage))
    return United(united, found, _identity_of_all(united, found, bundle.title) if found.forms else None, tuple(parts))


def _read(part: Part) -> Document:
    if part.problem:
        raise UnreadableDocument(f"{part.name}: {part.problem}", "unpack the archive by hand and offer the files in it")
    return lower(read_document(part.data))


def _without_attachments(document: Document) -> Document:
    """A web page without the remark that its attachments are no part of it: they are the other documents."""
    pages = tuple(replace(page, pictures=tuple(p for p in page.pictures if not p.problem.startswith(ATTACHMENT))) for page in document.pages)
    return replace(document, pages=pages)


def _same(one: Identity, other: Identity) -> bool:
    """Whether two documents name one publisher and year; one may leave the city before its own name (市大数据局)."""
    names = sorted((one.publisher, other.publisher), key=len)
    return one.fiscal_year == other.fiscal_year and names[1].endswith(names[0])


def _identity(document: Document, found: FormsFound) -> Identity | None:
    try:
        return identify(document, found.forms)
    except UnreadableDocument:
        return None


def _identity_of_all(document: Document, found: FormsFound, title: str) -> Identity:
    """Whose report it is by what the parts print; where they leave it open, the title over them all helps."""
    own = _identity(document, found)
    if own is not None:
        return own
    headed = Page(None, None, None, (Line(title, Place()),))
    return identify(replace(document, pages=(headed, *document.pages)), found.forms)


def _from_page(document: Document, first: int) -> Document:
    """The same document with its pages counted from ``first``."""
    return replace(document, pages=tuple(on_page(page, first + i) for i, page in enumerate(document.pages)))
