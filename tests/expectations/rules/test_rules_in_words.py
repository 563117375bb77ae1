"""Rules in words: names and codes of the classifications, and whether forms are printed and readable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import golden
import pytest
from small_report import small_report, without

from expectations.confront import outcomes_of
from expectations.rules import RULES, Judgement
from expectations.rules.codes import CODE_RULES
from expectations.rules.printing import PRINTING_RULES
from pipeline.model import classification
from pipeline.model.contents import ReportContents


def breaches(contents: ReportContents, rule_id: str) -> list[Judgement]:
    return [o for o in outcomes_of(RULES[rule_id], contents) if isinstance(o, Judgement) and o.verdict == "violated"]


def named(contents: ReportContents, statement: str, code: str, label: str, new_code: str | None = None) -> ReportContents:
    """The report with another name (and code) in one row."""
    return replace(
        contents,
        figures=tuple(replace(f, label=label, code=new_code or code) if (f.statement, f.code) == (statement, code) else f for f in contents.figures),
    )


def with_form(contents: ReportContents, statement: str, **values: Any) -> ReportContents:
    rows = tuple({**r, **values} if r["statement"] == statement else r for r in contents.rows_of("core.forms"))
    return replace(contents, tables={"core.forms": rows})


@pytest.mark.parametrize("rule", [r for r in (*CODE_RULES, *PRINTING_RULES) if r.rule_id != "code_listed"], ids=lambda r: r.rule_id)
def test_the_small_report_breaks_none(rule: Any) -> None:
    assert breaches(small_report(), rule.rule_id) == []


def test_a_section_that_is_not_printed_above_its_items() -> None:
    contents = small_report()
    gone = replace(contents, figures=tuple(f for f in contents.figures if (f.statement, f.code) != ("income", "20805")))
    (found,) = breaches(gone, "code_parents_printed")
    assert (found.place, found.printed, found.expected) == ("收入决算表 / 20805 行政事业单位养老支出", "", "20.00")
    no_sections = replace(contents, figures=tuple(f for f in contents.figures if f.statement != "income" or len(f.code or "") != 5))
    assert breaches(no_sections, "code_parents_printed") == [], "a form without any row of the level leaves none out"


def test_one_code_two_names() -> None:
    contents = named(small_report(), "expenditure", "208", "社会保障就业支出")
    (found,) = breaches(contents, "code_one_name")
    assert (found.printed, found.expected) == ("社会保障就业支出", "社会保障和就业支出")
    assert "支出决算表" in found.place


@pytest.mark.parametrize("spelling", ["社会保障 和就业支出", "社会保障与就业支出", "社会保障及就业\n支出", "（社会保障和就业支出）"])
def test_spelling_is_not_another_name(spelling: str) -> None:
    assert breaches(named(small_report(), "expenditure", "208", spelling), "code_one_name") == []


def test_summary_names_its_classes_like_the_forms() -> None:
    contents = small_report()
    labels = {"三、社会保障和就业支出": "三、社会保障就业支出"}
    summary = replace(contents, figures=tuple(replace(f, label=labels.get(f.label or "", f.label)) for f in contents.figures))
    assert len(breaches(summary, "code_one_name")) == 1


def test_a_name_of_another_year() -> None:
    contents = small_report(2024)
    for statement in ("income", "expenditure", "general_budget_expenditure"):
        contents = named(contents, statement, "20805", "行政事业单位离退休")
    (found,) = breaches(contents, "code_known_name")
    assert found.expected == "行政事业单位养老支出"
    assert "other years" in found.explanation
    old = replace(contents, report=replace(contents.report, fiscal_year=2019))
    assert breaches(old, "code_known_name") == []


def test_an_unknown_class_is_a_warning_and_an_unlisted_item_a_remark() -> None:
    contents = named(small_report(), "expenditure", "223", "月球事务支出", "298")
    assert [f.printed for f in breaches(contents, "code_known")] == ["298 月球事务支出"]
    assert RULES["code_known"].severity == "warning"
    item = named(small_report(), "expenditure", "2010101", "行政运行", "2010177")
    assert breaches(item, "code_known") == []
    assert "2010177 行政运行" in [f.printed for f in breaches(item, "code_listed")]
    assert RULES["code_listed"].severity == "info"


def test_a_code_of_other_years() -> None:
    contents = named(small_report(2024), "basic_expenditure_by_economic_class", "30302", "购房补贴", "30313")
    (found,) = breaches(contents, "code_known")
    assert "other years only" in found.explanation
    assert "code_known" not in [o.rule_id for o in breaches(replace(contents, report=golden.report(year=2016)), "code_known")]


def test_a_code_in_two_rows() -> None:
    contents = named(small_report(), "income", "2010102", "一般行政管理事务", "2010101")
    (found,) = breaches(contents, "code_printed_once")
    assert (found.printed, found.expected) == ("2", "1")


def test_a_form_that_is_not_printed() -> None:
    (found,) = breaches(without(small_report(), "income"), "form_printed")
    assert found.place == "收入决算表"
    assert "the contents list it" in found.explanation
    assert breaches(without(small_report(), "state_capital", state="not_required"), "form_printed") == []
    assert breaches(without(small_report(), "state_capital", state="empty"), "form_printed") == []


def test_a_form_that_is_printed_twice() -> None:
    contents = with_form(small_report(), "income", printings=2, state="repeated")
    (found,) = breaches(contents, "form_printed_once")
    assert (found.printed, found.expected) == ("2", "1")
    assert breaches(contents, "form_printed") == []


def test_printings_that_differ() -> None:
    contents = with_form(small_report(), "income", printings=2, state="repeated")
    again = [replace(f, figure_id=f.figure_id.replace("/income//", "/income//2."), printing=1) for f in contents.figures if f.statement == "income"]
    assert breaches(replace(contents, figures=(*contents.figures, *again)), "form_printings_agree") == []
    (found,) = breaches(replace(contents, figures=(*contents.figures, *again[1:])), "form_printings_agree")
    assert "1 cells differ" in found.explanation
    assert RULES["form_printings_agree"].severity == "error"


def test_printings_of_which_only_the_first_was_kept() -> None:
    contents = with_form(small_report(), "income", printings=2, state="repeated")
    assert [o.verdict for o in outcomes_of(RULES["form_printings_agree"], contents)] == ["not_evaluated"]
    (found,) = breaches(with_form(contents, "income", problem="3 cells differ"), "form_printings_agree")
    assert "3 cells differ" in found.explanation
    assert breaches(with_form(contents, "income", problem=""), "form_printings_agree") == []


def with_part(contents: ReportContents, **columns: object) -> ReportContents:
    part = {
        "kind": "form", "concept": "income", "title": "收入决算表", "state": "read", "reason": None, "numbers": 10, "numbers_unread": 0,
        "first_page": None, "first_line": 7, **columns,
    }  # fmt: skip
    return replace(contents, tables={**contents.tables, "core.parts": (part,)})


def test_a_part_that_was_not_read_is_ours_and_no_error() -> None:
    (found,) = breaches(with_part(small_report(), state="unread", reason="no column of amounts"), "part_read")
    assert "no column of amounts" in found.explanation
    assert RULES["part_read"].severity == "warning"
    assert breaches(with_part(small_report()), "part_read") == []


def test_numbers_that_were_not_read_are_said() -> None:
    (found,) = breaches(with_part(small_report(), numbers_unread=2), "numbers_read")
    assert found.printed == "2"
    assert breaches(with_part(small_report()), "numbers_read") == []


def test_a_form_that_may_be_there_is_not_said_to_be_missing() -> None:
    assert breaches(with_form(small_report(), "income", state="unread", problem="a title that is not known"), "form_printed") == []
    assert len(breaches(with_form(small_report(), "income", state="missing", listed=False), "form_printed")) == 1


@pytest.mark.parametrize(("title", "missing"), [("2024年度某镇人民政府“三公”经费支出决算情况说明", 0), ("2024年度某镇人民政府部门决算", 8)])
def test_a_document_about_one_form_owes_no_others(title: str, missing: int) -> None:
    whole = small_report()
    for form in whole.rows_of("core.forms"):
        state = "read" if form["statement"] == "three_public" else "missing"
        whole = with_form(whole, form["statement"], state=state, listed=False)
    named = replace(whole, report=replace(whole.report, title=title))
    assert len(breaches(named, "form_printed")) == missing


def test_a_form_for_money_that_nobody_has_may_be_left_out() -> None:
    blank = replace(
        small_report(), figures=tuple(f for f in small_report().figures if f.measure != "state_capital" and f.statement != "state_capital")
    )
    gone = with_form(blank, "state_capital", state="missing", listed=False)
    assert breaches(gone, "form_printed") == []
    assert len(breaches(gone, "form_printed_without_money")) == 1


def test_a_unit_label_that_the_figures_deny() -> None:
    contents = with_form(small_report(), "income", unit_printed="元", unit_read="万元")
    (found,) = breaches(contents, "form_unit")
    assert (found.printed, found.expected) == ("元", "万元")
    assert breaches(with_form(small_report(), "income", unit_printed="万元", unit_read="万元"), "form_unit") == []


def test_readers_that_disagree() -> None:
    contents = small_report()
    doubtful = replace(contents.figures[0], agreement="differs", other_reading="700.00")
    agreed = [replace(f, agreement="agreed") for f in contents.figures[1:]]
    (found,) = breaches(replace(contents, figures=(doubtful, *agreed)), "readers_agree")
    assert (found.printed, found.expected, found.figures) == ("100.00", "700.00", (doubtful,))
    assert breaches(replace(contents, figures=tuple(agreed)), "readers_agree") == []


def test_without_a_list_of_forms_silence_is_not_a_pass() -> None:
    bare = replace(small_report(), tables={})
    assert [o.verdict for o in outcomes_of(RULES["form_printed"], bare)] == ["not_evaluated"]


def test_every_code_of_the_list_is_well_formed() -> None:
    for (kind, code), names in classification.categories().items():
        assert kind in ("functional", "economic")
        assert code.isdigit()
        assert len(code) in ((3, 5, 7) if kind == "functional" else (3, 5))
        assert all(c.name and (c.since or 0) <= (c.until or 9999) for c in names)
        assert kind == "economic" or len(code) == 3 or classification.known(kind, code[:3]), code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("十四、资源勘探工业信息等支出", "215"),
        ("资源勘探信息等支出", "215"),
        ("二十六、抗疫特别国债安排的支出", "234"),
        ("社会保障就业支出", "208"),
        ("某某支出", None),
    ],
)
def test_class_of_a_line(name: str, code: str | None) -> None:
    assert classification.functional_class(name) == code
