"""Names: functional items looked up in the forms, and the same project under two printed names."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_report import small_report

from pipeline.narrative.items import ItemCodes, plain_name, split_names
from pipeline.narrative.project_names import Project, matched

CODES = ItemCodes.of(small_report())


@pytest.mark.parametrize(
    ("subject", "part", "code"),
    [
        ("一般公共服务支出（类）人大事务（款）行政运行（项）", "general_budget", "2010101"),
        ("人大事务（款）行政运行（项）", "general_budget", "2010101"),
        ("一般公共服务（类）支出", "general_budget", "201"),
        ("社会保障和就业支出", "general_budget", "208"),
        ("一般公共预算服务支出（类）", "general_budget", "201"),  # two characters too many: the one name that fits
        ("人大事务（款）", "general_budget", "20101"),
        ("其他支出（类）支出", "fund", "229"),
        ("一般公共服务支出（类）人大事务（款）事业运行（项）", "general_budget", None),  # no form prints it
        ("行政运行（项）", "basic", None),  # a part without functional items
    ],
)
def test_the_code_of_a_name(subject: str, part: str, code: str | None) -> None:
    assert CODES.find(subject, part) == code


def test_names_of_class_section_and_item() -> None:
    assert split_names("教育支出（类）普通教育（款）小学教育（项）") == ("教育支出", "普通教育", "小学教育")
    assert split_names("其他政府办公厅（室）及相关机构事务支出（项）") == ("", "", "其他政府办公厅（室）及相关机构事务支出")
    assert split_names("教育支出") == ("教育支出", "", "")


def test_a_plain_name_has_no_marks() -> None:
    assert plain_name("其中：一、一般公共服务 支出（类）") == plain_name("一般公共服务支出") == "一般公共服务"


def projects(*names: str) -> list[Project]:
    return [Project(n) for n in names]


def test_the_same_name_but_for_quotes_brackets_and_a_closing_word() -> None:
    left = projects("2022年省级‘数字山东’发展资金（2023年上级专款）", "政务云服务项目")
    right = projects("政务云服务", "2022年省级“数字山东”发展资金(2023年上级专款)")
    assert matched(left, right) == [(0, 1), (1, 0)]


def test_one_name_within_another() -> None:
    assert matched(projects("公共数据汇聚治理项目（省级数字山东发展资金）项目"), projects("公共数据汇聚治理项目")) == [(0, 0)]


def test_namesakes_are_told_apart_by_their_amounts() -> None:
    left = [Project("信息技术发展资金项目", (Decimal(5), Decimal(5))), Project("信息技术发展资金项目", (Decimal(7), Decimal(6)))]
    right = [Project("信息技术发展资金", (Decimal(7), Decimal(6))), Project("信息技术发展资金", (Decimal(5), Decimal(5)))]
    assert matched(left, right) == [(0, 1), (1, 0)]


def test_other_names_match_by_amounts_only_where_both_amounts_are_the_same_and_alone() -> None:
    left = [Project("甲工程", (Decimal(5), Decimal(4)))]
    assert matched(left, [Project("乙平台", (Decimal(5), Decimal(4)))]) == [(0, 0)]
    assert matched(left, [Project("乙平台", (Decimal(5), Decimal(3)))]) == []
    assert matched(left, [Project("乙平台", (Decimal(5), Decimal(4))), Project("丙平台", (Decimal(5), Decimal(4)))]) == []


def test_likeness_is_no_match() -> None:
    assert matched(projects("烟台市数字机关建设项目"), projects("烟台市数字政府建设项目")) == []


@given(st.lists(st.text(alphabet="甲乙丙丁项目", min_size=1, max_size=6), max_size=6))
def test_every_position_is_in_one_pair_at_most_and_a_list_matches_itself(names: list[str]) -> None:
    left = projects(*names)
    pairs = matched(left, left)
    assert sorted(a for a, _ in pairs) == sorted(b for _, b in pairs) == list(range(len(names)))


def test_a_slip_of_a_character_is_one_project_where_the_amounts_do_not_deny_it() -> None:
    one, other = "烟台市数字机关建设项目", "烟台市数宇机关建设项目"
    assert matched(projects(one), projects(other)) == [(0, 0)]
    assert matched([Project(one, (Decimal(5), Decimal(4)))], [Project(other, (Decimal(6), Decimal(4)))]) == []
