"""What comes of holding a report against the rules: rows for the warehouse, words for people, and no swallowed errors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import golden
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_report import OTHER_MONEY, edited, small_report

from expectations.confront import ENGINE_ERROR, _beyond, _difference, confront, outcomes_of, rule_rows
from expectations.rules import RULES, Judgement
from expectations.rules.base import Rule
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Sum
from pipeline.model.figures import Figure
from pipeline.schema import TABLES


def breached() -> ReportContents:
    return edited(small_report(), {("income", "20805", "fiscal"): "", ("three_public", "", "budget_total"): "60.00"})


def test_rows_have_the_columns_of_their_tables() -> None:
    found = confront(breached())
    for name, rows in (
        ("checks.equations", found.equations),
        ("checks.equation_terms", found.terms),
        ("checks.findings", found.findings),
        ("checks.rules", rule_rows()),
    ):
        table = TABLES[name]
        assert rows, name
        for row in rows:
            assert set(row) == {c.name for c in table.columns}, name
            for column in table.columns:
                assert column.nullable or row[column.name] is not None, (name, column.name)
                assert not column.domain or row[column.name] in column.domain, (name, column.name)
        keys = [tuple(row[k] for k in table.key) for row in rows]
        assert len(set(keys)) == len(keys), name


def test_finding_shows_what_is_printed_and_what_should_be() -> None:
    found = {f["place"]: f for f in confront(breached()).findings}
    three = found["财政拨款“三公”经费支出决算表 / 预算数·合计"]
    assert (three["printed"], three["expected"], three["difference"]) == ("60.00", "6.00", Decimal("54.00"))
    assert "因公出国（境）费 = 2.00" in three["explanation"]
    assert "53.98 beyond rounding" in three["explanation"]
    blank = found["收入决算表 / 20805 行政事业单位养老支出 / 财政拨款收入"]
    assert (blank["printed"], blank["expected"]) == (None, "20.00")
    assert "blank should equal 20.00" in blank["explanation"]


def test_a_breach_by_figures_whose_columns_were_chosen_is_a_doubt_and_no_error() -> None:
    contents = breached()
    chosen = tuple(replace(f, placement="identity") if f.statement == "income" else f for f in contents.figures)
    before = {f["finding_id"]: f for f in confront(contents).findings}
    after = {f["finding_id"]: f for f in confront(replace(contents, figures=chosen)).findings}
    of_income = [key for key, f in before.items() if "收入决算表 / 20805" in f["place"]]
    assert of_income
    assert all(before[key]["severity"] == "error" for key in of_income)
    assert all(after[key]["severity"] == "warning" for key in of_income)
    assert [f["severity"] for f in after.values() if f["rule_id"] == "three_public_total"] == ["error"]


def test_amounts_show_their_printed_digits_however_they_were_stored() -> None:
    contents = breached()
    stored = tuple(replace(f, resolution=Decimal("0.0100000000")) for f in contents.figures)
    (finding,) = [f for f in confront(replace(contents, figures=stored)).findings if f["rule_id"] == "three_public_total"]
    assert (finding["printed"], finding["expected"]) == ("60.00", "6.00")


def test_amounts_in_yuan_show_all_their_digits() -> None:
    contents = breached()
    yuan = tuple(replace(f, value=f.value / 10000 if f.value is not None else None, resolution=Decimal("0.000001")) for f in contents.figures)
    (finding,) = [f for f in confront(replace(contents, figures=yuan)).findings if f["rule_id"] == "three_public_total"]
    assert (finding["printed"], finding["expected"], finding["difference"]) == ("0.006000", "0.000600", Decimal("0.0054"))


def test_finding_tells_of_doubts_about_the_reading() -> None:
    contents = breached()
    figures = tuple(
        replace(f, agreement="differs", other_reading="6.00", placement="identity") if f.measure == "budget_total" else f for f in contents.figures
    )
    (finding,) = [f for f in confront(replace(contents, figures=figures)).findings if f["rule_id"] == "three_public_total"]
    assert "the readers disagree on" in finding["explanation"]
    assert "chosen by the form's identities" in finding["explanation"]


def test_finding_ids_do_not_change_between_runs() -> None:
    assert [f["finding_id"] for f in confront(breached()).findings] == [f["finding_id"] for f in confront(breached()).findings]


def test_page_and_line_are_those_of_the_printed_side() -> None:
    contents = breached()
    figures = tuple(replace(f, place=golden.Place(page=9, line=99)) if f.measure == "budget_total" else f for f in contents.figures)
    (finding,) = [f for f in confront(replace(contents, figures=figures)).findings if f["rule_id"] == "three_public_total"]
    assert (finding["page"], finding["line"]) == (9, 99)


def test_an_engine_error_is_heard_and_the_run_goes_on() -> None:
    def fails(rule: Rule, contents: ReportContents) -> Iterable[Equation | Judgement]:
        raise KeyError("no such thing")

    broken = replace(RULES["summary_balance"], rule_id="broken", build=fails)
    found = confront(small_report(), {"broken": broken, "summary_balance": RULES["summary_balance"]})
    first, second = found.equations
    assert first["verdict"] == "not_evaluated"
    assert first["reason"].startswith(ENGINE_ERROR)
    assert "no such thing" in first["reason"]
    assert second["verdict"] == "exact"


@pytest.mark.parametrize(
    ("why", "english"),
    [
        ("自评表1 / 等级：得分 95，应为优", "自评表1 / 等级: “良” is printed, “优” is due. What should hold: A balances."),
        ("no score is printed", "no score is printed"),
    ],
)
def test_a_breach_of_words_is_told_in_both_languages(why: str, english: str) -> None:
    def graded(rule: Rule, contents: ReportContents) -> Iterable[Equation | Judgement]:
        yield Judgement(rule.rule_id, contents.report.report_id, "自评表1 / 等级", "violated", "良", "优", why)

    (finding,) = confront(small_report(), {"r": replace(RULES["summary_balance"], rule_id="r", title="A balances", build=graded)}).findings
    assert finding["explanation"] == english
    assert re.search("[一-鿿]", finding["explanation_zh"])


def test_a_place_that_comes_twice_is_told_apart() -> None:
    def twice(rule: Rule, contents: ReportContents) -> Iterable[Equation | Judgement]:
        figure = contents.figures[0]
        for _ in range(2):
            yield Equation(rule.rule_id, contents.report.report_id, "place", Sum.of(figure), Sum.of(figure))

    found = confront(small_report(), {"r": replace(RULES["summary_balance"], rule_id="r", build=twice)})
    assert [e["place"] for e in found.equations] == ["place", "place (2)"]


def test_rules_outside_their_years_say_nothing() -> None:
    rule = replace(RULES["summary_balance"], since_year=2025)
    assert outcomes_of(rule, small_report(2024)) == []
    assert len(outcomes_of(rule, small_report(2025))) == 1


@given(st.lists(st.integers(0, 10**9), min_size=4, max_size=12))
def test_true_amounts_rounded_for_print_break_no_sum(cents: list[int]) -> None:
    """Amounts in 元 printed in 万元: however they round, no identity of a code form may be raised."""
    about = golden.report()
    cut = len(cents) // 2

    def printed(amount: int) -> str:
        return str((Decimal(amount) / 1_000_000).quantize(Decimal("0.01")))

    def rows() -> Iterable[str]:
        yield f"|合计|{printed(sum(cents))}|{printed(sum(cents[:cut]))}|{printed(sum(cents[cut:]))}"
        yield f"201|类|{printed(sum(cents))}|{printed(sum(cents[:cut]))}|{printed(sum(cents[cut:]))}"
        for i, c in enumerate(cents):
            basic, project = (printed(c), "") if i < cut else ("", printed(c))
            yield f"201{i:02}|款|{printed(c)}|{basic}|{project}"

    contents = golden.contents(about, golden.table(about, "expenditure", rows(), ("total", "basic", "project")))
    for rule in ("expenditure_row_total", "expenditure_grand_total", "expenditure_subtotals"):
        outcomes = outcomes_of(RULES[rule], contents)
        assert outcomes
        assert "violated" not in {o.verdict for o in outcomes}


NON_ZERO = [f for f in small_report().figures if f.value]


@settings(max_examples=50)
@given(st.sampled_from(NON_ZERO), st.sampled_from([-1, 1]), st.integers(100, 10**6))
def test_one_wrong_figure_of_a_clean_report_is_seen(figure: Figure, sign: int, hundredths: int) -> None:
    contents = small_report()
    assert figure.value is not None
    wrong = replace(figure, value=figure.value + Decimal(sign * hundredths) / 100)
    changed = replace(contents, figures=tuple(wrong if f.figure_id == figure.figure_id else f for f in contents.figures))
    assert any(f["severity"] == "error" for f in confront(changed).findings)


@pytest.mark.parametrize("edits", [{}, OTHER_MONEY], ids=["all money fiscal", "other money"])
def test_a_report_is_held_to_the_inequality_or_to_the_equality(edits: dict[tuple[str, str, str], str]) -> None:
    contents = edited(small_report(), edits)
    evaluated = [r for r in ("expenditure_covers_budgets", "expenditure_equals_budgets") if len(outcomes_of(RULES[r], contents)) > 1]
    assert evaluated == ["expenditure_covers_budgets" if edits else "expenditure_equals_budgets"]


@pytest.mark.parametrize(
    ("beyond", "printed_to", "words"),
    [
        ("7.85164835164835164", "0.01", "7.8516"),
        ("0.60", "0.01", "0.6"),
        ("0.00000123", "0.01", "0.000001"),
        ("100", "0.01", "100"),
        ("0.0475", "1", "0.05"),
    ],
)
def test_what_exceeds_rounding_is_told_to_two_digits_more_than_printed(beyond: str, printed_to: str, words: str) -> None:
    assert _beyond(Decimal(beyond), Decimal(printed_to)) == words


@pytest.mark.parametrize(
    ("difference", "printed_to", "told"),
    [
        ("-0.01", "0.01", "-0.01"),
        ("0.000123", "0.000001", "0.000123"),  # amounts in yuan: not a digit is lost
        ("0.6425702811", "1", "0.64"),  # a quotient: two digits more than are printed
        ("0.0071929820", "0.000000001", "0.0072"),
    ],
)
def test_a_difference_is_told_in_the_digits_that_mean_something(difference: str, printed_to: str, told: str) -> None:
    assert _difference(Decimal(difference), Decimal(printed_to)) == Decimal(told)
