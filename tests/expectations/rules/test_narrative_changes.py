"""Changes and their reasons: every rule has lines of a narrative that hold and lines that do not."""

from __future__ import annotations

import pytest
from narrative_text import HEADINGS, document, with_narrative
from small_report import small_report

from expectations.confront import confront
from expectations.rules.narrative_changes import CHANGE_RULES
from expectations.rules.narrative_reasons import REASON_RULES

OWN = {r.rule_id: r for r in (*CHANGE_RULES, *REASON_RULES)}
ITEM = "1、社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）。"


def found(rule_id: str, *sections: tuple[str, str]) -> list[tuple[str | None, str | None]]:
    """Printed and expected of every breach in a narrative of these sections."""
    lines = ["第三部分 2024年度部门决算情况说明", *(line for part, text in sections for line in (HEADINGS[part], text)), "第四部分 名词解释"]
    contents = with_narrative(small_report(), document(lines))
    return [(f["printed"], f["expected"]) for f in confront(contents, {rule_id: OWN[rule_id]}).findings]


#: Rule → sections that hold, sections that do not, and what is shown.
EXAMPLES = [
    ("narrative_base_of_nothing", [("general_budget", f"{ITEM}年初预算为0万元，支出决算为5.00万元，年初无预算。")],
     [("general_budget", f"{ITEM}年初预算为0万元，支出决算为5.00万元，完成年初预算的95.89%。")], ("95.89%", "无（基数为零）")),
    ("narrative_base_of_nothing", [("three_public", "1、公务接待费全年预算为0万元，支出决算为0万元，完成全年预算的100%。")],
     [("totals", "2024年度收、支总计均为50.00万元。与2023年度相比，收、支总计各增加50.00万元，增长100%。")], ("100%", "无（基数为零）")),
    ("narrative_changes_agree",
     [("totals", "2024年度收、支总计均为50.00万元。与2023年度相比，收、支总计各增加20.00万元，增长66.67%。"),
      ("fiscal_totals", "2024年度财政拨款收、支总计均为50.00万元。与2023年度相比，财政拨款收、支总计各增加20.01万元，增长66.67%。")],
     [("totals", "2024年度收、支总计均为50.00万元。与2023年度相比，收、支总计各增加20.00万元，增长66.67%。"),
      ("fiscal_totals", "2024年度财政拨款收、支总计均为50.00万元。与2023年度相比，财政拨款收、支总计各减少20.00万元，下降28.57%。")],
     ("-20.00", "20.00")),
    ("narrative_implied_bases",
     [("totals", "2024年度收、支总计均为50.00万元。与2023年度相比，收、支总计各增加20.00万元，增长66.67%。"),
      ("expenditure", "1、基本支出30.00万元。与2023年度相比，增加5.00万元，增长20%。\n2、项目支出20.00万元。与2023年度相比，增加15.00万元，增长300%。")],
     [("totals", "2024年度收、支总计均为50.00万元。与2023年度相比，收、支总计各增加20.00万元，增长66.67%。"),
      ("expenditure", "1、基本支出30.00万元。与2023年度相比，增加5.00万元，增长20%。\n2、项目支出20.00万元。与2023年度相比，减少15.00万元，下降42.86%。")],
     ("30.00", "60.00")),
    ("narrative_base_not_negative", [("operating_costs", "机关运行经费支出10.00万元，比上年决算数增加2.00万元，增长25%。")],
     [("operating_costs", "机关运行经费支出10.00万元，比上年决算数增加20.00万元，增长25%。")], ("10.00", "20.00")),
    ("narrative_flat_and_changed", [("operating_costs", "机关运行经费支出10.00万元，与上年决算数持平。")],
     [("operating_costs", "机关运行经费支出10.00万元，与上年决算数持平，比上年增加2.00万元，增长25%。")], ("持平", "2.00")),
    ("narrative_reason",
     [("general_budget", f"{ITEM}年初预算为5.00万元，支出决算为4.00万元。决算数小于年初预算数的主要原因是人员经费减少。")],
     [("general_budget", f"{ITEM}年初预算为5.00万元，支出决算为4.00万元。决算数小于年初预算数的主要原因是人员经费增加所致。")],
     ("人员经费增加所致", "减少（小于）的原因")),
    ("narrative_reason", [("operating_costs", "机关运行经费支出10.00万元，比上年决算数减少2.00万元，主要原因是上年一次性支出增加。")],
     [("operating_costs", "机关运行经费支出10.00万元，比上年决算数增加2.00万元。主要是办公费支出减少。")], ("办公费支出减少", "增加（大于）的原因")),
    ("narrative_reason_head", [("operating_costs", "机关运行经费支出10.00万元，比上年减少2.00万元，减少的主要原因是人员减少。")],
     [("operating_costs", "机关运行经费支出10.00万元，比上年减少2.00万元，增加的主要原因是人员减少。")], ("增加的主要原因是", "减少的原因")),
    ("narrative_reason",  # that people retire lowers what is contributed for those in office
     [("general_budget", f"{ITEM}年初预算为5.00万元，支出决算为4.00万元。决算数小于年初预算数的主要原因是退休人员增加，离退休经费支出增加。")],
     [("general_budget", f"{ITEM}年初预算为5.00万元，支出决算为4.00万元。决算数小于年初预算数的主要原因是在职人员增加。")],
     ("在职人员增加", "减少（小于）的原因")),
    ("narrative_purpose",
     [("general_budget", "1、一般公共服务支出（类）人大事务（款）行政运行（项）。主要用于机关基本支出。支出决算为40.00万元。")],
     [("general_budget", "1、一般公共服务支出（类）人大事务（款）一般行政管理事务（项）。主要用于机关基本支出。支出决算为20.00万元。")],
     ("基本支出", "项目支出 20.00")),
]  # fmt: skip


@pytest.mark.parametrize(("rule_id", "holds", "breaks", "shown"), EXAMPLES)
def test_a_rule_holds_and_is_broken(rule_id: str, holds: list[tuple[str, str]], breaks: list[tuple[str, str]], shown: tuple[str, str]) -> None:
    assert found(rule_id, *holds) == []
    assert found(rule_id, *breaks) == [shown]


def test_every_rule_has_an_example() -> None:
    assert {rule for rule, *_ in EXAMPLES} == set(OWN)
