"""Codes have names in their years; names are the same whatever their numbering and their word for *and*."""

from __future__ import annotations

import pytest

from pipeline.model.classification import Category, bare_name, categories, cofog, complete, functional_class, known, same_name


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [(None, None, (1990, 2024)), (2019, None, (2019, 2024)), (None, 2018, (1990, 2018)), (2019, 2020, (2019, 2020))],
)
def test_a_name_is_in_force_from_its_first_to_its_last_year(since: int | None, until: int | None, years: tuple[int, int]) -> None:
    category = Category("functional", "229", "其他支出", since, until, (), ())
    assert all(category.in_force(year) for year in years)
    assert since is None or not category.in_force(since - 1)
    assert until is None or not category.in_force(until + 1)


def test_names_are_the_same_whatever_their_numbering_brackets_and_word_for_and():
    assert same_name("（一）、社会保障与就业支出") == same_name("社会保障 和就业支出") == same_name("其中：社会保障及就业支出")
    assert same_name("科学技术支出") != same_name("科学支出")
    assert same_name("一、一、住房") == "一住房"
    assert bare_name("社会保障就业支出") == bare_name("社会保障和就业支出")


def test_the_list_gives_a_code_its_names_of_a_year():
    (renamed, *_), changed = categories()["functional", "215"], [c for names in categories().values() for c in names if c.since and c.until]
    assert renamed.code == "215"
    assert all(c.since <= c.until for c in changed)
    (salaries,) = known("economic", "30101")
    assert (salaries.kind, salaries.name, salaries.since, salaries.until) == ("economic", "基本工资", None, None)
    assert 2019 in salaries.years_seen
    dated = next(c for names in categories().values() for c in names if c.since)
    assert dated in known(dated.kind, dated.code)
    assert dated in known(dated.kind, dated.code, dated.since)
    assert dated not in known(dated.kind, dated.code, dated.since - 1)
    assert known("functional", "999") == ()
    renamed_in = next(c for names in categories().values() for c in names if c.other_names)
    assert renamed_in.names == (renamed_in.name, *renamed_in.other_names)


def test_the_list_is_complete_for_economic_codes_and_for_functional_classes():
    assert complete("economic", "30101")
    assert complete("functional", "208")
    assert not complete("functional", "20805")


def test_a_line_of_the_summary_names_its_class():
    assert functional_class("八、社会保障和就业支出") == "208"
    assert functional_class("资源勘探信息等支出") == functional_class("资源勘探工业信息等支出") == "215"
    assert functional_class("行政运行") is None  # an item, and an economic category, are no class
    assert functional_class("工资福利支出") is None


def test_a_class_has_its_division_where_one_can_be_told():
    assert cofog()["208"] == ("10", "Social protection")
    assert "229" not in cofog()
