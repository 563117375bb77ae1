"""Headings of a form that its next pages print again: whether they name the columns that the first page names.

What belongs here: holding the printed headings of one form against each other.  What may not: what a column is (``columns``,
``continuation``): the columns stand where they stood, whatever a later page calls them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from pipeline.lexicon.forms import FormSpec, loosely
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.reading.document import Table
from pipeline.recognition.headings import DECIMAL

#: A run of rows that names fewer columns is no heading.
_FEWEST = 2

Heading = tuple[str, Place]


def contradictions(spec: FormSpec, tables: Iterable[Table]) -> Iterator[tuple[str, str, Place]]:
    """Each column that a heading printed again names otherwise than the first: the name printed, the first page's, and where.

    Only where both name as many columns, so that a heading cut by a page says nothing.
    """
    if spec.kind != "functional":
        return
    printed = (heading for table in tables for heading in table.headings or _headings(table))
    headings = [(named, place) for text, place in printed if len(named := _named(spec, text)) >= _FEWEST]
    first = headings[0][0] if headings else []
    for named, place in headings[1:]:
        surplus, lacking = Counter(named) - Counter(first), Counter(first) - Counter(named)
        if len(named) == len(first) and len(surplus) == len(lacking) == 1:
            yield next(iter(surplus)), next(iter(lacking)), place


def _named(spec: FormSpec, text: str) -> list[str]:
    """The columns that a heading's words name, by the template's names, each as often as it is named."""
    return [m.zh for m in spec.measures if m.key != spec.total for _ in loosely(m).finditer(text)]


def _headings(table: Table) -> Iterator[Heading]:
    """The words of each run of rows without an amount."""
    amounts = {c.row for c in table.cells if DECIMAL.search(c.text)}
    for amount, rows in groupby(range(table.n_rows), amounts.__contains__):
        own = set(rows)
        cells = sorted((c for c in table.cells if c.row in own and not amount), key=lambda c: (c.row, c.col))
        if cells:
            yield canonical("".join(c.text for c in cells)), cells[0].place
