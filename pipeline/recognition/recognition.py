"""Which tables of a document are which form: by title and heading, in any order, over page breaks.

What belongs here: walking a document whose tables have cells.  What may not: columns (``layout``), rows (``grid``),
plain text without cells (``stream``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.lexicon.forms import FORMS, FormSpec, core_title, form_of_title, unit_of
from pipeline.model.figures import Place
from pipeline.model.numbers import half_width
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Document, Line, Table
from pipeline.recognition.grid import add_rows, goes_on_below, repeats_total
from pipeline.recognition.layout import Group, Layout, heading_text, layout_of
from pipeline.recognition.read import FormRead
from pipeline.recognition.units import inherit_units, mend_units

_PREAMBLE = re.compile(r"^(公开\d+表|附?表\d+|(公开|编制|填报)?(部门|单位)(名称)?:.*|.*金额单位:.*|单位:.*|财决.*表|\d{4}年度?)$")
_NO_DATA = re.compile(
    r"(本|此|该)表(无数据|(为|系)?空)|为空表|(没有|无).{0,30}(预算|基金|国有资本|三公).{0,40}(收入|支出|收支|结转|安排|经费)"
)
#: A title without a table is that of an empty form where one of so many lines below it says so.
_NOTE_LINES = 6
#: Amounts after a title from which there is a table, whether it can be read or not.
_AMOUNTS_OF_A_TABLE = 6
_NARRATIVE = re.compile(r"(决算)?情况(的)?说明$|^第[三四五六]部分")


@dataclass
class FormsFound:
    """All printings of forms in a document, and the titles that only list a form (contents)."""

    forms: list[FormRead] = field(default_factory=list)
    listed: dict[str, tuple[str, Place]] = field(default_factory=dict)


@dataclass
class _Pending:
    """A title seen and not yet followed by its table."""

    spec: FormSpec
    text: str
    place: Place
    lines_since: int = 0


def find_forms(document: Document) -> FormsFound:
    """Every printing of a statutory form in a document, with its rows; forms without cells are read from their lines."""
    found = FormsFound()
    titles: list[_Pending] = []
    pending: _Pending | None = None
    unit: tuple[str, tuple[int, int]] | None = None
    current: FormRead | None = None
    layout: Layout | None = None
    begun: Table | None = None
    above: Line | None = None
    cut: Table | None = None
    loose: list[Line] = []
    lines_since_unit = 0

    def close_loose() -> None:
        """Lines after a title that no table followed: an unruled form, or nothing."""
        nonlocal pending, current, layout
        form = None
        if pending is not None:
            form = _untold_form(pending, loose)
        if form is not None:
            _keep(found, form)
            current, layout = None, None
        elif pending is not None and any(_NO_DATA.search(canonical(line.text)) for line in loose[:_NOTE_LINES]):
            found.forms.append(FormRead(pending.spec, pending.text, pending.place, no_data_note=True))
            pending = None
        loose.clear()

    for _, block in document.blocks():
        if isinstance(block, Line):
            spec, said = _title(above, block)
            above = block
            if spec is not None:
                if said != block.text.strip() and loose:
                    loose.pop()  # the title's first line
                ahead = unit if lines_since_unit <= 4 else None  # some print the unit above the title
                close_loose()
                unit = unit_of(block.text) or ahead
                pending, cut = _Pending(spec, said, block.place), None
                titles.append(pending)
                continue
            declared = unit_of(block.text)
            lines_since_unit += 1
            if declared is not None and len(block.text.strip()) < 120:
                unit, lines_since_unit = declared, 0
            if current is not None and pending is None and _NO_DATA.search(block.text):
                current.no_data_note = True
            if pending is not None:
                if _NARRATIVE.search(canonical(block.text)[-12:]) and len(block.text.strip()) < 40:
                    close_loose()
                    pending = None
                else:
                    loose.append(block)
            if current is not None and _NARRATIVE.search(canonical(block.text)) and len(block.text.strip()) < 40:
                current = None
            continue
        above = None
        table, title, declared = _without_preamble(block)
        unit = declared or unit
        if title is not None:
            pending = _Pending(title[0], title[1], block.place)
            titles.append(pending)
        if table.n_rows == 0:
            continue
        if pending is not None:
            table = _below(cut, table)
            cut = None
            fitting = layout_of(pending.spec, table)
            if (fitting is None or pending.spec.kind == "three_public") and _heading_only(table):
                cut = table  # the page ends within the heading
                continue
            if fitting is not None:
                form = FormRead(pending.spec, pending.text, pending.place)
                _set_unit(form, unit)
                add_rows(form, table, fitting, fitting.data_row, continued=False)
                _add_page(form, block)
                current = _keep(found, form)
                layout, begun, pending, unit = fitting, table, None, None
                loose.clear()
                continue
        if current is not None and layout is not None and (pending is None or pending.spec is current.spec):
            start = _continuation(current, layout, begun or table, table)
            if start is not None:
                columns, first_row = start
                add_rows(current, table, columns, first_row, continued=True)
                _add_page(current, block)
                pending = None
                continue
        untitled = None if pending is not None else _untitled(table)
        if untitled is not None:
            spec, fitting = untitled
            form = FormRead(spec, spec.zh, block.place)
            _set_unit(form, unit)
            add_rows(form, table, fitting, fitting.data_row, continued=False)
            _add_page(form, block)
            current = _keep(found, form)
            layout, begun = fitting, table
        else:
            current = None
        pending, unit = None, None
        loose.clear()
    close_loose()
    found.forms = _proper(found.forms)
    inherit_units(found.forms)
    mend_units(found.forms)
    printed = {(f.title, f.place) for f in found.forms}
    first = next((i for i, t in enumerate(titles) if (t.text, t.place) in printed), len(titles))
    for t in titles[:first]:
        found.listed.setdefault(t.spec.key, (t.text, t.place))
    return found


def _title(above: Line | None, line: Line) -> tuple[FormSpec | None, str]:
    """The form that a line is the title of, and that title; it may have begun on the line above, centred on this one."""
    text = line.text.strip()
    spec = form_of_title(text)
    if above is None or not (line.words and above.words) or above.place.page != line.place.page or not text.endswith("表"):
        return spec, text
    off = abs(above.words[0].x0 + above.words[-1].x1 - line.words[0].x0 - line.words[-1].x1) / 2
    begun = above.text.strip()
    whole = form_of_title(begun + text) if off < 6 and len(begun) < 40 and not begun.endswith("表") else None
    return (spec, text) if whole is None or whole is spec else (whole, begun + text)


def _untold_form(pending: _Pending, lines: Sequence[Line]) -> FormRead | None:
    """A form with a problem where lines of amounts that no way of lowering made a table of follow a title."""
    table = [line for line in lines if not re.search("[。；]", line.text)]
    if sum(len(re.findall(r"\d\.\d", half_width(line.text))) for line in table) < _AMOUNTS_OF_A_TABLE:
        return None
    problem = "its lines were found, and neither rules nor spaces nor the words of its heading tell their columns"
    pages = {line.place.page for line in table if line.place.page is not None}
    return FormRead(pending.spec, pending.text, pending.place, problem=problem, pages=pages)


def _proper(forms: Sequence[FormRead]) -> list[FormRead]:
    """The printings of each form; of tables whose different titles all fit it, those that have the title most its own.

    Some provinces print 财政拨款基本支出决算表 beside 一般公共预算财政拨款基本支出决算表: two tables, not two printings of one.
    """
    kept: list[FormRead] = []
    for spec in FORMS:
        own = [f for f in forms if f.spec is spec]
        titles = [core_title(f.title) for f in own]
        if len(set(titles)) > 1:
            printed = [any(not r.empty for r in f.rows) for f in own]
            most = max(range(len(own)), key=lambda i: (printed[i], bool(re.search(spec.proper, titles[i])), -i))
            own = [f for f, title in zip(own, titles, strict=True) if title == titles[most]]
        kept.extend(own)
    return [f for f in forms if any(f is k for k in kept)]


def _set_unit(form: FormRead, unit: tuple[str, tuple[int, int]] | None) -> None:
    if unit is not None:
        form.unit, form.ratio = unit
        form.unit_declared = True


def _add_page(form: FormRead, table: Table) -> None:
    if table.place.page is not None:
        form.pages.add(table.place.page)


def _keys(form: FormRead) -> set[tuple[str | None, str]]:
    return {(r.side, r.code or canonical(r.label)) for r in form.rows if r.code or r.label}


def _keep(found: FormsFound, form: FormRead) -> FormRead:
    """Add a printing; one whose rows go on where the same form ended (its title repeated on the next page) is joined to it."""
    last = found.forms[-1] if found.forms else None
    if last is not None and last.spec is form.spec and last.rows and form.rows:
        if form.spec.kind == "three_public":
            goes_on = goes_on_below(last, form)
        else:
            new = _keys(form)
            goes_on = bool(new) and len(new & _keys(last)) * 2 < len(new)
        if goes_on:
            last.rows.extend(r for r in form.rows if not repeats_total(last, r))
            last.stray.extend(form.stray)
            last.pages |= form.pages
            return last
    found.forms.append(form)
    return form


def _without_preamble(table: Table) -> tuple[Table, tuple[FormSpec, str] | None, tuple[str, tuple[int, int]] | None]:
    """The table without leading rows that only give title, number, unit or publisher; with that title and unit."""
    title: tuple[FormSpec, str] | None = None
    unit: tuple[str, tuple[int, int]] | None = None
    skip = 0
    for r in range(min(table.n_rows, 6)):
        texts = [t for t in (table.text(r, c) for c in range(table.n_cols)) if t.strip()]
        if not texts:
            skip = r + 1 if skip == r else skip
            continue
        named = next(((s, t) for t in texts if (s := form_of_title(" ".join(t.split())))), None)
        said = [line for t in texts for line in t.split("\n") if line.strip()]  # one cell may hold number, publisher and unit
        if (
            named is None
            and not all(_PREAMBLE.match(canonical(t)) for t in texts)
            and not all(_PREAMBLE.match(canonical(t)) for t in said)
        ):
            break
        title = title or named
        unit = unit or next((u for t in (*texts, *said) if (u := unit_of(t))), None)
        skip = r + 1
    return (table if skip == 0 else _from_row(table, skip)), title, unit


def _from_row(table: Table, first: int) -> Table:
    cells = tuple(
        Cell(c.row - first, c.col, c.text, c.rowspan, c.colspan, c.place, c.second) for c in table.cells if c.row >= first
    )
    return Table(cells, table.n_rows - first, table.n_cols, table.place, table.reader, table.second_reader)


def _heading_only(table: Table) -> bool:
    """Whether a table may be the upper part of a heading: words in most columns, and no number."""
    texts = [canonical(c.text) for c in table.cells]
    if not any(c.text.strip() for c in table.cells if c.row + c.rowspan == table.n_rows):
        return False  # a blank row is the data of a form without any
    return table.n_cols > 2 and table.n_rows < 6 and len(set(texts)) > 3 and not any(re.search(r"\d", t) for t in texts)


def _below(upper: Table | None, lower: Table) -> Table:
    """A table with the part of its heading that stands on the page before; as it is where that is another table's."""
    if upper is None:
        return lower
    placed = [(c, _columns_under(c, lower)) for c in upper.cells]
    ends = [abs((a or 0.0) - (b or 0.0)) for a, b in ((upper.place.x0, lower.place.x0), (upper.place.x1, lower.place.x1))]
    if max(ends) > 4 or not all(columns for _, columns in placed):
        return lower
    heading = [Cell(c.row, own[0], c.text, c.rowspan, len(own), c.place, c.second) for c, own in placed]
    cells = [Cell(c.row + upper.n_rows, c.col, c.text, c.rowspan, c.colspan, c.place, c.second) for c in lower.cells]
    n_rows = upper.n_rows + lower.n_rows
    return Table((*heading, *cells), n_rows, lower.n_cols, lower.place, lower.reader, lower.second_reader)


def _columns_under(cell: Cell, table: Table) -> list[int]:
    """The columns of a table below that a cell above stands over."""
    x0, x1 = cell.place.x0, cell.place.x1
    if x0 is None or x1 is None:
        return list(range(cell.col, min(cell.col + cell.colspan, table.n_cols)))
    return sorted(c for c, (left, right) in _extents(table).items() if x0 <= (left + right) / 2 <= x1)


def _continuation(form: FormRead, layout: Layout, before: Table, table: Table) -> tuple[Layout, int] | None:
    """The columns and the first data row of a table that goes on where the form ended, or ``None``."""
    again = 0  # rows that repeat the heading word for word
    while again < table.n_rows and heading_text([table.text(again, c) for c in range(table.n_cols)]) in layout.heading:
        again += 1
    if again and table.n_cols == layout.n_cols:
        return layout, again
    repeated = layout_of(form.spec, table)
    columns = layout if table.n_cols == layout.n_cols else _moved(layout, before, table)
    if repeated is not None:
        if columns is not None and len(repeated.measures) <= len(layout.measures):
            return columns, repeated.data_row
        return repeated, repeated.data_row
    if columns is None or _other_heading(table):
        return None
    return columns, 0


def _other_heading(table: Table) -> bool:
    """Whether the table starts with a heading of its own: words in most columns and no number."""
    texts = [canonical(table.text(0, c)) for c in range(table.n_cols)]
    words = [t for t in texts if re.search(r"[一-鿿]{2,}", t)]
    return len(words) >= max(3, table.n_cols * 0.6) and not any(re.search(r"\d", t) for t in texts)


def _extents(table: Table) -> dict[int, tuple[float, float]]:
    """Left and right edge of every column that some cell has to itself (documents with positions only)."""
    extents: dict[int, tuple[float, float]] = {}
    for c in table.cells:
        if c.colspan == 1 and c.place.x0 is not None and c.place.x1 is not None:
            extents.setdefault(c.col, (c.place.x0, c.place.x1))
    return extents


def _moved(layout: Layout, before: Table, table: Table) -> Layout | None:
    """The columns of a continued table that is ruled more coarsely or finely than its beginning, by where they stand.

    A column merged over several of the beginning (类|款|项) takes the place of all of them.
    """
    old, new = _extents(before), _extents(table)
    if not old or not new:
        return None

    def at(column: int | None) -> int | None:
        if column is None or column not in old:
            return None
        middle = (old[column][0] + old[column][1]) / 2
        return next((c for c, (x0, x1) in new.items() if x0 <= middle <= x1), None)

    groups = []
    for g in layout.groups:
        code = tuple(dict.fromkeys(c for c in map(at, g.code) if c is not None))
        values = {c: m for c, m in ((at(c), m) for c, m in g.values.items()) if c is not None}
        if len(values) < len(g.values):
            return None
        groups.append(Group(g.side, code, at(g.label), at(g.row_no), values))
    return Layout(tuple(groups), 0, table.n_cols, layout.heading)


def _untitled(table: Table) -> tuple[FormSpec, Layout] | None:
    """The one form whose heading a table without a title has, where the heading tells it beyond doubt."""
    fits: list[tuple[int, FormSpec, Layout]] = []
    for spec in FORMS:
        if not spec.words and spec.key not in ("income", "fiscal_appropriation_summary"):
            continue
        layout = layout_of(spec, table)
        if layout is None:
            continue
        text = canonical("".join(c.text for c in table.cells if c.row < layout.data_row + 12))
        if spec.words and not re.search(spec.words, text):
            continue
        known = sum(not m.startswith("column:") for m in layout.measures)
        extra = sum(m.startswith("column:") for m in layout.measures)
        fits.append((known - extra, spec, layout))
    fits.sort(key=lambda f: -f[0])
    if fits and fits[0][0] >= 4 and (len(fits) == 1 or fits[0][0] > fits[1][0]):
        return fits[0][1], fits[0][2]
    return None


def blocks_outside(document: Document, forms: Sequence[FormRead]) -> Iterable[Line]:
    """Lines of the document on pages that hold no form (for what reads prose)."""
    pages = {p for f in forms for p in f.pages}
    return (line for page in document.pages for line in page.lines if page.number is None or page.number not in pages)
