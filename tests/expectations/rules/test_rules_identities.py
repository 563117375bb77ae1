"""Every identity has an example that passes and one that fails, and says nothing about what is not there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import golden
import pytest
from small_report import OTHER_MONEY, Cell, edited, small_report, without

from expectations.confront import confront, outcomes_of
from expectations.rules import RULES
from expectations.rules.cross_form import CROSS_FORM_RULES
from expectations.rules.forms import FORM_RULES
from pipeline.lexicon.forms import label_concept
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Outcome

SUMMARY, FISCAL, ECONOMIC = "income_expenditure_summary", "fiscal_appropriation_summary", "basic_expenditure_by_economic_class"
GENERAL, THREE = "general_budget_expenditure", "three_public"
IDENTITIES = (*FORM_RULES, *CROSS_FORM_RULES)

#: One cell whose change breaks the rule: rule → cell, new text.
BREACHES: dict[str, tuple[Cell, str]] = {
    "summary_income_total": ((SUMMARY, "五、事业收入", "amount"), "2.50"),
    "summary_expenditure_total": ((SUMMARY, "五、其他支出", "amount"), "91.00"),
    "summary_income_grand_total": ((SUMMARY, "年初结转和结余", "amount"), "5.80"),
    "summary_expenditure_grand_total": ((SUMMARY, "结余分配", "amount"), ""),
    "summary_balance": ((SUMMARY, "总计", "amount"), "15.00"),
    "income_row_total": (("income", "2010101", "institutional"), "20.00"),
    "income_grand_total": (("income", "合计", "other"), "5.03"),
    "income_subtotals": (("income", "20805", "fiscal"), ""),
    "expenditure_row_total": (("expenditure", "2010102", "project"), "-20.00"),
    "expenditure_grand_total": (("expenditure", "208", "basic"), "3.00"),
    "expenditure_subtotals": (("expenditure", "20101", "project"), "2.00"),
    "general_budget_expenditure_row_total": ((GENERAL, "201", "total"), "06.00"),
    "general_budget_expenditure_grand_total": ((GENERAL, "合计", "basic"), "7.00"),
    "general_budget_expenditure_subtotals": ((GENERAL, "2080505", "project"), "30.00"),
    "government_fund_row_total": (("government_fund", "22904", "basic"), "0.03"),
    "government_fund_grand_total": (("government_fund", "合计", "opening"), "10.00"),
    "government_fund_subtotals": (("government_fund", "229", "closing"), "20.00"),
    "government_fund_closing": (("government_fund", "229", "income"), "2.00"),
    "state_capital_row_total": (("state_capital", "22301", "project"), "0.40"),
    "state_capital_grand_total": (("state_capital", "合计", "total"), "40.00"),
    "state_capital_subtotals": (("state_capital", "22301", "income"), "50.00"),
    "state_capital_closing": (("state_capital", "223", "closing"), ""),
    "fiscal_income_total": ((FISCAL, "本年收入合计", "amount"), "152.00"),
    "fiscal_expenditure_total": ((FISCAL, "五、其他支出", "government_fund"), "91.00"),
    "fiscal_row_total": ((FISCAL, "三、社会保障和就业支出", "total"), "33.03"),
    "fiscal_income_grand_total": ((FISCAL, "年初财政拨款结转和结余", "amount"), "80.00"),
    "fiscal_expenditure_grand_total": ((FISCAL, "总计", "government_fund"), "12.00"),
    "fiscal_balance": ((FISCAL, "总计", "total"), "331.00"),
    "fiscal_opening_parts": ((FISCAL, "二、政府性基金预算财政拨款", "amount"), "10.00"),
    "fiscal_general_balance": ((FISCAL, "年末财政拨款结转和结余", "general"), "31.00"),
    "fiscal_government_fund_balance": ((FISCAL, "年末财政拨款结转和结余", "government_fund"), ""),
    "fiscal_state_capital_balance": ((FISCAL, "本年支出合计", "state_capital"), "40.00"),
    "economic_subtotals": ((ECONOMIC, "310", "amount"), ""),
    "economic_personnel_total": ((ECONOMIC, "人员经费合计", "amount"), "06.00"),
    "economic_public_total": ((ECONOMIC, "302", "amount"), "80.00"),
    "economic_grand_total": ((ECONOMIC, "合计", "amount"), "7.00"),
    "three_public_total": ((THREE, "", "budget_total"), "60.00"),
    "three_public_vehicles": ((THREE, "", "final_vehicle"), "0.30"),
    "summary_income_vs_income": ((SUMMARY, "七、附属单位上缴收入", "amount"), ""),
    "income_fiscal_vs_summary": (("income", "合计", "fiscal"), "125.12"),
    "income_fiscal_vs_fiscal_summary": (("income", "合计", "fiscal"), "125.12"),
    "summary_fiscal_kinds": ((SUMMARY, "二、政府性基金预算财政拨款收入", "amount"), "2.00"),
    "summary_classes_vs_expenditure": ((SUMMARY, "二、外交支出", "amount"), "60.00"),
    "summary_expenditure_vs_expenditure": ((SUMMARY, "本年支出合计", "amount"), "161.00"),
    "fiscal_general_vs_form": ((FISCAL, "本年支出合计", "general"), "39.00"),
    "fiscal_government_fund_vs_form": (("government_fund", "合计", "total"), ""),
    "fiscal_state_capital_vs_form": (("state_capital", "合计", "total"), "0.40"),
    "fiscal_general_classes_vs_form": ((GENERAL, "208", "total"), "33.30"),
    "fiscal_government_fund_classes_vs_form": (("government_fund", "229", "total"), "1.90"),
    "fiscal_state_capital_classes_vs_form": ((FISCAL, "四、国有资本经营预算支出", "state_capital"), ""),
    "expenditure_covers_budgets": ((GENERAL, "2010101", "basic"), "45.00"),
    "expenditure_equals_budgets": ((GENERAL, "2080505", "project"), "2.40"),
    "general_basic_vs_economic": ((GENERAL, "合计", "basic"), "70.60"),
    "three_public_vs_economic": ((THREE, "", "final_abroad"), "0.90"),
}


def base(rule_id: str) -> ReportContents:
    return edited(small_report(), OTHER_MONEY) if rule_id == "expenditure_covers_budgets" else small_report()


def verdicts(contents: ReportContents, rule_id: str) -> Counter[str]:
    return Counter(o.verdict for o in outcomes_of(RULES[rule_id], contents))


def violated(contents: ReportContents, rule_id: str) -> list[Outcome]:
    return [o for o in outcomes_of(RULES[rule_id], contents) if isinstance(o, Outcome) and o.verdict == "violated"]


def test_every_identity_has_an_example() -> None:
    assert set(BREACHES) == {r.rule_id for r in IDENTITIES}


@pytest.mark.parametrize("rule_id", BREACHES)
def test_holds(rule_id: str) -> None:
    found = verdicts(base(rule_id), rule_id)
    assert found["exact"] > 0
    assert found["violated"] == 0


@pytest.mark.parametrize(("rule_id", "breach"), BREACHES.items())
def test_is_violated(rule_id: str, breach: tuple[Cell, str]) -> None:
    cell, text = breach
    assert violated(edited(base(rule_id), {cell: text}), rule_id)


def test_small_report_is_clean_with_and_without_other_money() -> None:
    for contents in (small_report(), edited(small_report(), OTHER_MONEY)):
        assert [f["place"] for f in confront(contents).findings if f["severity"] == "error"] == []


def test_printed_side_is_the_total_and_expected_the_sum() -> None:
    contents = edited(small_report(), {("income", "20805", "fiscal"): ""})
    (at_section,) = [o for o in violated(contents, "income_subtotals") if "20805" in o.equation.place]
    assert (at_section.printed, at_section.expected, at_section.difference) == (None, Decimal("20.00"), Decimal("-20.00"))


def test_rounding_is_not_a_breach() -> None:
    off = edited(small_report(), {(GENERAL, "合计", "basic"): "70.01"})
    assert verdicts(off, "general_basic_vs_economic") == {"rounding": 1}
    assert verdicts(edited(small_report(), {(GENERAL, "合计", "basic"): "70.02"}), "general_basic_vs_economic") == {"violated": 1}


def test_inequality_is_not_an_equality() -> None:
    more = edited(small_report(), {(THREE, "", "final_reception"): "0.80"})
    assert verdicts(more, "three_public_vs_economic")["violated"] == 0


@pytest.mark.parametrize("statement", golden.FORMS)
def test_a_missing_form_gives_one_instance_a_rule_naming_it(statement: str) -> None:
    before = {r.rule_id: outcomes_of(r, small_report()) for r in IDENTITIES}
    missing = without(small_report(), statement)
    for rule in IDENTITIES:
        after = outcomes_of(rule, missing)
        assert "violated" not in {o.verdict for o in after}, rule.rule_id
        if len(after) != len(before[rule.rule_id]):
            (only,) = after
            assert only.verdict == "not_evaluated"
            assert isinstance(only, Outcome)
            assert only.reason.startswith("not found: ")


def test_an_empty_form_counts_as_nothing() -> None:
    spends_nothing = {
        (FISCAL, "五、其他支出", "government_fund"): "",
        (FISCAL, "本年支出合计", "government_fund"): "",
    }
    told = without(small_report(), "government_fund", state="empty")
    assert verdicts(told, "fiscal_government_fund_vs_form") == {"violated": 1}
    assert verdicts(edited(told, spends_nothing), "fiscal_government_fund_vs_form")["violated"] == 0


def test_a_missing_total_row_is_not_evaluated() -> None:
    contents = small_report()
    kept = tuple(f for f in contents.figures if not (f.statement == "income" and f.label == "合计"))
    (only,) = outcomes_of(RULES["income_grand_total"], replace(contents, figures=kept))
    assert only.verdict == "not_evaluated"
    assert isinstance(only, Outcome)
    assert "合计" in only.reason


def test_rows_without_their_section_count_for_the_total() -> None:
    """烟台市大数据局 2019 prints items in form 05 whose section and class it does not print."""
    contents = small_report()
    kept = tuple(f for f in contents.figures if not (f.statement == GENERAL and f.code in ("208", "20805")))
    found = confront(replace(contents, figures=kept))
    assert [f["place"] for f in found.findings if f["severity"] == "error"] == []


def test_a_form_that_does_not_itemise_is_not_held_to_items() -> None:
    contents = small_report()
    kept = tuple(f for f in contents.figures if not (f.statement == GENERAL and len(f.code or "") > 3))
    found = verdicts(replace(contents, figures=kept), "expenditure_equals_budgets")
    assert found["violated"] == 0
    assert found["not_evaluated"] > 0


def test_a_budget_whose_form_is_unread_leaves_the_sum_of_the_budgets_unknown() -> None:
    contents = small_report()
    kept = tuple(f for f in contents.figures if not (f.statement == "government_fund" or (f.statement == FISCAL and f.measure == "government_fund")))
    forms = ({"statement": "government_fund", "state": "unread"},)
    found = verdicts(replace(contents, figures=kept, tables={**contents.tables, "core.forms": forms}), "expenditure_equals_budgets")
    assert found["violated"] == 0
    assert found["not_evaluated"] > 0


def test_a_class_that_only_one_form_prints_is_held_to_nothing() -> None:
    contents = small_report()
    kept = tuple(f for f in contents.figures if not (f.statement == SUMMARY and f.label == "三、社会保障和就业支出"))
    (only,) = violated(replace(contents, figures=kept), "summary_classes_vs_expenditure")
    assert (only.printed, only.expected) == (Decimal("33.00"), Decimal(0))
    assert "208" in only.equation.place


def relabelled(contents: ReportContents, labels: dict[tuple[str, str, str], str]) -> ReportContents:
    return replace(
        contents,
        figures=tuple(
            replace(f, label=label, concept=label_concept(label or "", f.side or "")) if label != f.label else f
            for f in contents.figures
            for label in [labels.get((f.statement, f.side or "", f.label or ""), f.label)]
        ),
    )


def test_lines_are_told_by_their_words_not_their_numbers() -> None:
    dialect = {
        (SUMMARY, "income", "使用非财政拨款结余（含专用结余）"): "用事业基金弥补收支差额",
        (SUMMARY, "income", "总计"): "收入总计",
        (SUMMARY, "expenditure", "总计"): "支出总计",
        (SUMMARY, "expenditure", "年末结转和结余"): "年末结转与结余",
        (SUMMARY, "income", "年初结转和结余"): "上年结转和结余",
        (SUMMARY, "expenditure", "一、一般公共服务支出"): "十三、一般公共服务支出",
        (FISCAL, "income", "年初财政拨款结转和结余"): "年初结转和结余",
    }
    contents = relabelled(small_report(), dialect)
    for rule in IDENTITIES:
        assert verdicts(contents, rule.rule_id) == verdicts(small_report(), rule.rule_id), rule.rule_id


def test_of_which_lines_are_not_added_twice() -> None:
    contents = small_report()
    about = contents.report
    extra = [
        golden.figure(about, SUMMARY, 21, "amount", "20.00", "income", label="其中：政府性基金预算财政拨款"),
        golden.figure(about, SUMMARY, 22, "amount", "8.00", "income", label="其中：项目支出结转和结余"),
    ]
    figures: list[golden.Figure] = []
    for f in contents.figures:
        figures.append(f)
        if f.statement == SUMMARY and f.label == "一、一般公共预算财政拨款收入":
            figures.append(extra[0])
        if f.statement == SUMMARY and f.label == "年初结转和结余":
            figures.append(extra[1])
    added = replace(contents, figures=tuple(figures))
    assert verdicts(added, "summary_income_total") == {"exact": 1}
    assert verdicts(added, "summary_income_grand_total") == {"exact": 1}


def test_an_unknown_class_name_is_named() -> None:
    contents = relabelled(small_report(), {(SUMMARY, "expenditure", "二、外交支出"): "二、月球事务支出"})
    unknown = [o for o in outcomes_of(RULES["summary_classes_vs_expenditure"], contents) if o.verdict == "not_evaluated"]
    assert any(isinstance(o, Outcome) and "月球事务支出" in o.reason for o in unknown)


def test_a_class_is_not_missing_from_a_form_that_is_not_read_whole() -> None:
    """A form with an amount that has no row may hold any class: that a class is not among its lines says nothing."""
    contents = small_report()
    short = replace(contents, figures=tuple(f for f in contents.figures if f.label != "三、社会保障和就业支出"))
    unread = replace(short, figures=tuple(replace(f, doubt="sum_incomplete") if f.statement == SUMMARY else f for f in short.figures))
    assert len(violated(short, "summary_classes_vs_expenditure")) == 1
    assert not violated(unread, "summary_classes_vs_expenditure")


def test_an_unknown_closing_line_is_named_not_guessed() -> None:
    contents = relabelled(small_report(), {(SUMMARY, "expenditure", "结余分配"): "某种新项目"})
    (only,) = outcomes_of(RULES["summary_expenditure_grand_total"], contents)
    assert only.verdict == "not_evaluated"
    assert isinstance(only, Outcome)
    assert "某种新项目" in only.reason


def test_older_reports_have_no_state_capital() -> None:
    contents = small_report(2018)
    kept = tuple(f for f in contents.figures if f.measure != "state_capital" and "国有资本" not in (f.label or ""))
    old = without(replace(contents, figures=kept), "state_capital", state="not_required")
    assert verdicts(old, "fiscal_state_capital_balance")["violated"] == 0
    assert verdicts(old, "state_capital_grand_total") == {"not_evaluated": 1}


def test_a_second_printing_is_not_added_to_the_first() -> None:
    contents = small_report()
    again = tuple(replace(f, figure_id=f.figure_id.replace("/income//", "/income//2.")) for f in contents.figures if f.statement == "income")
    twice = replace(contents, figures=(*contents.figures, *again))
    assert verdicts(twice, "income_grand_total") == verdicts(contents, "income_grand_total")


def test_a_cell_that_could_not_be_read_is_missing_not_nothing() -> None:
    """A word or a smudge where a number should stand gives no figure; a sum without it would be a false alarm."""
    contents = small_report()
    unread = {("income", "2010101", "institutional"), ("expenditure", "208", "total"), (FISCAL, "三、社会保障和就业支出", "general")}
    kept = tuple(f for f in contents.figures if not {(f.statement, f.code, f.measure), (f.statement, f.label, f.measure)} & unread)
    assert len(kept) == len(contents.figures) - len(unread)
    smudged = replace(contents, figures=kept)
    assert [f["place"] for f in confront(smudged).findings if f["severity"] == "error"] == []
    for rule_id in ("income_row_total", "income_subtotals", "expenditure_grand_total", "fiscal_expenditure_total", "summary_classes_vs_expenditure"):
        assert verdicts(smudged, rule_id)["not_evaluated"] > verdicts(contents, rule_id)["not_evaluated"], rule_id
