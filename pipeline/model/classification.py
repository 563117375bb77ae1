"""The functional and economic classifications (支出功能分类科目, 部门预算支出经济分类科目): which codes mean what, in which years.

What belongs here: the list as data (``pipeline/model/classification.csv``) and its look-up.  What may not: judging a report.

The list is compiled from published reports and budgets and from the headings of the template's summaries.  The
functional *classes* (3 digits) and the economic codes are complete enough that an unknown one means something;
functional sections and items (5 and 7 digits) are those seen so far, and an unlisted one proves nothing.
``since`` and ``until`` are the first and last fiscal year of a name, blank where no change is known; ``years_seen`` are
the years in which reports printed the code.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.model.numbers import half_width, squeeze

_FILE = Path(__file__).parent / "classification.csv"
_COFOG = Path(__file__).parent / "cofog.csv"
_NUMBERING = re.compile(r"^(?:其中[:：]?)?(?:[(（]?[一二三四五六七八九十]+[)）]?[、.．]|\d+[、.．])?")
_PUNCTUATION = re.compile(r"[()\[\]【】〔〕“”\"'‘’,:;、。·．.]")
_AND = re.compile(r"[与及]")


@dataclass(frozen=True, slots=True)
class Category:
    """One code with one name, over the years in which it bore that name."""

    kind: str  # functional | economic
    code: str
    name: str
    since: int | None
    until: int | None
    years_seen: tuple[int, ...]
    other_names: tuple[str, ...]

    def in_force(self, year: int) -> bool:
        return (self.since or 0) <= year <= (self.until or 9999)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.other_names)


@lru_cache(maxsize=65536)
def same_name(name: str) -> str:
    """A name reduced to what distinguishes it: no white space, numbering, brackets or punctuation, and 与/及 read as 和."""
    text = _NUMBERING.sub("", squeeze(half_width(name)).replace("（", "(").replace("）", ")"), count=1)
    return _AND.sub("和", _PUNCTUATION.sub("", text))


@lru_cache(maxsize=65536)
def bare_name(name: str) -> str:
    """Looser than :func:`same_name`, for recognising a line: 和 left out altogether."""
    return same_name(name).replace("和", "")


@lru_cache(maxsize=1)
def categories() -> dict[tuple[str, str], tuple[Category, ...]]:
    """Every listed name by kind and code."""
    listed: dict[tuple[str, str], list[Category]] = {}
    with _FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            category = Category(
                kind=row["kind"],
                code=row["code"],
                name=row["name"],
                since=int(row["since"]) if row["since"] else None,
                until=int(row["until"]) if row["until"] else None,
                years_seen=tuple(int(y) for y in row["years_seen"].split()),
                other_names=tuple(row["other_names"].split()),
            )
            listed.setdefault((category.kind, category.code), []).append(category)
    return {key: tuple(found) for key, found in listed.items()}


@lru_cache(maxsize=65536)
def known(kind: str, code: str, year: int | None = None) -> tuple[Category, ...]:
    """The names of a code, in one year or in any; empty where the code is not listed (for that year)."""
    return tuple(c for c in categories().get((kind, code), ()) if year is None or c.in_force(year))


def complete(kind: str, code: str) -> bool:
    """Whether the list is complete at the code's level, so that a code outside it is one to look at."""
    return kind == "economic" or len(code) == 3


@lru_cache(maxsize=1)
def _classes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for (kind, code), names in categories().items():
        if kind == "functional" and len(code) == 3:
            found.update({bare_name(n): code for c in names for n in c.names})
    return found


def functional_class(name: str) -> str | None:
    """The 3-digit class (类) that a summary's line names, whatever its numbering and the year of its wording."""
    return _classes_by_name().get(bare_name(name))


@lru_cache(maxsize=1)
def cofog() -> dict[str, tuple[str, str]]:
    """Functional class → division of the United Nations' COFOG and its label: the project's own reading, official nowhere.

    A class that no division can be told of (``229`` is what stands nowhere else) is not in it; ``cofog.csv`` gives the reasons.
    """
    with _COFOG.open(encoding="utf-8", newline="") as lines:
        return {row["class"]: (row["division"], row["label"]) for row in csv.DictReader(lines) if row["division"]}
