"""The narrative (决算情况说明): statements given as rows, written as sentences of the usual official pattern.

What belongs here: one pattern a measure, and how the statements on one subject join into a sentence.  What may not: numbers.
Rows are ``section,subject,measure,value,unit``; a decrease is negative; a value that is no number is told in words.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path


@dataclass(frozen=True)
class Statement:
    """One number of the narrative."""

    section: str
    subject: str
    measure: str  # amount | change | change_pct | share_pct | initial_budget | completion_pct | budget | executed | score | count …
    value: str
    unit: str


def read_statements(path: Path) -> list[Statement]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Statement(r["section"], r["subject"], r["measure"], r["value"], r["unit"]) for r in csv.DictReader(file)]


def number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def sections(statements: Sequence[Statement], year: int) -> Iterable[tuple[str, list[str]]]:
    """Each section's heading with its paragraphs, in the given order."""
    for section, members in itertools.groupby(statements, key=lambda s: s.section):
        told = [told_of(subject, about, year) for subject, about in by_subject(list(members))]
        yield section, joined(told)


def by_subject(members: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    """Statements by subject; what ``X占Y`` states belongs to the sentence on X."""
    groups: list[tuple[str, list[Statement]]] = []
    for s in members:
        if groups and (s.subject == groups[-1][0] or s.subject.startswith(groups[-1][0] + "占")):
            groups[-1][1].append(s)
        else:
            groups.append((s.subject, [s]))
    return groups


@dataclass(frozen=True)
class Told:
    """One subject's words, without the closing mark, and whether they can stand in a list (only amounts, shares, counts)."""

    subject: str
    text: str
    listable: bool


OPENERS = {"人员经费": "主要包括", "公用经费": "主要包括"}
WHOLES = re.compile(r"(合计|总额|总数|^车辆|自评项目|预算财政拨款支出|“三公”经费\S*|人员经费|公用经费)$")  # subjects that are broken into parts
NO_PARTS = re.compile(r"^(授予|单位价值|单价|货物采购授予|工程采购授予|服务采购授予|绩效自评涉及)|占")


def joined(told: Sequence[Told]) -> list[str]:
    """Sentences with their lists: ``合计 A 万元，其中：甲 B 万元，占 C%；乙 …。``"""
    paragraphs: list[str] = []
    i = 0
    while i < len(told):
        head = told[i]
        i += 1
        members: list[Told] = []
        is_whole = head.listable and WHOLES.search(head.subject)
        while is_whole and i < len(told) and told[i].listable and told[i].subject not in OPENERS and not NO_PARTS.search(told[i].subject):
            members.append(told[i])
            i += 1
        if members:
            mark = "；" if any("，" in m.text for m in members) else "、"
            listed = mark.join(m.text for m in members)
            paragraphs.append(f"{head.text}，{OPENERS.get(head.subject, '其中')}：{listed}。")
        else:
            text = head.text if head.text.endswith("。") else head.text + "。"
            if head.listable and paragraphs and len(paragraphs[-1]) + len(text) < 90:
                paragraphs[-1] += text
            else:
                paragraphs.append(text)
    return paragraphs


def told_of(subject: str, about: Sequence[Statement], year: int) -> Told:
    """Everything that is stated of one subject, in the words of its pattern."""
    said = {s.measure: s for s in about}
    if "initial_budget" in said:
        return Told(subject, budget_sentence(subject, said), False)
    if {"budget", "executed"} <= said.keys():
        return Told(subject, project_sentence(subject, said), False)
    parts = [clause(s, s.subject, first=i == 0, year=year) for i, s in enumerate(about)]
    listable = said.keys() <= {"amount", "share_pct", "count"} and not subject.endswith("总计")
    return Told(subject, "，".join(p for p in parts if p), listable)


def budget_sentence(subject: str, said: dict[str, Statement]) -> str:
    """年初预算为 A 万元，支出决算为 B 万元，完成年初预算的 C%，with the sign word of the comparison."""
    initial = said["initial_budget"]
    if number(initial.value) is None:
        amount = said.get("amount")
        return f"{subject}。无年初预算数" + (f"，支出决算为 {amount.value} {amount.unit}。" if amount is not None else "。")
    parts = [f"{subject}。年初预算为 {initial.value} {initial.unit}"]
    final = said.get("amount")
    if final is not None:
        parts.append(f"支出决算为 {final.value} {final.unit}")
    if "completion_pct" in said:
        parts.append(f"完成年初预算的 {said['completion_pct'].value}%")
    text = "，".join(parts) + "。"
    a, b = number(initial.value), number(final.value) if final is not None else None
    if a is None or b is None:
        return text
    if a == b:
        return text + "决算数与年初预算数基本持平。"
    reason = "是年度中追加了相关经费。" if b > a else "是按实际进度支付。"
    return text + f"决算数{'大于' if b > a else '小于'}年初预算数的主要原因" + reason


def project_sentence(subject: str, said: dict[str, Statement]) -> str:
    """A project's summary of its self-evaluation."""
    parts = [f"{subject}绩效自评综述：根据年初设定的绩效目标"]
    if "score" in said:
        parts.append(f"项目自评得分为 {said['score'].value} 分")
    parts.append(f"全年预算数为 {said['budget'].value} 万元，执行数为 {said['executed'].value} 万元")
    if "completion_pct" in said:
        parts.append(f"完成预算的 {said['completion_pct'].value}%")
    return "，".join(parts) + "。"


def clause(s: Statement, subject: str, first: bool, year: int) -> str:
    """One statement as a clause; the first names its subject."""
    value = number(s.value)
    name = subject if first else ""
    if value is None:
        return f"{name}与上年决算数{s.value}" if s.measure == "change" else f"{name}为{s.value}"
    match s.measure:
        case "amount" if subject.endswith("总计"):
            return f"{year} 年度{name}均为 {s.value} {s.unit}"
        case "amount":
            return f"{name} {s.value} {s.unit}".strip()
        case "change":
            return change_clause(s, subject, name, value, year)
        case "change_pct":
            return f"{'下降' if value < 0 else '增长'} {s.value.lstrip('-')}%"
        case "share_pct":
            return share_clause(s, subject, first)
        case "completion_pct":
            return f"{name}完成年初预算的 {s.value}%"
        case "score":
            return f"{name}为 {s.value} 分"
        case "count" | "indicator_pct":
            return f"{name} {s.value} {s.unit}".replace(" %", "%")
        case _:
            return f"{name} {s.value} {s.unit}"


def change_clause(s: Statement, subject: str, name: str, value: Decimal, year: int) -> str:
    """与上年相比，增加（减少）…；of 总计 both sides change (各)."""
    each = "各" if subject.endswith("总计") else ""
    direction = "减少" if value < 0 else "增加"
    return f"{name}与 {year - 1} 年度相比，{subject if each else ''}{each}{direction} {s.value.lstrip('-')} {s.unit}"


def share_clause(s: Statement, subject: str, first: bool) -> str:
    """占…的 x%: the whole is named by the statement's subject, or understood."""
    name = subject if first else ""
    whole = s.subject.rpartition("占")[2] if "占" in s.subject else ""
    if first and whole:
        return f"{name}的 {s.value}%"
    if not whole and not first and subject == "一般公共预算财政拨款支出":
        whole = "本年支出合计"
    return f"占{whole}的 {s.value}%" if whole else f"{name.removesuffix('占')}占 {s.value}%"
