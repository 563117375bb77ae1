"""Which of the lines after a form's title are its table: not the furniture, the notes, the number and publisher of the form.

What belongs here: whole lines.  What may not: words and columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.lexicon.forms import NOTE, form_of_title, unit_of
from pipeline.model.text import canonical
from pipeline.reading.document import Line
from pipeline.reading.furniture import is_furniture
from pipeline.tables.columns import numeric

_HEADER_ONLY = re.compile(r"^(公开\d*表|附?表\d+|(公开|编制|填报)?(部门|单位)(名称)?:)")
_RUNNING_HEAD = re.compile(r"20\d\d年度?(部门|单位)?决算(公开)?(报告)?$")


def tabular_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines of the table, heading included."""
    kept: list[Line] = []
    above: Line | None = None
    for line in _without_notes(_without_page_numbers(lines)):
        if line.words and _tabular(line) and not (above is not None and _goes_on(above, line)):
            kept.append(line)
        if _HEADER_ONLY.match(canonical(line.text)) and not unit_of(line.text):
            above = line  # the unit may stand between, at the right
    return kept


def _goes_on(above: Line, line: Line) -> bool:
    """Whether a line is the rest of the publisher's name, which wraps in a narrow cell above the heading."""
    if not above.words or above.place.page != line.place.page:
        return False
    first, own = above.words[0], line.words[0]
    near = own.top - first.bottom < own.bottom - own.top
    return near and len(line.words) == 1 and abs(first.x0 - own.x0) < 3 and not numeric(own)


def _without_page_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines without a lone number that ends or begins its page."""
    kept: list[Line] = []
    for page in dict.fromkeys(line.place.page for line in lines):
        own = [line for line in lines if line.place.page == page]
        while own and own[-1].text.strip().isdigit():
            own.pop()
        while own and own[0].text.strip().isdigit():
            own.pop(0)
        kept.extend(own)
    return kept


def _without_notes(lines: Sequence[Line]) -> list[Line]:
    """The lines without what follows a note (注：…) on its page and prints no amount: the note's own further lines."""
    kept: list[Line] = []
    noted: int | None = None
    for line in lines:
        if NOTE.match(canonical(line.text)):
            noted = line.place.page
        elif noted is None or line.place.page != noted or any(numeric(w) for w in line.words):
            noted = None
            kept.append(line)
    return kept


def _tabular(line: Line) -> bool:
    text = canonical(line.text)
    if is_furniture(line.text) or NOTE.match(text) or form_of_title(line.text) is not None or _RUNNING_HEAD.search(text):
        return False
    if _HEADER_ONLY.match(text) or (unit_of(line.text) and len(text) < 40):
        return False
    return not (len(line.words) == 1 and len(text) > 40)
