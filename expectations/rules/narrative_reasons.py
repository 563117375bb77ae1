"""Words of the narrative against the number that they stand beside: level, the reason for a change, the purpose of money.

What belongs here: words whose way a number must go.  What may not: the words of final against budget (``narrative_rates``), bases and
changes (``narrative_changes``), the words themselves (``reason_words.toml``, ``verbs.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Rule
from expectations.rules.narrative_view import judge, remarks, rule, said
from expectations.rules.shapes import Instances
from pipeline.lexicon import any_of, lexicon, places
from pipeline.model.contents import ReportContents
from pipeline.model.text import canonical

#: A change up to this rate may be called 基本持平.
_NEARLY = Decimal(10)


def flat_and_changed(rule: Rule, contents: ReportContents) -> Instances:
    """What is said to be level has no change beside it."""
    every = [s for s in said(contents) if s.get("change") is not None or s.get("change_pct") is not None]
    for s in every:
        flat = s.get("change")
        if flat is None or any(c.isdigit() for c in flat.printed):
            continue
        beside = (o for o in every if (o.part, o.section, o.subject) == (s.part, s.section, s.subject) and o.basis("change") == s.basis("change"))
        nearly = flat.printed.startswith("基本")
        moved = next((f for o in beside for m in (("change_pct",) if nearly else ("change", "change_pct")) if (f := o.get(m)) and f.value), None)
        if nearly and (moved is None or abs(moved.amount) <= _NEARLY):
            continue
        told = f"{s.subject}: said to be {flat.printed} and to have changed by {moved.printed}" if moved else ""
        yield judge(
            rule, contents, f"{s.place('change')}：{flat.printed}", moved is None, flat.printed, moved.printed if moved else flat.printed,
            told, s.rows["change"], (flat, *([moved] if moved else [])),
        )  # fmt: skip


_WAYS = {"increase": 1, "decrease": -1}


def reasons(rule: Rule, contents: ReportContents) -> Instances:
    """What a reason says moved the way that it explains: no increase because of less expenditure, of thrift, of fewer people."""
    contrary = {(h["sentence"], h["subject"]) for h, holds in _heads(contents) if not holds}  # told by the rule of heads
    for remark in remarks(contents, "reason"):
        wanted = _WAYS.get(str(remark["basis"]))
        signs = _moved(str(remark["words"]), str(remark["subject"]))
        if wanted is None or not signs or (remark["sentence"], remark["subject"]) in contrary:
            continue
        shown = "、".join(signs)
        what = "增加（大于）" if wanted > 0 else "减少（小于）"
        told = f"{remark['subject']}: the number {'rose' if wanted > 0 else 'fell'}, the reason given is {shown}"
        place = f"情况说明 {remark['section']} / {remark['subject']} / 原因：{remark['words']}"
        yield judge(rule, contents, place, wanted in signs.values(), shown, f"{what}的原因", told, remark)


def reason_heads(rule: Rule, contents: ReportContents) -> Instances:
    """The head of a reason (增加的主要原因是) names the way that the number went."""
    for remark, holds in _heads(contents):
        shown, rose = str(remark["words"]), remark["basis"] == "increase"
        due = "增加" if rose else "减少"
        told = f"{remark['subject']}: the number {'rose' if rose else 'fell'}, the reason is headed {shown}"
        place = f"情况说明 {remark['section']} / {remark['subject']} / {shown}"
        yield judge(rule, contents, place, holds, shown, f"{due}的原因", told, remark)


def _heads(contents: ReportContents) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """The heads of reasons, and whether each names the way that its number went; none of a sentence that gives reasons for both ways."""
    heads = remarks(contents, "reason_head")
    for remark in heads:
        wanted, sign = _WAYS.get(str(remark["basis"])), _verb(str(remark["words"]))
        beside = {_verb(str(h["words"])) for h in heads if (h["sentence"], h["subject"]) == (remark["sentence"], remark["subject"])}
        if wanted is not None and sign is not None and len(beside) == 1:
            yield remark, sign == wanted


def _verb(head: str) -> int | None:
    """The sign of the first verb of change in a head."""
    found = [(at, sign) for verb, sign in _verbs().items() if (at := head.find(verb)) >= 0]
    return min(found)[1] if found else None


@cache
def _verbs() -> dict[str, int]:
    """Verbs of change of two characters and more, the longest first, with their signs."""
    entries = [e for e in lexicon().entries("verbs") if e.concept in ("increase", "decrease")]
    signs = {w: int(e.values["sign"]) for e in entries for w in e.words if len(w) > 1}
    return dict(sorted(signs.items(), key=lambda item: -len(item[0])))


def _moved(reason: str, subject: str) -> dict[str, int]:
    """The clauses of a reason that say which way money went, with the sign: those that name money, or where none does those that name what
    costs money, thrift or growth.  That people retire tells nothing of money for those in office."""
    money: dict[str, int] = {}
    causes: dict[str, int] = {}
    for clause in re.split("[，、；。：（）]|和|及|并|且|导致|使得|，?从而", reason):
        bare = any_of("reason_words", "closing").sub("", clause)
        verb = next((v for v in _verbs() if bare.endswith(v)), "")
        stem = bare.removesuffix(verb)
        if _says("retired", bare) and "（项）" in subject and not _says("retired", subject):
            continue
        if verb and not _says("other_time", stem) and (_says("money", stem) or _says("cause", stem)):
            (money if _says("money", stem) else causes)[clause] = _verbs()[verb]
        elif not _says("other_time", bare) and (way := _way(bare, verb)):
            causes[clause] = way
    return money or causes


def _way(clause: str, verb: str) -> int:
    """What a clause says by itself: thrift, or (without a verb of change at its end) growth."""
    return -1 if _says("thrift", clause) and _verbs().get(verb, -1) < 0 else 1 if not verb and _says("growth", clause) else 0


def _says(concept: str, text: str) -> bool:
    return any(e.matches(canonical(text)) for e in lexicon().entries("reason_words") if e.concept == concept)


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
        yield judge(rule, contents, place, holds, zh[own], f"{zh[other]} {amounts[other]}", told, remark, (*cells[own], *cells[other]))


REASON_RULES: tuple[Rule, ...] = (
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
        "narrative_reason_head",
        "The head of a reason names the way that the number went",
        "增减原因的提法与增减方向一致",
        "sign(增加/减少的原因) = sign(change)",
        reason_heads,
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
