"""What the forms of one report say of each other, where a form's own equations leave a column open.

A class that the general budget spends on basic expenditure is basic expenditure in the form of all expenditure as well; a fund's income
is that of the summary; the personnel and the public money of the economic classes are the basic expenditure.  Forms are placed one after another,
each with what those before it print: those first whose columns leave the least open.
What belongs here: which cells of two forms print the same.  What may not: deciding (``text_layer_placement``), and whether forms agree (the rules).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.lexicon.forms import label_concept
from pipeline.model.chinese_numerals import without_numbering
from pipeline.model.text import canonical
from pipeline.tables.text_layer_bands import place_by_bands
from pipeline.tables.text_layer_cells import Draft, TextRow
from pipeline.tables.text_layer_placement import ROUNDING

_ORDER = (
    "basic_expenditure_by_economic_class", "income_expenditure_summary", "general_budget_expenditure", "state_capital",
    "fiscal_appropriation_summary", "income", "expenditure", "government_fund", "three_public",
)  # fmt: skip
_ZERO = Decimal(0)
#: The budget that each column of the fiscal summary is, and its form.
_COLUMN_OF = {"general": "general_budget_expenditure", "government_fund": "government_fund", "state_capital": "state_capital"}
#: The economic class that is the same kind of three-public expenditure.
_CLASS_OF = {"abroad": "30212", "vehicle_purchase": "31013", "vehicle_operation": "30231", "reception": "30217"}
#: Forms of which others say no more than what is likely: project money may pay what the economic classes do not show.
_ONLY_LIKELY = frozenset({"three_public"})


def with_evidence(drafts: Sequence[Draft]) -> None:
    """Place the numbers of all drafts, each with what the others print."""
    printed = _Printed()
    for key in _ORDER:
        for draft in (d for d in drafts if d.spec.key == key):
            for row in (r for r in draft.rows if r.side != "income"):
                said = printed.of(draft, row)
                at = {i: said[k] for i, k in enumerate(draft.keys) if k in said}
                row.slots.wanted, row.slots.likely = ({}, at) if key in _ONLY_LIKELY else (at, {})
            if draft.kept:
                place_by_bands([row for row in draft.rows if row.side != "income"], len(draft.columns), draft.equations)
            draft.place_numbers()
        own = [d for d in drafts if d.spec.key == key]
        if own:
            printed.forms[key] = own[0]


def _name(label: str) -> str:
    return without_numbering(canonical(label))


class _Printed:
    """The forms whose numbers are placed, asked for what they say of another."""

    def __init__(self) -> None:
        self.forms: dict[str, Draft] = {}

    def of(self, draft: Draft, row: TextRow) -> Mapping[str, Decimal]:
        """Measure → amount that other forms print for a row of this one."""
        asked = {
            "general_budget_expenditure": self._general,
            "fiscal_appropriation_summary": self._by_budget,
            "income": self._income,
            "expenditure": self._expenditure,
            "government_fund": self._fund,
            "three_public": self._three_public,
        }.get(draft.spec.key)
        return asked(row) if asked is not None else {}

    # -- what forms print

    def _value(self, form: str, key: str, code: str = "", name: str = "", absent: Decimal | None = None) -> Decimal | None:
        """What a form prints for a code (``""``: its total) or a label; 0 for a blank cell, ``absent`` where it has no such row,
        ``None`` where it is open which column an amount of the row stands in."""
        draft = self.forms.get(form)
        rows = (r for r in draft.rows if (_name(r.label) == name if name else r.code == code)) if draft is not None else ()
        row = next(iter(rows), None)
        return self._cell(draft, row, key) if draft is not None and row is not None else absent

    def _cell(self, draft: Draft, row: TextRow, key: str) -> Decimal | None:
        if key not in draft.keys:
            return _ZERO
        column = draft.keys.index(key)
        if column in row.slots.undecided:
            return None
        return dict(zip(row.slots.chosen, row.slots.values, strict=False)).get(column, _ZERO)

    def _income_side(self, form: str, concept: str, nth: int = 0) -> Decimal | None:
        """The amount of the nth row of a two-sided form's income side that is of a concept."""
        draft = self.forms.get(form)
        rows = [r for r in draft.rows if r.side == "income" and label_concept(r.label, "income") == concept] if draft is not None else []
        return sum(rows[nth].slots.values[:1], _ZERO) if nth < len(rows) else None

    # -- what they say of a row

    def _general(self, row: TextRow) -> Mapping[str, Decimal]:
        draft = self.forms.get("basic_expenditure_by_economic_class")
        totals = [r for r in draft.rows if label_concept(r.label, "economic") in ("personnel_total", "public_total")] if draft is not None else []
        if row.code or not totals:
            return {}
        return {"basic": sum((v for r in totals for v in r.slots.values[:1]), _ZERO)}

    def _by_budget(self, row: TextRow) -> Mapping[str, Decimal]:
        """By name of the class, or the total (本年支出合计)."""
        total = label_concept(row.label, "expenditure") == "expenditure_total"
        values = {column: self._value(form, "total", name="" if total else _name(row.label)) for column, form in _COLUMN_OF.items()}
        return {column: v for column, v in values.items() if v is not None}

    def _income(self, row: TextRow) -> Mapping[str, Decimal]:
        kinds = ("superior_subsidy", "institutional", "business", "affiliated_remittance", "other")
        values = {key: self._income_side("income_expenditure_summary", key) for key in kinds}
        values["fiscal"] = None if row.code else self._income_side("fiscal_appropriation_summary", "income_total")
        return {key: v for key, v in values.items() if v is not None and not (row.code and v)}

    def _expenditure(self, row: TextRow) -> Mapping[str, Decimal]:
        """Where all the money is the general budget's, or the class is not another budget's: what that budget's form prints."""
        total = self._value("general_budget_expenditure", "total", row.code)
        if total is None or not row.slots.values or abs(total - row.slots.values[0]) > ROUNDING:
            return {}
        values = {key: self._value("general_budget_expenditure", key, row.code) for key in ("basic", "project")}
        return {key: v for key, v in values.items() if v is not None}

    def _fund(self, row: TextRow) -> Mapping[str, Decimal]:
        found: dict[str, Decimal] = {}
        for key in ("basic", "project"):
            whole = self._value("expenditure", key, row.code)
            general = self._value("general_budget_expenditure", key, row.code, absent=_ZERO)
            if whole is not None and general is not None:
                found[key] = whole - general
        received = self._income_side("fiscal_appropriation_summary", "government_fund")
        opening = self._income_side("fiscal_appropriation_summary", "government_fund", 1)
        before = self._income_side("fiscal_appropriation_summary", "opening_balance")
        if received is not None and not row.code:
            found["income"] = received
        if opening is not None and not row.code:
            found["opening"] = opening
        elif before == 0:
            found["opening"] = _ZERO
        return found

    def _three_public(self, row: TextRow) -> Mapping[str, Decimal]:
        """Final amounts by economic class; a vehicle bought would stand there."""
        if row.label:
            return {}
        if "basic_expenditure_by_economic_class" not in self.forms:
            return {"budget_vehicle_purchase": _ZERO, "final_vehicle_purchase": _ZERO}
        amounts = {k: self._value("basic_expenditure_by_economic_class", "amount", code) for k, code in _CLASS_OF.items()}
        found = {f"final_{k}": v or _ZERO for k, v in amounts.items()}
        return found if amounts["vehicle_purchase"] else {**found, "budget_vehicle_purchase": _ZERO}
