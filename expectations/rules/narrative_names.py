"""Names and lists of the narrative held against the forms: classes and items by name, economic items by list.

What belongs here: what is named and not filled, filled and not named, or named otherwise than in the forms.  What may
not: amounts of functional items (``narrative_forms``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Rule
from expectations.rules.narrative_view import judge, lone, relation, remarks, rule, said, unevaluated
from expectations.rules.shapes import Instances
from pipeline.lexicon import places
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Sum
from pipeline.narrative.economic import codes_of, economic_name
from pipeline.narrative.items import plain_name, split_names

_SIDES = {"personnel": "personnel", "public": "public"}


def _rows(contents: ReportContents) -> list[tuple[str, Row]]:
    """The form's rows, each with its name as it is compared."""
    rows = views.rows_of(contents, words.ECONOMIC)
    return contents.once(("economic rows",), lambda: [(economic_name(r.label), r) for r in rows if r.code and r.label and "amount" in r.cells])


def _of_name(contents: ReportContents, name: str) -> list[Row]:
    """The form's rows that a name means: those that bear it, and those of the codes that it stands for (a short name, one with 支出)."""
    wanted, codes = economic_name(name), codes_of(name)
    return [r for own, r in _rows(contents) if own == wanted or r.code in codes]


def _filled(row: Row) -> bool:
    return bool(row.cells["amount"].value)


def _lists(contents: ReportContents) -> Iterator[tuple[str, Mapping[str, Any], list[str]]]:
    for remark in remarks(contents, "named"):
        if remark["quantity"] in _SIDES:
            yield str(remark["quantity"]), remark, [n for n in str(remark["words"]).split("、") if n]


def _title(remark: Mapping[str, Any]) -> str:
    return f"情况说明 {remark['section']} / {remark['subject']}"


def named_and_blank(rule: Rule, contents: ReportContents) -> Instances:
    """Every item that the list names has an amount in the form of economic classes."""
    if not _rows(contents):
        return
    nameless = any(r.code and not r.label for r in views.rows_of(contents, words.ECONOMIC))
    for _, remark, names in _lists(contents):
        for name in names:
            place = f"{_title(remark)} / {name}"
            rows = _of_name(contents, name)
            if not rows and (nameless or not codes_of(name)):
                yield unevaluated(rule, contents, place, f"not found: {places.title(words.ECONOMIC)} / {name}")
                continue
            row = places.row_name(rows[0].code, rows[0].label) if rows else ""
            told = f"the narrative names {name}; the form's {f'{row} is blank' if rows else 'item of that name is not printed'}"
            cells = tuple(r.cells["amount"] for r in rows)
            yield judge(rule, contents, place, any(map(_filled, rows)), name, "表中有数", told, remark, cells)


def filled_and_unnamed(rule: Rule, contents: ReportContents) -> Instances:
    """Every item with an amount is named, itself or by its class, unless the list is left open (等)."""
    for side, remark, names in _lists(contents):
        if remark["basis"] == "open":
            continue
        rows = [r for _, r in _rows(contents) if r.side == side]
        meant = {r.code for n in names for r in _of_name(contents, n)}
        if not any(r.code in meant for r in rows):
            continue
        classes = {r.code for r in rows if len(r.code or "") == 3 and r.code in meant}
        for row in rows:
            if len(row.code or "") == 3 or not _filled(row) or (row.code or "")[:3] in classes:
                continue
            cell = row.cells["amount"]
            name = places.row_name(row.code, row.label)
            told = f"{name} has {cell.printed} in the form and is not in the narrative's list"
            named = row.code in meant
            yield judge(
                rule,
                contents,
                f"{_title(remark)} / {name}",
                named,
                "" if not named else str(row.label),
                f"{row.label} {cell.printed}",
                told,
                remark,
                (cell,),
            )


def listed_amounts(rule: Rule, contents: ReportContents) -> Instances:
    """An item listed with its amount has that amount in the form."""
    if not _rows(contents):
        return
    for s in said(contents, "basic"):
        if s.quantity or "amount" not in s.figures:
            continue
        rows = _of_name(contents, s.subject)
        filled = [r for r in rows if _filled(r)] or rows
        name = places.row_name(filled[0].code, filled[0].label) if filled else s.subject
        place = f"{s.place('amount')} ↔ {places.title(words.ECONOMIC)} / {name}"
        missing = () if filled else (f"{places.title(words.ECONOMIC)} / {s.subject}",)
        right = Sum.of(filled[0].cells["amount"]) if filled else Sum(())
        yield relation(rule, contents, place, lone(s.figures["amount"]), right, missing=missing)


_LEVELS = (("类", 3), ("款", 5), ("项", 7))


def names(rule: Rule, contents: ReportContents) -> Instances:
    """Classes, sections and items bear the names that the forms print for their codes."""
    printed: dict[str, set[str]] = {}
    for form in words.FUNCTIONAL_FORMS:
        for row in views.code_form(contents, form).rows:
            if row.code and row.label:
                printed.setdefault(row.code, set()).add(row.label)
    seen: set[tuple[str, str]] = set()
    for s in said(contents, "general_budget", "fund", "state_capital"):
        if s.quantity or not s.code:
            continue
        for (level, length), name in zip(_LEVELS, split_names(s.subject), strict=True):
            code = s.code[:length]
            if not name or len(code) != length or code not in printed or (code, name) in seen:
                continue
            seen.add((code, name))
            same = plain_name(name) in {plain_name(p) for p in printed[code]}
            form_name = sorted(printed[code])[0]
            place = f"情况说明 {s.section} / {name}（{level}）"
            told = f"the forms call {code} {form_name}, the narrative {name}"
            stated = next(iter(s.rows.values()))
            shown = f"{name}（{level}）" if f"{name}（{level}）" in s.subject else name
            yield judge(rule, contents, place, same, shown, form_name, told, stated)


def unknown_items(rule: Rule, contents: ReportContents) -> Instances:
    """An item of the general budget whose name is in no form is the form's item of that amount, under another name."""
    items = [s for s in said(contents, "general_budget") if "（项）" in s.subject and "amount" in s.figures]
    named = {s.code for s in items}
    rows = [r for r in views.code_form(contents, words.GENERAL).rows if len(r.code or "") == 7 and r.code not in named]
    if not views.code_form(contents, words.GENERAL).rows:
        return
    for s in items:
        place = f"{s.place('amount')} ↔ {places.title(words.GENERAL)} / 科目名称"
        if s.code:
            yield judge(rule, contents, place, True, s.subject, s.subject, at=s.rows["amount"])
            continue
        amount = s.figures["amount"]
        same = [r for r in rows if (f := r.get("total")) is not None and f.value and f.value == amount.value]
        if len(same) != 1:
            yield unevaluated(rule, contents, place, f"no form prints an item {s.subject}, and none left has its amount {amount.printed}")
            continue
        name = places.row_name(same[0].code, same[0].label)
        told = f"no form prints an item {s.subject}; its amount {amount.printed} is that of {name}"
        cells = (amount, same[0].cells["total"])
        yield judge(rule, contents, place, False, s.subject, name, told, s.rows["amount"], cells)


NAME_RULES: tuple[Rule, ...] = (
    rule(
        "narrative_list_vs_form",
        "Items listed with amounts are those of the form of economic classes",
        "所列各项经费与基本支出决算表一致",
        "listed = cell",
        listed_amounts,
        "error",
        "narrative_vs_form",
    ),
    rule(
        "narrative_named_blank",
        "Items that the list names have amounts in the form",
        "所列经费项目在基本支出决算表中有数",
        "named ⇒ filled",
        named_and_blank,
        "warning",
        "narrative_vs_form",
    ),
    rule(
        "narrative_filled_unnamed",
        "Items with amounts are named in a closed list",
        "基本支出决算表中有数的项目均已列出",
        "filled ⇒ named",
        filled_and_unnamed,
        "warning",
        "narrative_vs_form",
    ),
    rule(
        "narrative_item_names",
        "Classes, sections and items are named as in the forms",
        "功能分类名称与决算表一致",
        "name = name of the code",
        names,
        "info",
        "label",
    ),
    rule(
        "narrative_item_of_no_form",
        "An item's name is one that the forms print",
        "所述科目名称在决算表中列有",
        "name ∈ names of the form",
        unknown_items,
        "warning",
        "label",
    ),
)
