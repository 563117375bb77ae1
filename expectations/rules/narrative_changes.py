"""Changes of the narrative: their bases, the sections that state them, and the reasons given for them.

What belongs here: a base of nothing, changes that differ where the totals agree, what this year's changes imply for last year's
accounts, the words of a reason or a purpose against the number that it explains.  What may not: a rate against its own change
(``narrative_rates``), another report (``pipeline.reconciliation.across``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Rule
from expectations.rules.narrative_view import Said, judge, lone, relation, remarks, rule, said
from expectations.rules.shapes import Instances
from pipeline.lexicon import lexicon, places
from pipeline.lexicon.measures import MEASURES
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Sum
from pipeline.model.figures import Figure

# ---------------------------------------------------------------- bases


def base_of_nothing(rule: Rule, contents: ReportContents) -> Instances:
    """No rate is of nothing: no completion of a budget of nothing, no growth on a base of nothing."""
    for s in said(contents):
        for measure, base in (("completion_pct", _budget(s)), ("change_pct", _base(s))):
            rate = s.get(measure)
            if rate is None or base is None or not rate.value or _nothing_at_all(s, rate):
                continue
            figures, value = base
            named = "预算数" if measure == "completion_pct" else "比较基数"
            told = f"{s.subject}: {MEASURES[measure]} {rate.printed} % of {named} 0"
            told_zh = f"{s.subject}：{named}为零，{MEASURES[measure]}{rate.printed}%没有基数"
            yield judge(
                rule, contents, s.place(measure), value != 0, f"{rate.printed}%", "无（基数为零）", told, s.rows[measure], (rate, *figures), told_zh
            )


def _nothing_at_all(s: Said, rate: Figure) -> bool:
    """Whether nothing was budgeted and nothing spent: many call that completed by 100 %."""
    final = s.get("amount") or s.get("executed")
    return rate.measure == "completion_pct" and rate.value == 100 and final is not None and not final.amount


def _budget(s: Said) -> tuple[tuple[Figure, ...], Decimal] | None:
    """The budget that a completion rate names, or the one that is stated: nothing, where the text says that there is none."""
    named = s.basis("completion_pct")
    found = (named, s.figures[named]) if named in s.figures else s.budget
    return None if found is None else ((found[1],), found[1].amount)


def _base(s: Said) -> tuple[tuple[Figure, ...], Decimal] | None:
    amount, change = s.get("amount"), s.get("change")
    if amount is None or change is None or amount.value is None or change.value is None or s.basis("change_pct") != "last_year":
        return None
    return (amount, change), amount.value - change.value


# ---------------------------------------------------------------- changes of several sections

#: Totals that are often the same amount, by part and quantity.
_TOTALS = (
    ("totals", "totals"), ("income", "income_total"), ("income", "fiscal"), ("expenditure", "expenditure_total"),
    ("fiscal_totals", "fiscal_totals"), ("general_budget", "general_budget_total"), ("general_budget", "appropriation_total"),
)  # fmt: skip


def _changed(contents: ReportContents, parts: Iterable[tuple[str, str]]) -> list[Said]:
    """What is said of some quantities with an amount and a change on last year, the first time that it is said."""
    found: dict[tuple[str, str], Said] = {}
    for s in said(contents):
        if (s.part, s.quantity) in parts and "amount" in s.figures and "change" in s.figures and s.basis("change") == "last_year":
            found.setdefault((s.part, s.quantity), s)
    return list(found.values())


def changes_agree(rule: Rule, contents: ReportContents) -> Instances:
    """Sections that state the same total state the same change of it, unless last year's totals differed."""
    groups: list[list[Said]] = []
    for s in _changed(contents, _TOTALS):
        same = next((g for g in groups if g[0].figures["amount"].value == s.figures["amount"].value), None)
        groups.append([s]) if same is None else same.append(s)
    for group in groups:
        known: list[Figure] = []
        for s in group:
            change = s.figures["change"]
            if known and not any(abs(change.amount - k.amount) <= change.half_width + k.half_width for k in known):
                yield relation(rule, contents, f"{s.place('change')} ↔ {group[0].section} {group[0].subject}", lone(change), lone(known[0]))
            elif known:
                yield relation(rule, contents, s.place("change"), lone(change), lone(next(k for k in known if _near(change, k))))
            known.append(change)


def _near(a: Figure, b: Figure) -> bool:
    return abs(a.amount - b.amount) <= a.half_width + b.half_width


_CENTS = Decimal("0.1")
_SPENDING = tuple(("expenditure", q) for q in ("basic", "project", "to_superior", "business", "affiliated_subsidy"))
_INCOME = tuple(("income", q) for q in ("fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"))
_THREE_PUBLIC = tuple(("three_public", q) for q in ("abroad", "vehicle", "reception"))
#: A whole of last year and the parts whose bases may not exceed it (``>=``) or must make it up (``=``).
_LAST_YEAR = (
    (("totals", "totals"), ">=", _INCOME),
    (("totals", "totals"), ">=", _SPENDING),
    (("income", "income_total"), "=", _INCOME),
    (("expenditure", "expenditure_total"), "=", _SPENDING),
    (("totals", "totals"), ">=", (("fiscal_totals", "fiscal_totals"),)),
    (("fiscal_totals", "fiscal_totals"), ">=", (("income", "fiscal"),)),
    (("fiscal_totals", "fiscal_totals"), ">=", (("general_budget", "general_budget_total"),)),
    (("three_public", "total"), "=", _THREE_PUBLIC),
)


def implied_bases(rule: Rule, contents: ReportContents) -> Instances:
    """What amounts and changes imply for last year satisfies last year's identities: the parts are within the whole."""
    for whole, sign, parts in _LAST_YEAR:
        total = next(iter(_changed(contents, [whole])), None)
        found = _changed(contents, parts)
        stated = {(s.part, s.quantity) for s in said(contents) if (s.part, s.quantity) in parts and s.get("amount") is not None}
        complete = stated == {(s.part, s.quantity) for s in found}
        if total is None or not found or (sign == "=" and not complete):
            continue
        if sum(s.figures["amount"].amount for s in found) > total.figures["amount"].amount + _CENTS:
            continue  # this year's amounts do not fit already, which is a finding of its own
        place = f"{total.place('change')} / 上年数 {'≥' if sign == '>=' else '='} {'、'.join(s.subject for s in found)}"
        yield relation(rule, contents, place, _last_year([total]), _last_year(found), ">=" if sign == ">=" else "=")


def _last_year(every: Iterable[Said]) -> Sum:
    return Sum.of(*(item for s in every for item in (s.figures["amount"], (-1, s.figures["change"]))))


def base_not_negative(rule: Rule, contents: ReportContents) -> Instances:
    """Nothing grew by more than it is: the base that an amount and its change imply is not negative."""
    for s in said(contents):
        base = _base(s) if "change_pct" in s.rows else None
        if base is not None and s.figures["amount"].amount >= 0:
            yield relation(rule, contents, s.place("change"), lone(s.figures["amount"]), lone(s.figures["change"]), ">=")


# ---------------------------------------------------------------- words


def flat_and_changed(rule: Rule, contents: ReportContents) -> Instances:
    """What is said to be level has no change beside it."""
    every = [s for s in said(contents) if s.get("change") is not None or s.get("change_pct") is not None]
    for s in every:
        flat = s.get("change")
        if flat is None or any(c.isdigit() for c in flat.printed) or flat.printed.startswith("基本"):
            continue
        beside = (o for o in every if (o.part, o.section, o.subject) == (s.part, s.section, s.subject) and o.basis("change") == s.basis("change"))
        moved = next((f for o in beside for m in ("change", "change_pct") if (f := o.get(m)) is not None and f.value), None)
        told = f"{s.subject}: said to be {flat.printed} and to have changed by {moved.printed if moved else ''}"
        told_zh = f"{s.subject}：既称“{flat.printed}”，又称增减{moved.printed if moved else ''}"
        yield judge(
            rule, contents, f"{s.place('change')}：{flat.printed}", moved is None, flat.printed, moved.printed if moved else flat.printed,
            told, s.rows["change"], (flat, *([moved] if moved else [])), told_zh,
        )  # fmt: skip


#: Money whose rise or fall a reason gives; of another time, or of what was left over, it explains the contrary.
_MONEY = re.compile(r"(?:支出|经费|收入|拨款|费用|资金|补助|缴费|工资|津补贴)(?:较上年|比上年|同比|大幅|有所|相应|随之|也|略有|明显|均|进一步)*$")
_OTHER_TIME = re.compile(r"上年|去年|年初|以前年度|往年|预算|结转|结余|基数|未|不|上一年|20\d\d")


def reasons(rule: Rule, contents: ReportContents) -> Instances:
    """The money that a reason names moved the way that it explains: no increase because of less expenditure."""
    for remark in remarks(contents, "reason"):
        wanted = {"increase": 1, "decrease": -1}.get(str(remark["basis"]))
        signs = _moved(str(remark["words"]))
        if wanted is None or not signs:
            continue
        holds = wanted in signs.values()
        shown = "、".join(signs)
        what = "增加（大于）" if wanted > 0 else "减少（小于）"
        told = f"{remark['subject']}: the number {'rose' if wanted > 0 else 'fell'}, the reason given is {shown}"
        told_zh = f"{remark['subject']}：数字为{what}，所述原因却是“{shown}”，方向相反"
        place = f"情况说明 {remark['section']} / {remark['subject']} / 原因：{remark['words']}"
        yield judge(rule, contents, place, holds, shown, f"{what}的原因", told, remark, (), told_zh)


def _moved(reason: str) -> dict[str, int]:
    """The clauses of a reason that say of money that it rose or fell, with the sign."""
    verbs = {w: int(e.values["sign"]) for e in lexicon().entries("verbs") if e.concept in ("increase", "decrease") for w in e.words if len(w) > 1}
    found: dict[str, int] = {}
    for clause in re.split("[，、；。：（）]|和|及|并|且|导致|使得|，?从而", reason):
        bare = re.sub(r"(?:所致|较多|等|的?原因|引起|造成|影响)+$", "", clause)
        verb = next((v for v in sorted(verbs, key=len, reverse=True) if bare.endswith(v)), "")
        if verb and not _OTHER_TIME.search(bare) and _MONEY.search(bare.removesuffix(verb)):
            found[clause] = verbs[verb]
    return found


def purposes(rule: Rule, contents: ReportContents) -> Instances:
    """Money that is said to be for basic (project) expenditure stands in that column of the general budget."""
    codes = {(s.section, s.subject): s.code for s in said(contents, "general_budget") if s.code}
    form = views.code_form(contents, words.GENERAL)
    for remark in remarks(contents, "purpose"):
        code = codes.get((str(remark["section"]), str(remark["subject"])))
        named = [c for c, zh in (("basic", "基本支出"), ("project", "项目支出")) if zh in str(remark["words"])]
        if code is None or len(named) != 1 or "除" in str(remark["words"]):
            continue
        own, other = named[0], "project" if named[0] == "basic" else "basic"
        cells: Mapping[str, Any] = {c: form.of_code(code, c) for c in (own, other)}
        if not cells[own] or not cells[other]:
            continue
        amounts = {c: sum((f.amount for f in cells[c]), Decimal(0)) for c in cells}
        holds = bool(amounts[own]) or not amounts[other]
        zh = {c: places.column(words.GENERAL, c) for c in cells}
        place = f"情况说明 {remark['section']} / {remark['subject']} / 用途"
        told = f"{remark['subject']}: said to be for {zh[own]}; the form has it all in {zh[other]} ({amounts[other]})"
        told_zh = f"{remark['subject']}：称用于{zh[own]}，决算表中全部列在{zh[other]}栏（{amounts[other]}）"
        yield judge(rule, contents, place, holds, zh[own], f"{zh[other]} {amounts[other]}", told, remark, (*cells[own], *cells[other]), told_zh)


CHANGE_RULES: tuple[Rule, ...] = (
    rule(
        "narrative_base_of_nothing",
        "No rate is of a budget or a base of nothing",
        "预算数或比较基数为零的，不存在完成比例、增减率",
        "base = 0 ⇒ no rate",
        base_of_nothing,
        "warning",
    ),
    rule(
        "narrative_changes_agree",
        "Sections that state the same total state the same change",
        "总计相同的各节，所述增减额一致",
        "total = total ⇒ change = change",
        changes_agree,
        "info",
    ),
    rule(
        "narrative_implied_bases",
        "What the changes imply for last year satisfies last year's identities",
        "由本年增减额倒推的上年数符合上年勾稽关系",
        "(whole − change) ≥ Σ (part − change)",
        implied_bases,
        "warning",
    ),
    rule(
        "narrative_base_not_negative",
        "Nothing grew by more than it is",
        "增加额不超过决算数",
        "amount ≥ change",
        base_not_negative,
        "warning",
    ),
    rule(
        "narrative_flat_and_changed",
        "What is said to be level has not changed",
        "表述为持平的，未另述增减",
        "持平 ⇒ change = 0",
        flat_and_changed,
        "warning",
    ),
    rule(
        "narrative_reason",
        "A reason moves the way of the number that it explains",
        "增减原因与增减方向一致",
        "sign(reason) = sign(change)",
        reasons,
        "warning",
    ),
    rule(
        "narrative_purpose",
        "Money for basic (project) expenditure stands in that column",
        "所述用途（基本支出、项目支出）与决算表栏目一致",
        "for basic ⇒ basic > 0",
        purposes,
        "warning",
    ),
)
