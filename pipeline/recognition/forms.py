"""Which tables of a document are which form: by title and heading, in any order, over page breaks.

Every table with a title ends as a form, a known table of another kind, or one that is not known; nothing vanishes.
What belongs here: walking a document whose tables are lowered.  What may not: columns (``columns``), rows (``rows``), choosing among
tables that claim to be one form (``choice``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.lexicon import Entry
from pipeline.lexicon.around import HEAD, around_table, says_no_data
from pipeline.lexicon.forms import FORM_BY_KEY, FORMS, FormSpec, core_title, heads, unit_of
from pipeline.lexicon.titles import looks_like_title, names_a_table, title_entry
from pipeline.model.figures import Place
from pipeline.model.numbers import half_width
from pipeline.model.text import canonical
from pipeline.reading.document import Document, Line, Page, Table
from pipeline.recognition import columns, rows, three_public
from pipeline.recognition.continuation import below, continuation, heading_only, joins, without_preamble
from pipeline.recognition.headings import other_heading
from pipeline.recognition.read import FormRead, Piece

#: A title without a table is that of an empty form where one of so many lines below it says so.
_NOTE_LINES = 6
#: Amounts after a title from which there is a table, whether it can be read or not; so many lines may be its heading.
_AMOUNTS_OF_A_TABLE, _HEADING_LINES = 6, 40
#: Lines between a title and its table: number, publisher, unit, year.
_REACH = 6
_AMOUNT = re.compile(r"\d\.\d")
_PROSE = re.compile("[。；;]")
UNTOLD = "its lines could not be told apart to rows and columns"
#: Lines that stand below a form and belong to it.
_BELOW = HEAD | {"page", "note"}

Unit = tuple[str, tuple[int, int]]


@dataclass
class Titled:
    """A table that is no statutory form: a known one of another kind (``entry``), or one whose title is not known or not there."""

    title: str
    entry: Entry | None
    place: Place
    pieces: list[Piece] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)
    unit: Unit | None = None
    problem: str = ""

    @property
    def known(self) -> bool:
        """Whether it is known what the table is: by its title, or because another table is the form that its title names."""
        return self.entry is not None or self.problem not in ("", UNTOLD)


@dataclass
class FormsFound:
    """All printings of forms in a document, the other tables among them, and the titles that only list a form (contents)."""

    forms: list[FormRead] = field(default_factory=list)
    others: list[Titled] = field(default_factory=list)
    listed: dict[str, tuple[str, Place]] = field(default_factory=dict)


@dataclass
class _Title:
    """A title seen and not yet followed by its table."""

    text: str
    entry: Entry | None
    place: Place
    blocks: set[int]

    @property
    def spec(self) -> FormSpec | None:
        return FORM_BY_KEY.get(self.entry.concept) if self.entry is not None and self.entry.values.get("kind") is None else None

    @property
    def named(self) -> bool:
        """Whether it says itself that a table follows (…表)."""
        return names_a_table(core_title(self.text))


def find_forms(document: Document, year: int | None = None) -> FormsFound:
    """Every printing of a statutory form in a document, with its rows, and every other table that stands among them.

    ``year``: the fiscal year of the accounts, where it is known; a column of another year is no column of the form.
    """
    walk = _Walk(year)
    for block, (page, item) in enumerate(document.blocks()):
        if isinstance(item, Line):
            walk.line(block, item)
        else:
            walk.table(block, item, page)
    walk.close()
    return walk.found


class _Walk:
    """The state while a document's lines and tables go by."""

    def __init__(self, year: int | None) -> None:
        self.found = FormsFound()
        self.year = year
        self.title: _Title | None = None
        self.titles: list[_Title] = []
        self.unit: Unit | None = None
        self.unit_age = 0
        self.form: FormRead | None = None
        self.other: Titled | None = None
        self.layout: columns.Layout | three_public.Turned | None = None
        self.begun: Table | None = None
        self.above: Line | None = None
        self.cut: tuple[Piece, set[int]] | None = None
        self.loose: list[tuple[int, Line]] = []
        self.annex = False

    # -- lines -------------------------------------------------------------------------------------

    def line(self, block: int, line: Line) -> None:
        """Take a line: a title, what stands around a table, or text."""
        entry, text, begun_above = self._titled(line)
        self.above = line
        self.unit_age += 1
        if entry is not None or looks_like_title(text):
            self._begin(block, line, entry, text, begun_above)
            return
        declared = unit_of(line.text) if len(line.text.strip()) < 120 else None
        if declared is not None:
            self.unit, self.unit_age = declared, 0
        if self.title is not None:
            self.loose.append((block, line))
            if "narrative" in around_table(line.text):
                self._close_title()
        elif self.form is not None:
            self._below(block, line)
        if "narrative" in around_table(line.text):
            self.form = self.other = None
            self.annex = False

    def _titled(self, line: Line) -> tuple[Entry | None, str, bool]:
        """What a line titles; the title may have begun on the line above, centred on this one."""
        text = line.text.strip()
        entry = title_entry(text)
        above = self.above
        if above is None or not (line.words and above.words) or above.place.page != line.place.page or not text.endswith("表"):
            return entry, text, False
        off = abs(above.words[0].x0 + above.words[-1].x1 - line.words[0].x0 - line.words[-1].x1) / 2
        begun = above.text.strip()
        whole = title_entry(begun + text) if off < 6 and len(begun) < 40 and not begun.endswith("表") else None
        return (entry, text, False) if whole is None or whole is entry else (whole, begun + text, True)

    def _begin(self, block: int, line: Line, entry: Entry | None, text: str, begun_above: bool) -> None:
        if begun_above and self.loose:
            self.loose.pop()
        ahead = self.unit if self.unit_age <= 4 else None  # some print the unit above the title
        self._close_title()
        self.annex = entry is not None and entry.values.get("kind") == "annex"
        self.unit = unit_of(line.text) or ahead
        if self.annex:
            self.form = self.other = None
            return
        self.title, self.cut = _Title(text, entry, line.place, {block}), None
        self.titles.append(self.title)

    def _below(self, block: int, line: Line) -> None:
        """A line after a form's table: a note of it, or page furniture."""
        assert self.form is not None
        if says_no_data(line.text):
            self.form.no_data = self.form.no_data or line.text.strip()
            self.form.blocks.add(block)
        elif around_table(line.text) & _BELOW:
            self.form.blocks.add(block)

    def _close_title(self) -> None:
        """A title that no table followed: an empty form that says so, lines that no lowering made a table, or nothing."""
        title, loose, cut = self.title, self.loose, self.cut
        self.title, self.loose, self.cut = None, [], None
        if title is None:
            return
        if cut is not None and title.spec is not None:  # nothing followed the words: they were all of the table
            self._form_of(title, *cut, self._fitting(title.spec, cut[0]))
            for block, line in loose:
                if self.form is not None:
                    self._below(block, line)
            return
        amounts = [block for block, line in loose for _ in _AMOUNT.findall(half_width(line.text)) if not _PROSE.search(line.text)]
        words = [canonical(line.text) for _, line in loose[:_HEADING_LINES] if not _PROSE.search(line.text)]
        headed = title.spec is not None and heads(title.spec, "".join(words))
        near = loose[: _HEADING_LINES if headed and not amounts else _NOTE_LINES]  # the heading of an empty form may take many lines
        noted = next((n for n, (_, line) in enumerate(near) if says_no_data(line.text)), None)
        said = near[noted][1].text.strip() if noted is not None else ""
        many = len(amounts) >= _AMOUNTS_OF_A_TABLE
        untold = many or headed if title.named else many and headed and not _tell(loose)
        own = {block for block, _ in loose if block <= amounts[-1]} if untold and amounts else set()
        blocks = title.blocks | {block for block, _ in loose[: max(_NOTE_LINES, (noted or 0) + 1)]} | own
        if title.spec is None:
            if untold:
                self.found.others.append(Titled(title.text, title.entry, title.place, [], blocks, problem=UNTOLD))
            return
        if said or untold:
            form = FormRead(title.spec, title.text, title.place, no_data=said, rank=_rank(title.entry), blocks=blocks)
            form.problem = None if said and not amounts else UNTOLD
            self.found.forms.append(form)

    # -- tables ------------------------------------------------------------------------------------

    def table(self, block: int, table: Table, page: Page) -> None:
        """Take a table: of the title before it, a continuation, or one without a title."""
        self.above = None
        piece, inside, declared = without_preamble(Piece(block, table), _table_title)
        self.unit = declared or self.unit
        if inside is not None:
            self._close_title()
            text, entry = inside
            self.annex = entry is not None and entry.values.get("kind") == "annex"
            self.title = None if self.annex else _Title(text, entry, table.place, set())
            if self.title is not None:
                self.titles.append(self.title)
        if piece.table.n_rows == 0:
            if self.title is not None:
                self.title.blocks.add(block)
            return
        if self.title is None and self._goes_on(piece):
            return
        if self.title is not None and self._same_again(piece):
            return
        if self.title is not None and (self.title.named or len(self.loose) <= _REACH):
            self._of_title(piece)
        elif not self.annex:
            self._untitled(piece)
        self.loose.clear()

    def _goes_on(self, piece: Piece) -> bool:
        """Whether a table without a title goes on where the last one ended; it is taken then."""
        if self.form is not None and self.layout is not None and self._add_continued(piece):
            return True
        if self.other is not None and self.other.pieces[-1].table.n_cols == piece.table.n_cols and not other_heading(piece.table):
            self.other.pieces.append(piece)
            self.other.blocks.add(piece.block)
            return True
        return False

    def _same_again(self, piece: Piece) -> bool:
        """Whether the title of the form that is open was printed again above the rest of its table."""
        title = self.title
        if title is None or self.form is None or title.spec is not self.form.spec or self.layout is None or not self.form.rows:
            return False
        if core_title(title.text) != core_title(self.form.title) or self._fitting(title.spec, piece) is not None:
            return False
        if not self._add_continued(piece):
            return False
        self.form.blocks |= title.blocks | {block for block, _ in self.loose}
        self.title = None
        self.loose.clear()
        return True

    def _add_continued(self, piece: Piece) -> bool:
        assert self.form is not None
        assert self.layout is not None
        if isinstance(self.layout, three_public.Turned):
            first = three_public.continued(piece, self.layout)
            if first is None:
                return False
            three_public.add_rows(self.form, piece, self.layout, first, self.year)
        else:
            start = continuation(self.form.spec, self.layout, self.begun or piece.table, piece.table, self.year)
            if start is None:
                return False
            rows.add_rows(self.form, piece, start[0], start[1], continued=True)
        _add_block(self.form, piece)
        return True

    def _fitting(self, spec: FormSpec, piece: Piece) -> columns.Layout | three_public.Turned | None:
        fitting = three_public.fit(piece, self.year) if spec.kind == "three_public" else columns.fit(spec, piece.table, self.year)
        return None if isinstance(fitting, str) else fitting

    def _of_title(self, piece: Piece) -> None:
        """The table that a title announces."""
        title = self.title
        assert title is not None
        if title.spec is None:
            self._other_table(title.text, title.entry, title.place, piece, title.blocks)
            return
        cut = self.cut
        self.cut = None
        blocks = title.blocks | {block for block, _ in self.loose}
        if cut is not None:
            piece, blocks = below(cut[0], piece), blocks | cut[1]
        fitting = self._fitting(title.spec, piece)
        if (fitting is None or title.spec.kind == "three_public") and heading_only(piece.table):
            self.cut = piece, blocks | {piece.block}  # the page ends within the heading, or the form prints no number at all
            return
        self._form_of(title, piece, blocks, fitting)

    def _form_of(self, title: _Title, piece: Piece, blocks: set[int], fitting: columns.Layout | three_public.Turned | None) -> None:
        assert title.spec is not None
        form = FormRead(title.spec, title.text, title.place, rank=_rank(title.entry), blocks=blocks)
        if fitting is None:
            if not title.named:  # words that end like a title, above a table of something else
                self.title = None
                self._untitled(piece)
                return
            form.problem = self._misfit(title.spec, piece)
        self._add_form(form, piece, fitting)

    def _misfit(self, spec: FormSpec, piece: Piece) -> str:
        why = three_public.fit(piece, self.year) if spec.kind == "three_public" else columns.fit(spec, piece.table, self.year)
        return why if isinstance(why, str) else ""

    def _add_form(self, form: FormRead, piece: Piece, fitting: columns.Layout | three_public.Turned | None) -> None:
        if self.unit is not None:
            form.unit, form.ratio, form.unit_declared = self.unit[0], Fraction(*self.unit[1]), True
        if isinstance(fitting, three_public.Turned):
            three_public.add_rows(form, piece, fitting, fitting.data_row, self.year)
        elif fitting is not None:
            rows.add_rows(form, piece, fitting, fitting.data_row, continued=False)
        _add_block(form, piece)
        self.form, self.layout, self.begun = self._keep(form), fitting, piece.table
        self.title, self.unit, self.other = None, None, None

    def _keep(self, form: FormRead) -> FormRead:
        """Add a printing; one whose rows go on where the same form ended (its title repeated on the next page) is joined to it."""
        last = self.found.forms[-1] if self.found.forms else None
        if last is not None and joins(last, form):
            last.rows.extend(r for r in form.rows if not rows.repeats_total(last, r))
            last.pages |= form.pages
            last.blocks |= form.blocks
            last.pieces += form.pieces
            return last
        self.found.forms.append(form)
        return form

    def _untitled(self, piece: Piece) -> None:
        self._other_table("", None, piece.table.place, piece, set())

    def _other_table(self, title: str, entry: Entry | None, place: Place, piece: Piece, blocks: set[int]) -> None:
        around = blocks | {block for block, _ in self.loose} if title else set()
        other = Titled(title, entry, place, [piece], around | {piece.block}, self.unit)
        self.found.others.append(other)
        self.other, self.form, self.title, self.unit = other, None, None, None

    def close(self) -> None:
        """The end of the document: what is listed only, is listed."""
        self._close_title()
        printed = {(f.title, f.place) for f in self.found.forms}
        first = next((i for i, t in enumerate(self.titles) if (t.text, t.place) in printed), len(self.titles))
        for title in self.titles[:first]:
            if title.spec is not None:
                self.found.listed.setdefault(title.spec.key, (title.text, title.place))


def _tell(loose: Sequence[tuple[int, Line]]) -> bool:
    """Whether lines behind a title are sentences: a full stop, or commas in a third of them."""
    texts = [line.text for _, line in loose[:_HEADING_LINES]]
    return any("。" in t for t in texts) or sum("，" in t for t in texts) * 3 > len(texts)


def _rank(entry: Entry | None) -> int:
    return int(entry.values.get("rank", 1)) if entry is not None else 1


def _add_block(form: FormRead, piece: Piece) -> None:
    form.pieces.append(piece)
    form.blocks.add(piece.block)
    if piece.table.place.page is not None:
        form.pages.add(piece.table.place.page)


def _table_title(text: str, alone: bool) -> tuple[str, Entry | None] | None:
    """The title that a cell of a table's first rows holds, if it is one; a title without 表 is one only ``alone`` in its row."""
    words = " ".join(text.split())
    entry = title_entry(words)
    if entry is not None and (alone or core_title(words).endswith("表")):
        return words, entry
    return (words, None) if looks_like_title(words) and len(canonical(words)) > 5 else None


def fitting_forms(piece: Piece, year: int | None, wanted: Iterable[FormSpec] = FORMS) -> list[tuple[FormSpec, columns.Layout | three_public.Turned]]:
    """The forms whose heading a table has; telling words of a form that fits count where its columns are those of others too."""
    text = canonical("".join(c.text for c in piece.table.cells if c.row < 24))
    found: list[tuple[FormSpec, columns.Layout | three_public.Turned]] = []
    for spec in wanted:
        fitting = three_public.fit(piece, year) if spec.kind == "three_public" else columns.fit(spec, piece.table, year)
        if not isinstance(fitting, str) and (not spec.words or re.search(spec.words, text)):
            found.append((spec, fitting))
    return found
