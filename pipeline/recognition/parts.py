"""The forms and the other tables of a report as parts, with their figures.

What belongs here: what was chosen (``choice``) → figures and :class:`~pipeline.model.parts.Part`.  What may not: choosing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.lexicon.forms import FORMS, FormSpec
from pipeline.model.figures import Figure, Place
from pipeline.model.parts import Part, PartState, Printed
from pipeline.model.text import canonical
from pipeline.reading.document import Line, Table
from pipeline.recognition.choice import Chosen
from pipeline.recognition.figures import FormFigures, figures_of
from pipeline.recognition.forms import FormsFound, Titled
from pipeline.recognition.ledger import numbers_of
from pipeline.recognition.read import FormRead
from pipeline.recognition.tables import figures_of_table

_AMOUNT = re.compile(r"\d\.\d")
_NOT_KNOWN = "its title is not known, and its heading is that of no form that is missing"


@dataclass
class FormParts:
    """What came of the forms: figures, parts, and for each form its printings, its state, and how later printings differ."""

    figures: list[Figure] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    first: dict[str, list[Figure]] = field(default_factory=dict)
    states: dict[str, tuple[PartState, str]] = field(default_factory=dict)
    printings: dict[str, int] = field(default_factory=dict)
    differing: dict[str, str] = field(default_factory=dict)
    stray: list[tuple[str, Place]] = field(default_factory=list)

    @property
    def taken(self) -> set[int]:
        """The blocks that belong to forms and to the tables among them."""
        return set[int]().union(*(p.blocks for p in self.parts)) if self.parts else set()


def form_parts(chosen: Chosen, found: FormsFound, blocks: Mapping[int, Line | Table], report_id: str, reader: str,
               year: int, same: bool = False) -> FormParts:  # fmt: skip
    """Figures and parts of every form; ``same``: a form printed again alike in another document of the report is one printing."""
    out = FormParts()
    for spec in FORMS:
        own = chosen.printings(spec.key)
        for form in own:
            _printing(out, form, blocks, report_id, reader, same)
        if not own:
            _absent(out, spec, chosen, found, year)
    return out


def _printing(out: FormParts, form: FormRead, blocks: Mapping[int, Line | Table], report_id: str, reader: str, same: bool) -> None:
    key, n = form.spec.key, out.printings.get(form.spec.key, 0)
    read = figures_of(form, report_id, reader, n)
    numbers = numbers_of(blocks, form.blocks, read.cells, read.unread, form.problem or "its column is not known")
    figures = _doubted(read, numbers, form.spec.kind)
    repeated = n > 0 and same and _values(out.first.get(key, [])) == _values(figures)
    if not repeated:
        out.figures += figures
        out.printings[key] = n + 1
        if n == 0:
            out.first[key] = figures
        else:
            out.differing.setdefault(key, _difference(out.first[key], figures))
    out.stray += read.stray
    state, reason = _state(form, read)
    if n == 0 or out.states[key][0] in ("empty", "unread"):
        out.states[key] = state, reason
    last = max(form.pages, default=form.place.page or 0) or None
    out.parts.append(Part("form", key, form.title, state, reason, form.place, last, set(form.blocks), numbers))


def _doubted(read: FormFigures, numbers: Sequence[Printed], kind: str) -> list[Figure]:
    """The figures of a form; an amount of it that was not read, or of a row without code or name, makes all of them doubtful: it may
    belong to any of their sums."""
    figures = read.figures
    unread = _lacking(read) or any(n.account == "unread" and _AMOUNT.search(n.text) for n in numbers)
    if not unread and (kind == "two_sided" or not any(f.doubt == "row_unknown" and f.value for f in figures)):
        return figures
    return [f if f.doubt else replace(f, doubt="sum_incomplete") for f in figures]


def _state(form: FormRead, read: FormFigures) -> tuple[PartState, str]:
    if form.problem:
        return "unread", form.problem
    if lacking := _lacking(read):
        return "unread", f"{len(lacking)} of its cells are not read: {lacking[0]} ({next(iter(read.unread.values()), 'it is no number')})"
    if any(f.value is not None for f in read.figures):
        return "read", ""
    if read.unread:
        return "unread", next(iter(read.unread.values()))
    return ("empty", form.no_data or "every cell of its body is blank") if read.figures or form.no_data else ("unread", "no row of it could be read")


def _lacking(read: FormFigures) -> list[str]:
    """The texts of cells that may hold an amount and became no figure."""
    return [text for text, _ in read.stray if text.startswith("=") or re.search(r"\d", text)]


def _absent(out: FormParts, spec: FormSpec, chosen: Chosen, found: FormsFound, year: int) -> None:
    """A form that is printed nowhere, or of which that is not sure."""
    listed = found.listed.get(spec.key)
    title = listed[0] if listed else spec.zh
    why = chosen.doubtful.get(spec.key, "")
    state: PartState = "unread" if why else "missing"
    out.states[spec.key] = state, why or ("the contents list it" if listed else "it stands nowhere in the document")
    if state == "missing" and year < spec.since_year and listed is None:
        return  # the template of that year does not have it
    out.parts.append(Part("form", spec.key, title, state, out.states[spec.key][1], listed[1] if listed else Place()))


def other_parts(others: Sequence[Titled], blocks: Mapping[int, Line | Table], report_id: str, reader: str,
                taken: set[int]) -> tuple[list[Part], list[Figure]]:  # fmt: skip
    """The tables that are no forms: known ones with their figures, others as unread.  Those in ``taken`` are somebody else's."""
    parts: list[Part] = []
    figures: list[Figure] = []
    for other in others:
        own = other.blocks - taken
        if not own or any(p.block in taken for p in other.pieces):
            continue
        statement = f"other{len(parts) + 1}"
        read, cells = figures_of_table(other.pieces, statement, report_id, reader) if other.known else ([], set())
        figures += read
        concept, state = other.entry.concept if other.entry is not None else "table", "other" if other.known else "unread"
        reason = other.problem or ("" if other.known else _NOT_KNOWN if other.title else "a table without a title")
        numbers = numbers_of(blocks, own, cells, {}, reason or "its row or its column has no name")
        last = next((p.table.place.page for p in reversed(other.pieces)), other.place.page)
        parts.append(Part("other", concept, other.title, state, reason, other.place, last, own, numbers))  # type: ignore[arg-type]
    return parts, figures


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
