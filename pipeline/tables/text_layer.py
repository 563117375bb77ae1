"""Text layers without cells → tables: the lines after a title that a table follows become that table.

Where spaces keep the columns, these tell them (``text_layer_spaced``).  Where blank cells are lost, the words of the heading tell the
columns and the form's own equations choose among them (``text_layer_headings``, ``text_layer_placement``); a cell says so.  Where
neither tells the columns, the lines stay lines below their title: whoever asks for the table finds that it is not read.
What belongs here: finding the lines of each table and putting tables in their place.  What may not: what a table means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.lexicon import any_of, concepts
from pipeline.lexicon.annexes import title
from pipeline.lexicon.around import around_table, is_note
from pipeline.lexicon.forms import FORM_BY_KEY, FormSpec, form_of_title, heads, unit_of
from pipeline.lexicon.titles import looks_like_title, title_entry
from pipeline.model.text import canonical
from pipeline.reading.document import Document, Line, Page, Table
from pipeline.reading.furniture import is_furniture
from pipeline.tables.text_layer_cells import Draft, table_of, under_headings
from pipeline.tables.text_layer_check import credible
from pipeline.tables.text_layer_evaluation import evaluation_table
from pipeline.tables.text_layer_evidence import with_evidence
from pipeline.tables.text_layer_headings import Untold
from pipeline.tables.text_layer_rows import Body, economic, functional
from pipeline.tables.text_layer_spaced import cells_as_tokens, keeps_columns, tables_of, wide_characters
from pipeline.tables.text_layer_summary import summary_table
from pipeline.tables.text_layer_three_public import three_public
from pipeline.tables.text_layer_tokens import tokens_of
from pipeline.tables.text_layer_two_sided import two_sided
from pipeline.tables.text_layer_wraps import rows_whole

#: What a line among those of a table is that is none of the table's.
_HEADS = frozenset({"number", "owner", "unit", "running_head"})
#: A form's number, owner, unit and the first lines of its heading are within so many lines below its title.
_HEAD_LINES = 12
_PROSE = re.compile(r"[。；;]")
#: A line that is an amount and nothing else: of a table, wherever a note stands among its lines.
_LONE_AMOUNT = re.compile(r"-?[\d,]*\d\.\d+")
#: Page numbers stand at least so many lines apart.
_LINES_OF_A_PAGE = 12
#: No table of a report has as many lines; what has is left as it is.
_MOST_LINES = 3000
#: Line numbers (行次) that stand alone count on as well, but not over so many pages.
_FEWEST_PAGES = 3
_GRAMMARS: dict[str, Callable[[FormSpec, Body], Draft]] = {
    "functional": functional,
    "two_sided": two_sided,
    "economic": economic,
    "three_public": three_public,
}


_Lowered = tuple[list[Line], Table]
"""Lines, and the table that stands for them."""


@dataclass
class _Found:
    """The lines of one form, and the tables that stand for them."""

    spec: FormSpec
    lines: list[Line]
    draft: Draft | None = None
    tables: list[_Lowered] = field(default_factory=list)


def lower_text(document: Document) -> Document:
    """The document with a :class:`Table` for the lines of every table that a text layer has lost the cells of."""
    blocks = [(n, block) for n, page in enumerate(document.pages) for block in page.blocks]
    own = [block for _, block in blocks]
    found = list(_forms(own))
    _lower_forms(found)
    tables = [table for form in found for table in form.tables] + list(_annexes(own))
    return _replaced(document, blocks, tables) if tables else document


def _lower_forms(found: Sequence[_Found]) -> None:
    """Find the tables of all forms; what one prints helps another."""
    wide = wide_characters([f.lines for f in found])
    spaced = [keeps_columns(f.lines, own) for f, own in zip(found, wide, strict=True)]
    usual = sum(s is True for s in spaced) > sum(s is False for s in spaced)
    kept = [usual if columns is None else columns for columns in spaced]
    tables = [tables_of(f.lines, f.spec.kind == "two_sided", own) if columns else None
              for f, columns, own in zip(found, kept, wide, strict=True)]  # fmt: skip
    told = all(table is not None or f.spec.kind == "three_public" for f, table, columns in zip(found, tables, spaced, strict=True) if columns)
    for own, table, columns in zip(found, tables, kept, strict=True):
        _lower(own, table if told else None, columns)
    with_evidence([f.draft for f in found if f.draft is not None])
    for own in found:
        if own.draft is not None and credible(own.draft, list(tokens_of(own.lines))):
            own.tables = [(own.lines, table_of(own.draft, own.lines))]


def _lower(found: _Found, tables: list[_Lowered] | None, kept: bool) -> None:
    """``tables``: those that headings over columns tell, where they do so for every form that shows columns; a form of a row or two shows
    none.  ``kept``: numbers stand in columns."""
    if tables is None:
        body = list(tokens_of(found.lines))
        found.draft = _draft(found.spec, rows_whole(body) if kept else body)
        if found.draft is not None:
            found.draft.kept = kept
    elif found.spec.kind == "three_public":
        drafts = [_draft(found.spec, cells_as_tokens(table)) for _, table in tables]
        found.tables = [(lines, under_headings(d, table) if d else table) for d, (lines, table) in zip(drafts, tables, strict=True)]
    else:
        found.tables = tables


def _draft(spec: FormSpec, body: Body) -> Draft | None:
    """What the lines say by their words alone; ``None`` where that does not tell their columns."""
    try:
        draft = _GRAMMARS[spec.kind](spec, body)
    except Untold:
        return None
    return draft if draft.rows else None


def _replaced(document: Document, blocks: Sequence[tuple[int, Line | Table]], tables: Sequence[_Lowered]) -> Document:
    """The document with tables instead of their lines; lines that no table has stay where they are."""
    position = {id(block): i for i, (_, block) in enumerate(blocks)}
    instead: dict[int, list[Table]] = {}
    gone: set[int] = set()
    for lines, table in tables:
        at = [position[id(line)] for line in lines]
        instead.setdefault(at[0], []).append(table)
        gone.update(at)
    pages: list[list[Line | Table]] = [[] for _ in document.pages]
    for i, (page, block) in enumerate(blocks):
        pages[page].extend(instead.get(i, ()))
        if i not in gone:
            pages[page].append(block)
    return replace(document, pages=tuple(_with(page, own) for page, own in zip(document.pages, pages, strict=True)))


def _with(page: Page, blocks: Sequence[Line | Table]) -> Page:
    return replace(page, blocks=tuple(blocks))


# -- where the tables are ----------------------------------------------------------------------------------------


def _forms(blocks: Sequence[Line | Table]) -> Iterator[_Found]:
    """Every statutory form whose lines follow its title."""
    titles = [(i, spec) for i, b in enumerate(blocks) if isinstance(b, Line) and not b.words and (spec := _titled(blocks, i, b.text.strip()))]
    pages = _page_numbers(blocks)
    for n, (start, spec) in enumerate(titles):
        limit = titles[n + 1][0] if n + 1 < len(titles) else len(blocks)
        own = _lines_after(blocks, start, limit)
        if own and len(own) <= _MOST_LINES and _looks_like(spec, own):
            lines = _of_table(own, pages)
            if lines:
                yield _Found(spec, lines)


def _titled(blocks: Sequence[Line | Table], at: int, text: str) -> FormSpec | None:
    """The form that a line titles; a title without 表 is one only where the form's heading follows at once."""
    if (spec := form_of_title(text)) is not None or (entry := title_entry(text)) is None:
        return spec
    spec = FORM_BY_KEY.get(entry.concept)
    below = (canonical(b.text) for b in blocks[at + 1 : at + 1 + _HEAD_LINES] if isinstance(b, Line))
    return spec if spec is not None and heads(spec, "".join(below)) else None


_BEGINS_ANOTHER = ("self_evaluation", "summary", "section")


def _annexes(blocks: Sequence[Line | Table]) -> Iterator[_Lowered]:
    """Every self-evaluation form and summary whose lines follow its title."""
    kinds = [title(b.text) if isinstance(b, Line) and not b.words else None for b in blocks]
    for start, kind in enumerate(kinds):
        if kind not in ("self_evaluation", "summary"):
            continue
        lines = _until(blocks, kinds, start)
        if len(lines) > _MOST_LINES:
            continue
        lowered = evaluation_table(lines) if kind == "self_evaluation" else summary_table(_below_unit(_until_note(lines)))
        if lowered is not None:
            yield lowered


def _until(blocks: Sequence[Line | Table], kinds: Sequence[str | None], start: int) -> list[Line]:
    """The lines below a title, up to the next title, an annex's number, or a table."""
    lines: list[Line] = []
    end = start + 2 + _MOST_LINES
    for block, kind in zip(blocks[start + 1 : end], kinds[start + 1 : end], strict=True):
        if not isinstance(block, Line) or kind in _BEGINS_ANOTHER or "annex" in around_table(block.text):
            break
        if "report" in concepts("annexes_marks", block.text):
            break
        lines.append(block)
    return lines


def _below_unit(lines: Sequence[Line]) -> list[Line]:
    """The lines below the one that prints the unit: it belongs to the table's title."""
    start = next((i + 1 for i, line in enumerate(lines[:4]) if unit_of(line.text) is not None), 0)
    return list(lines[start:])


def _until_note(lines: Sequence[Line]) -> list[Line]:
    end = next((i for i, line in enumerate(lines) if is_note(canonical(line.text).lstrip("("))), len(lines))
    return list(lines[:end])


def _lines_after(blocks: Sequence[Line | Table], title: int, limit: int) -> list[Line]:
    """The lines below a title, up to a table, the heading of a part of the narrative, or another table's title."""
    own: list[Line] = []
    for block in blocks[title + 1 : min(limit, title + 2 + _MOST_LINES)]:
        if isinstance(block, Table) or block.words:
            break
        if around_table(block.text) & {"narrative", "part"} or _titles_another(block.text):
            break
        own.append(block)
    return own


def _titles_another(text: str) -> bool:
    """Whether a line is the title of a table that is none of the forms."""
    entry = title_entry(text.strip())
    return entry.concept not in FORM_BY_KEY if entry is not None else looks_like_title(text)


def _page_numbers(blocks: Sequence[Line | Table]) -> set[int]:
    """The identities of lines that are page numbers: by their form (— 13 —), or bare ones that count on from page to page."""
    lines = [b for b in blocks if isinstance(b, Line)]
    bare = [(i, int(text)) for i, line in enumerate(lines) if len(text := line.text.strip()) < 4 and text.isdecimal()]
    bare = [(i, n) for i, n in bare if not any(_counts_on(line.text, n) for line in lines[max(0, i - 6) : i + 7])]
    chains: dict[int, list[int]] = {}  # last number → positions of the numbers that count up to it
    counted: set[int] = set()
    for i, n in bare:
        before = chains.get(n - 1, [])
        chains[n] = [*before, i] if before and i - before[-1] >= _LINES_OF_A_PAGE else [i]
        if len(chains[n]) >= _FEWEST_PAGES:
            counted.update(chains[n])
    return {id(line) for i, line in enumerate(lines) if i in counted or is_furniture(line.text)}


def _counts_on(text: str, number: int) -> bool:
    """Whether a line begins with the number before or after: lines are numbered there (行次)."""
    first = text.split(maxsplit=1)[:1]
    return bool(first) and first[0].isdecimal() and len(first[0]) < 4 and abs(int(first[0]) - number) == 1


def _of_table(own: Sequence[Line], pages: set[int]) -> list[Line]:
    """The lines of the table itself: from its heading to its last data, without notes and heads."""
    kept: list[Line] = []
    data = noted = False
    last = max((i for i, line in enumerate(own) if _LONE_AMOUNT.fullmatch(canonical(line.text))), default=0)
    for i, line in enumerate(own):
        text = canonical(line.text)
        noted = is_note(text) or (noted and bool(_PROSE.search(text)))
        data = data or bool(re.search(r"\d\.\d", text))
        if data and i > last and (noted or (_PROSE.search(text) and len(text) > 20)):
            break
        head = bool(around_table(text) & _HEADS) or (unit_of(line.text) is not None and len(text) < 60)
        if not noted and not head and id(line) not in pages:
            kept.append(line)
    return kept


def _looks_like(spec: FormSpec, lines: Sequence[Line]) -> bool:
    """Whether lines after a title hold the form's heading (not merely the next title of the contents)."""
    head = canonical("".join(line.text for line in lines[:60]))
    if spec.kind == "two_sided" and any_of("label_parts", "income_sum").search(canonical("".join(line.text for line in lines))) is None:
        return False
    if spec.kind == "economic" and "301" not in head:
        return False
    return heads(spec, head) and (spec.kind != "three_public" or len(head) < 4000)
