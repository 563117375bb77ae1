"""What stands about the amounts of a form: whose it is, the note that it is empty, the numbers of its lines, its unit, headings that a
later page contradicts, and the rates that a self-evaluation form's goal says were reached.

What belongs here: finding them among the blocks of a form's part, as rows of ``core.remarks``.  What may not: whether they are right
(``expectations``), the form's rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.lexicon import any_of, concepts, wordings
from pipeline.lexicon.annexes import grade, heading
from pipeline.lexicon.around import is_owner_label
from pipeline.lexicon.forms import FORM_BY_KEY, addresses
from pipeline.lexicon.units import is_unit
from pipeline.model.figures import Place, Report
from pipeline.model.numbers import parse_number
from pipeline.model.parts import Part
from pipeline.model.text import canonical
from pipeline.reading.document import Line, Table
from pipeline.recognition.headings_again import contradictions

#: A form's head is within its first rows; what follows the owner on the same line is the form's number or its unit.
_HEAD_ROWS = 3
_YEAR = re.compile(r"\(?(20\d\d)年度?\)?")
#: The lines and cells of an annex that may be its head; a body's name of a placeholder's length.
_HEAD, _LONGEST_NAME = 8, 12


def caption_rows(parts: Iterable[Part], blocks: Mapping[int, Line | Table], report: Report, first_row: int) -> Iterator[Mapping[str, Any]]:
    """One row a caption (:func:`_captions`); ``first_row`` is the number of the first of them."""
    found = ((part, *what) for part in parts if part.state in ("read", "empty") for what in _captions(part, blocks))
    for order, (part, kind, words, basis, place) in enumerate(found, start=first_row):
        yield {
            "report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year, "row_no": order,
            "section": part.title, "part": part.kind, "aspect": None, "quantity": part.concept, "basis": basis or None, "subject": part.title,
            "kind": kind, "words": words, "sentence": None, "page": place.page, "line": place.line,
        }  # fmt: skip


def _captions(part: Part, blocks: Mapping[int, Line | Table]) -> Iterator[tuple[str, str, str, Place]]:
    """Kind, words, basis and place: the owner named above a form, the note below an empty one, its columns of line numbers, an amount
    in the unit of a form, the year below a self-evaluation form's title, names that nobody filled in, the rates of its goal."""
    if part.kind == "evaluation" and part.state == "read" and "/other" in part.concept:
        tables = (block for position in sorted(part.blocks) if isinstance(block := blocks[position], Table))
        yield from (("graded", *graded) for table in tables for graded in _graded(table))
    if part.kind not in ("form", "self_evaluation", "self_evaluation_summary"):
        return
    texts = list(_texts(part, blocks))
    if part.kind != "self_evaluation":  # those name the units that carry the projects out
        heads = texts if part.kind == "form" else texts[:_HEAD]
        yield from [("owner", name, "", place) for text, place, head in heads if head and (name := owner(text))][:1]
    if part.kind == "form":
        yield from (("line_numbers", " ".join(map(str, numbers)), "", place) for numbers, place in _line_numbers(part, blocks))
        tables = (block for position in sorted(part.blocks) if isinstance(block := blocks[position], Table))
        yield from (("heading_again", *named) for named in contradictions(FORM_BY_KEY[part.concept], tables))
    if part.kind == "form" and part.state == "empty":
        yield from [("empty_note", text, "", place) for text, place, _ in texts if concepts("empty_notes", text)][:1]
    yield from [
        ("residue", unit[0], "unit_label", place)
        for text, place, head in texts
        if head and (unit := any_of("cover_words", "unit_with_amount").search(text))
    ][:1]
    if part.kind == "self_evaluation":
        yield from [
            ("year", text, year[1], place) for text, place, _ in texts[:_HEAD] if (year := _YEAR.fullmatch(text)) and year[1] not in part.title
        ][:1]
        yield from (("residue", text, "placeholder", place) for text, place, _ in texts if _nameless(text))
    if part.kind == "self_evaluation" and texts:
        whole = "".join(text for text, _, _ in texts)
        yield from (("reached", m["name"], m["number"], texts[0][1]) for m in wordings("performance", "reached", whole))


def _graded(table: Table) -> Iterator[tuple[str, str, Place]]:
    """The grade, with what it is of, and the score of each row of a table that lists projects or bodies with both."""
    columns: dict[str, int] = {}
    for row in range(table.n_rows):
        texts = [canonical(table.text(row, c)) for c in range(table.n_cols)]
        heads = {concept: c for c, text in enumerate(texts) if (concept := heading(text, "summary")) in ("score", "grade")}
        if len(heads) == 2 and texts.count("") < len(texts):
            columns = heads
        elif columns and grade(texts[columns["grade"]]) and (score := parse_number(texts[columns["score"]])) is not None:
            name = next((t for t in texts if t and parse_number(t) is None), "")
            cell = table.at(row, columns["grade"])
            yield f"{name}:{texts[columns['grade']]}", f"{score.value:f}", cell.place if cell is not None else table.place


def _nameless(text: str) -> bool:
    """Whether a cell is a body's name that nobody filled in (XX局)."""
    return len(text) <= _LONGEST_NAME and "body" in concepts("cover_words", text) and "masked" in concepts("owners", text)


def _texts(part: Part, blocks: Mapping[int, Line | Table]) -> Iterator[tuple[str, Place, bool]]:
    """The lines and cells of a part, and whether each may stand in the form's head."""
    between = range(min(part.blocks), max(part.blocks)) if part.kind != "form" and part.blocks else ()
    for position in sorted(part.blocks.union(p for p in between if isinstance(blocks[p], Line))):  # an annex's head belongs to its title
        block = blocks[position]
        if isinstance(block, Line):
            yield canonical(block.text), block.place, True
        else:
            yield from ((canonical(c.text), c.place, c.row < _HEAD_ROWS) for c in block.cells if c.text.strip())


def _line_numbers(part: Part, blocks: Mapping[int, Line | Table]) -> Iterator[tuple[list[int], Place]]:
    """The numbers below each heading 行次 of a form, over all its tables, in printed order."""
    columns: dict[int, list[int]] = {}
    places: dict[int, Place] = {}
    for block in (blocks[p] for p in sorted(part.blocks)):
        for cell in block.cells if isinstance(block, Table) else ():
            text = canonical(cell.text)
            if "row_no" in addresses(text):
                columns.setdefault(cell.col, [])
                places.setdefault(cell.col, cell.place)
            elif cell.col in columns and text.isdecimal():
                columns[cell.col].append(int(text))
    yield from ((numbers, places[col]) for col, numbers in sorted(columns.items()) if numbers)


def owner(text: str) -> str:
    """The name behind a label such as ``部门：`` or ``公开部门：`` in a canonical line; ``""`` where the line names none."""
    label, colon, name = any_of("cover_words", "before_owner").sub("", text).partition(":")
    if not colon or not is_owner_label(label):
        return ""
    name = without_remarks(name)
    return "" if is_unit(name) or len(name) < 2 else name


def without_remarks(name: str) -> str:
    """A canonical name without what a form's head prints behind it on the same line: its year, number, unit, a seal."""
    return any_of("cover_words", "behind_name").sub("", name)
