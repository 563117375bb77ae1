"""A clause is matched whole: what its words state, and that one unknown word leaves its number unread."""

from __future__ import annotations

import pytest

from pipeline.lexicon import lexicon
from pipeline.narrative.clauses import understood
from pipeline.narrative.words import ROLES, Vocabulary

WORDS = Vocabulary(2024, "上海市普陀区财政局")


@pytest.mark.parametrize(
    ("part", "text", "kind", "measure", "subject", "basis"),
    [
        ("totals", "上海市普陀区财政局2024年度收入支出总计", "amount", "amount", "收入支出总计", ""),
        ("totals", "收、支总计各增加", "amount", "change", "收、支总计", ""),
        ("totals", "同比增长", "percent", "change_pct", "", ""),
        ("general_budget", "2024年度一般公共预算财政拨款支出年初预算数为", "amount", "initial_budget", "一般公共预算财政拨款支出", ""),
        ("general_budget", "一般公共预算财政拨款支出期初预算为", "amount", "initial_budget", "一般公共预算财政拨款支出", ""),
        ("general_budget", "占本年支出合计的", "percent", "share_pct", "", "本年支出合计"),
        ("general_budget", "“一般公共服务支出”（类）2023年度决算", "amount", "amount", "一般公共服务支出（类）", ""),
        ("general_budget", "完成年初预算数的", "percent", "completion_pct", "", "initial_budget"),
        ("three_public", "完成调整后预算的", "percent", "completion_pct", "", "budget"),
        ("three_public", "公务接待费支出决算比2022年度减少", "amount", "change", "公务接待费", ""),
        ("procurement", "货物采购授予中小企业合同金额占货物支出金额的", "percent", "share_pct", "货物采购授予中小企业合同金额", "货物支出金额"),
        ("assets", "特种专业技术用车", "count", "amount", "特种专业技术用车", ""),
    ],
)
def test_what_a_clause_states(part: str, text: str, kind: str, measure: str, subject: str, basis: str) -> None:
    clause = understood(WORDS, text, part, kind)
    assert (clause.problem, clause.measure, clause.subject, clause.basis) == ("", measure, subject, basis)


@pytest.mark.parametrize(
    ("part", "text", "kind", "named"),
    [
        ("totals", "收、支总计各上浮", "amount", "上浮"),
        ("income", "财政划拨进项", "amount", "划拨进项"),
        ("general_budget", "岁首盘子为", "amount", "岁首盘子"),
        ("expenditure", "项目支出居", "percent", "居"),
        ("three_public", "迎来送往费支出决算为", "amount", "迎来送往"),
    ],
)
def test_a_word_that_no_entry_knows_is_named(part: str, text: str, kind: str, named: str) -> None:
    problem = understood(WORDS, text, part, kind).problem
    assert problem.startswith("words not known")
    assert named in problem


@pytest.mark.parametrize(
    ("part", "text", "kind"),
    [
        ("totals", "收入增加支出减少", "amount"),  # two predicates, one number
        ("income", "事业收入", "percent"),  # a rate of what?
        ("general_budget", "年初预算数为支出", "percent"),
    ],
)
def test_known_words_in_no_order_of_the_grammar_are_not_understood(part: str, text: str, kind: str) -> None:
    assert understood(WORDS, text, part, kind).problem.startswith("not understood")


@pytest.mark.parametrize("entry", [e for (kind, concept) in ROLES for e in lexicon().entries(kind) if e.concept == concept], ids=lambda e: e.example)
def test_every_word_of_a_clause_is_known_in_its_example(entry: object) -> None:
    example = entry.example  # type: ignore[attr-defined]
    scope = next(iter(entry.scope), "title")  # type: ignore[attr-defined]
    assert WORDS.cut(example, scope).unknown == ()
