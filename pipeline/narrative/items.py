"""Codes of the functional items that the narrative names in words.

What belongs here: looking a printed name (类/款/项) up among the names that the report's own forms print.  What may not:
judging that the two differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model.classification import functional_class
from pipeline.model.contents import ReportContents
from pipeline.model.numbers import half_width, squeeze

_FORMS = ("general_budget_expenditure", "government_fund", "state_capital", "expenditure", "income")
_ENUMERATION = re.compile(r"^(?:其中[:：])?(?:[一二三四五六七八九十]+、|\d+[、.])")
#: Which forms a part of the narrative speaks of, nearest first.
_FORMS_OF_PART = {
    "general_budget": ("general_budget_expenditure", "expenditure"),
    "fund": ("government_fund", "expenditure"),
    "state_capital": ("state_capital", "expenditure"),
}
_BEHIND = re.compile(r"（[类款项]）(?!支出$)[^（）]+$")
_LEVELS = (("item", 7), ("section", 5), ("class", 3))


def plain_name(name: str) -> str:
    """A name for comparison: half width, no white space, no enumeration, no level mark, no closing 支出."""
    text = _ENUMERATION.sub("", squeeze(half_width(name)))
    text = re.sub(r"\((?:类|款|项)\)", "", text)
    return re.sub(r"[“”\"'‘’]", "", text).removesuffix("支出") or text


@dataclass(frozen=True)
class ItemCodes:
    """Names of a report's functional items by form."""

    names: dict[str, dict[str, list[str]]]  # form → plain name → codes

    @classmethod
    def of(cls, forms: ReportContents) -> ItemCodes:
        names: dict[str, dict[str, list[str]]] = {}
        for form in _FORMS:
            for row in forms.rows(form):
                if row.code and row.label:
                    codes = names.setdefault(form, {}).setdefault(plain_name(row.label), [])
                    if row.code not in codes:
                        codes.append(row.code)
        return cls(names)

    @property
    def labels(self) -> frozenset[str]:
        """Every name that the forms print for a functional item."""
        return frozenset(name for table in self.names.values() for name in table)

    def find(self, subject: str, part: str) -> str | None:
        """The code of ``…（类）…（款）…（项）`` or of a class named alone; ``None`` where no form prints that name.

        An item's code must lie under the class and the section that are named with it, where those are known; words behind
        the last mark (水利（款）第1项支出) name something else.
        """
        if part not in _FORMS_OF_PART or _BEHIND.search(subject):
            return None
        klass, section, item = split_names(subject)
        for form in _FORMS_OF_PART[part]:
            table = self.names.get(form, {})
            under = self._codes(table, klass, 3), self._codes(table, section, 5)
            wanted, length = (item, 7) if item else (section, 5) if section else (klass, 3)
            codes = self._codes(table, wanted, length)
            for above in under:
                narrowed = [c for c in codes if any(c.startswith(a) for a in above)]
                codes = narrowed or codes
            if len(codes) == 1:
                return codes[0]
        return None

    @staticmethod
    def _codes(table: dict[str, list[str]], name: str, length: int) -> list[str]:
        """Codes of one length that bear a name: as printed, else as a class of another year, else the one printed
        name that differs by at most two inserted characters (一般公共预算服务支出 for 一般公共服务支出)."""
        if not name:
            return []
        plain = plain_name(name)
        found = [c for c in table.get(plain, []) if len(c) == length]
        if found:
            return found
        printed = {c for codes in table.values() for c in codes if len(c) == length}
        if length == 3 and (klass := functional_class(name)) in printed:
            return [klass] if klass else []
        near = {c for other, codes in table.items() if _differs_by_insertion(plain, other) for c in codes if len(c) == length}
        return list(near) if len(near) == 1 else []


def _differs_by_insertion(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return 0 < len(long) - len(short) <= 2 and len(short) >= 4 and all(c in rest for c in short)


def split_names(subject: str) -> tuple[str, str, str]:
    """Names of class, section and item in ``…（类）…（款）…（项）``; a name without a mark counts as a class."""
    match = re.match(r"^(?:(?P<klass>.*?)（类）(?:支出)?)?(?:(?P<section>.*?)（款）(?:支出)?)?(?:(?P<item>.*?)（项）)?", subject)
    if match is None or not match.group():
        return subject, "", ""
    return match["klass"] or "", match["section"] or "", match["item"] or ""
