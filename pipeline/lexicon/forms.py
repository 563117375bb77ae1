"""The nine statutory forms as the lexicon has them: what kind of table each is, its columns, and what adds up to what.

What belongs here: specifications built from ``forms.toml`` and ``headings.toml``.  What may not: titles (``titles``), reading a table.
Source of titles and columns: the Ministry of Finance's template for departmental final accounts (部门决算公开表) in the regional
dialects seen in published reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pipeline.lexicon import Entry, Lexicon, concepts, lexicon, name_of
from pipeline.lexicon.titles import core_title, title_entry
from pipeline.lexicon.units import unit_of
from pipeline.model.chinese_numerals import without_numbering
from pipeline.model.classification import bare_name
from pipeline.model.text import canonical

__all__ = ["FORMS", "FORM_BY_KEY", "FormSpec", "Measure", "core_title", "form_of_title", "label_concept", "phase_of", "unit_of"]

#: A kind of three-public expenditure is named in fewer characters.
_LONGEST_KIND = 80
Kind = Literal["two_sided", "functional", "economic", "three_public"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: its key, its Chinese name, and the pattern that its heading matches (searched in one heading cell)."""

    key: str
    zh: str
    pattern: str


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One statutory form.

    ``required``: measures without which a table is not this form.  ``total``/``parts``: in every row total = Σ parts.
    ``since_year``: first fiscal year in which the form is statutory.  ``words``: what tells the form where its title does not.
    ``blocks``: the heading over 合计, 基本支出, 项目支出 where some print balances and the year's income as blocks of such columns.
    """

    key: str
    number: int
    zh: str
    kind: Kind
    required: tuple[str, ...]
    total: str | None = None
    parts: tuple[str, ...] = ()
    since_year: int = 2010
    words: str = ""
    blocks: str = ""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The form's columns in the order of the template."""
        return tuple(_measures(lexicon(), self.key).values())

    def measure(self, key: str) -> Measure | None:
        return _measures(lexicon(), self.key).get(key)


@lru_cache(maxsize=256)
def _measures(words: Lexicon, form: str) -> Mapping[str, Measure]:
    """One measure a column of the form; an added entry is another wording of a column, in the place of the template's."""
    entries: dict[str, list[Entry]] = {key: [] for key in _COLUMNS[form]}
    for entry in words.entries("headings"):
        if form in entry.scope:
            entries.setdefault(entry.concept, []).append(entry)
    columns = [Measure(key, own[-1].zh, "|".join(e.expression for e in own)) for key, own in entries.items() if own]
    if form == "three_public":
        columns = [Measure(f"{when}_{k.key}", f"{name_of('phases', when)}·{k.zh}", k.pattern) for when in ("budget", "final") for k in columns]
    return {column.key: column for column in columns}


def _spec(entry: Entry) -> FormSpec:
    values = entry.values
    return FormSpec(
        entry.concept, values["number"], entry.zh, values["kind"], tuple(values["required"]), values.get("total"),
        tuple(values.get("parts", ())), entry.since or 2010, values.get("telling", ""), values.get("blocks", ""),
    )  # fmt: skip


#: The keys of each form's columns in the order of the template.
_COLUMNS: dict[str, list[str]] = {e.concept: e.values["columns"] for e in Lexicon.built_in().entries("forms")}
#: The nine forms in the order of the template.
FORMS: tuple[FormSpec, ...] = tuple(_spec(e) for e in Lexicon.built_in().entries("forms"))
FORM_BY_KEY: dict[str, FormSpec] = {f.key: f for f in FORMS}


def form_of_title(text: str) -> FormSpec | None:
    """The form that a line titles with the word 表 (or lists in the contents), or ``None``."""
    entry = title_entry(text)
    if entry is None or not core_title(text).endswith("表"):
        return None
    return FORM_BY_KEY.get(entry.concept)


def addresses(heading: str) -> frozenset[str]:
    """What a heading addresses rather than measures: ``code``, ``label``, ``row_no``, ``column_numbers`` (the label of 栏次 1 2 3 …)."""
    return concepts("addresses", heading)


def is_total(label: str) -> bool:
    """Whether a row's label is that of the form's total."""
    return "total" in concepts("labels", label)


def label_concept(label: str, scope: str) -> str:
    """What a row is by its label, within a side of a summary or a kind of form; ``""`` where no wording is known."""
    entry = lexicon().find("labels", bare_name(label), scope)
    return entry.concept if entry is not None else ""


@cache
def loosely(measure: Measure) -> re.Pattern[str]:
    """A measure's pattern to be searched among the joined words of a heading."""
    return re.compile(measure.pattern.replace("^", "").replace("$", "").replace(".*", ".{0,8}?"))


def heads(spec: FormSpec, text: str) -> bool:
    """Whether the joined words of lines hold a form's heading, whatever their order."""
    known = [m for m in spec.measures if m.key in spec.required and m.key != "total"] if spec.kind == "functional" else []
    said = [e for e in lexicon().entries("form_heads") if e.concept == spec.kind]
    told = {e.scope for e in said if e.matches(text)}
    return told.issuperset(e.scope for e in said) and all(loosely(m).search(text) for m in known)


def three_public_kind(label: str) -> str | None:
    """The kind of three-public expenditure that a heading or a row's label names (``abroad``, ``vehicle`` …), whatever number is before it."""
    if len(label) > _LONGEST_KIND:
        return None
    plain = without_numbering(canonical(label))
    if "counts" in concepts("heading_words", plain):
        return None
    kinds = (m for m in FORM_BY_KEY["three_public"].measures if m.key.startswith("final_"))
    return next((m.key.removeprefix("final_") for m in kinds if re.search(m.pattern, plain)), None)


_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def phase_of(heading: str, year: int | None) -> str | None:
    """The stage that a heading or a row label speaks of: ``final``, ``budget``, ``initial``, ``prior`` or ``change``; ``None`` for none.

    A heading that names another year than the accounts' ``year`` is ``prior``, whatever else it says.
    """
    entry = lexicon().find("phases", heading)
    named = _YEAR.findall(heading)
    if named and year is not None and all(int(n) != year for n in named):
        return "change" if entry is not None and entry.concept == "change" else "prior"
    if entry is not None:
        return entry.concept
    return "final" if named and re.fullmatch(r"\D{0,3}20\d\d年?度?", heading) else None
