"""Of the tables that claim to be a form, which is: by the rank of their titles, and by their figures where no title is known.

What belongs here: choosing.  What may not: reading a table (``forms``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.lexicon import concepts
from pipeline.lexicon.forms import FORMS, FormSpec, core_title
from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Table
from pipeline.recognition import columns, rows, three_public
from pipeline.recognition.forms import UNTOLD, FormsFound, Titled, fitting_forms
from pipeline.recognition.read import FormRead

#: Headings of a table stand in its first rows.
_HEADING_ROWS = 5


@dataclass
class Chosen:
    """The printings of each form, every other table, and of the forms that are neither printed nor told why that is not sure."""

    forms: list[FormRead] = field(default_factory=list)
    others: list[Titled] = field(default_factory=list)
    doubtful: dict[str, str] = field(default_factory=dict)

    def printings(self, key: str) -> list[FormRead]:
        return [f for f in self.forms if f.spec.key == key]


def choose(found: FormsFound, year: int | None, pictures: Sequence[str] = ()) -> Chosen:
    """Decide what every table is.  ``pictures``: what stands in the document and could not be read at all, in words."""
    chosen = Chosen(others=list(found.others))
    for spec in FORMS:
        own = [f for f in found.forms if f.spec is spec]
        kept = _proper(own)
        chosen.forms += kept
        chosen.others += [_as_other(f) for f in own if not any(f is k for k in kept)]
    for spec in FORMS:
        if not chosen.printings(spec.key):
            _by_heading(chosen, spec, year)
    chosen.forms.sort(key=lambda f: min(f.blocks, default=0))
    chosen.others.sort(key=lambda t: min(t.blocks, default=0))
    for spec in FORMS:
        if not chosen.printings(spec.key) and (why := _perhaps(spec, chosen.others, pictures, year)):
            chosen.doubtful[spec.key] = why
    return chosen


def _proper(own: Sequence[FormRead]) -> list[FormRead]:
    """The printings of a form; of tables whose different titles all fit it, those that have the title most its own.

    Some provinces print 财政拨款基本支出决算表 beside 一般公共预算财政拨款基本支出决算表: two tables, not two printings of one.
    """
    if not own:
        return []
    titles = [core_title(f.title) for f in own]
    best = min(range(len(own)), key=lambda i: (own[i].problem is not None, own[i].rank, own[i].blank, i))
    return [f for f, title in zip(own, titles, strict=True) if title == titles[best]]


def _as_other(form: FormRead) -> Titled:
    return Titled(form.title, None, form.place, form.pieces, set(form.blocks), problem=f"another table is {form.spec.zh} here")


# ---------------------------------------------------------------- forms without a known title


def _by_heading(chosen: Chosen, spec: FormSpec, year: int | None) -> None:
    """Read a table whose title is not known as the form that its heading and its totals make it, where only one table is."""
    missing = [s for s in FORMS if not chosen.printings(s.key)]
    candidates = []
    for other in chosen.others:
        if other.entry is not None or not other.pieces or other.problem:
            continue
        fits = fitting_forms(other.pieces[0], year, missing)
        if not _names_most(spec, other.pieces[0].table):
            continue
        if [s for s, _ in fits] == [spec] or (fits and fits[0][0] is spec and _told_apart(spec, other)):
            candidates.append((other, next(layout for s, layout in fits if s is spec)))
    confirmed = [(o, form) for o, layout in candidates if (form := _read(spec, o, layout, year)) and _confirmed(form, chosen.forms)]
    if len(confirmed) == 1:
        other, form = confirmed[0]
        chosen.others.remove(other)
        chosen.forms.append(form)


def _names_most(spec: FormSpec, table: Table) -> bool:
    """Whether a heading names columns of the form besides its total, and no form's more: 合计 alone is every form's."""
    if spec.kind != "functional":
        return True
    words = {canonical(c.text) for c in table.cells if c.row < _HEADING_ROWS and not re.search(r"\d", c.text)} - {""}
    named = {s.key: sum(any(re.search(m.pattern, w) for m in s.measures if m.key != "total") for w in words) for s in FORMS if s.kind == spec.kind}
    return 0 < named[spec.key] == max(named.values())


def _told_apart(spec: FormSpec, other: Titled) -> bool:
    """Whether the title says of a form whose columns are those of other forms too that it is this one."""
    return spec.key in concepts("title_hints", other.title)


def _read(spec: FormSpec, other: Titled, layout: columns.Layout | three_public.Turned, year: int | None) -> FormRead:
    form = FormRead(spec, other.title or spec.zh, other.place, doubt="form_by_heading", blocks=set(other.blocks))
    if other.unit is not None:
        form.unit, form.ratio, form.unit_declared = other.unit[0], Fraction(*other.unit[1]), True
    for n, piece in enumerate(other.pieces):
        first = layout.data_row if n == 0 else 0
        if isinstance(layout, three_public.Turned):
            three_public.add_rows(form, piece, layout, first, year)
        else:
            rows.add_rows(form, piece, layout, first, continued=n > 0)
    form.pages |= {p.table.place.page for p in other.pieces if p.table.place.page is not None}
    return form


def _confirmed(form: FormRead, others: Iterable[FormRead]) -> bool:
    """Whether the figures make the table the form: its totals are printed in other forms as well.  The kinds of the three-public
    form are its own."""
    if form.spec.kind == "three_public":
        return True
    elsewhere = {t for f in others for r in f.rows for t in _amounts(r.cells.values())}
    totals = [r for r in form.rows if not r.code and "sum" in concepts("label_parts", r.label)] or form.rows[:1]
    own = {t for r in totals for t in _amounts(r.cells.values())}
    return bool(own & elsewhere)


def _amounts(cells: Iterable[object]) -> set[str]:
    texts = (canonical(getattr(c, "text", "")).replace(",", "") for c in cells)
    return {t for t in texts if (n := parse_number(t)) is not None and n.value != 0}


# ---------------------------------------------------------------- forms that may be there


def _perhaps(spec: FormSpec, others: Sequence[Titled], pictures: Sequence[str], year: int | None) -> str:
    """Why it is not sure that a form is not printed: a table whose title is not known, or something that could not be read."""
    for other in others:
        if not other.known and other.title and (other.pieces or other.problem == UNTOLD) and _may_be(spec, other):
            return f"perhaps it is the table “{other.title}”, whose title is not known"
    for other in others:
        if not other.title and other.pieces and any(s is spec for s, _ in fitting_forms(other.pieces[0], year)):
            return "perhaps it is a table without a title that has its heading"
    return f"perhaps it is in what could not be read: {pictures[0]}" if pictures else ""


def _may_be(spec: FormSpec, other: Titled) -> bool:
    """Whether a table whose title is not known may be a form: it stands among them, and not in an annex (whose titles are known)."""
    return other.entry is None and "no_form" not in concepts("title_hints", other.title)
