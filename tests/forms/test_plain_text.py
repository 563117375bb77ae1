"""Forms from a text layer without cells, and whose report it is by what it prints."""

from __future__ import annotations

import pytest

from pipeline.reading import read_document
from pipeline.reading.document import Table, UnreadableDocument
from pipeline.recognition.forms import find_forms
from pipeline.recognition.identity import identify
from pipeline.tables import lower

GENERAL = """一般公共预算财政拨款支出决算表

公开05表

 部门：甲市乙局 单位：万元

项 目 本年支出

科目编码 科目名称 小计 基本支出 项目支出

栏次 1 2 3

合 计 30.00 20.00 10.00

201 一般公共服务支出 30.00 20.00 10.00

20106 财政事务 30.00 20.00 10.00

2010601 行政运行 20.00 20.00

— 9 —

2010602 一般行政管理

事务 10.00 10.00
"""


def rows() -> dict[str, dict[str, tuple[str, str]]]:
    (form,) = find_forms(lower(read_document(GENERAL.encode()))).forms
    return {r.code or r.label: {m: (c.text, c.placement) for m, c in r.cells.items()} for r in form.rows}


def test_numbers_stand_in_the_columns_that_the_identities_leave() -> None:
    read = rows()
    assert {m: t for m, (t, _) in read["2010601"].items()} == {"total": "20.00", "basic": "20.00", "project": ""}
    assert {m: t for m, (t, _) in read["2010602"].items()} == {"total": "10.00", "basic": "", "project": "10.00"}


def test_a_chosen_column_is_said_to_be_chosen() -> None:
    read = rows()
    assert {m: p for m, (_, p) in read["2010602"].items()} == {"total": "printed", "basic": "identity", "project": "identity"}
    assert {p for _, p in read["合计"].values()} == {"printed"}


def test_headings_of_later_pages_are_kept_as_printed() -> None:
    again = GENERAL.replace("— 9 —\n", "— 9 —\n\n项 目 本年支出\n\n科目编码 科目名称 小计 基本支出 基本支出\n")
    (table,) = [b for _, b in lower(read_document(again.encode())).blocks() if isinstance(b, Table)]
    first, second = (text for text, _ in table.headings)
    assert first.endswith("科目名称小计基本支出项目支出栏次123")
    assert second == "项目本年支出科目编码科目名称小计基本支出基本支出"


def test_a_wrapped_label_is_whole_and_page_numbers_are_no_rows() -> None:
    (form,) = find_forms(lower(read_document(GENERAL.encode()))).forms
    assert [(r.code, r.label) for r in form.rows][-1] == ("2010602", "一般行政管理事务")
    assert len(form.rows) == 5


def identity(text: str) -> tuple[str, str, int]:
    found = identify(read_document(text.encode()))
    return found.publisher, found.kind, found.fiscal_year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年度烟台市大数据局部门决算\n\n部门：烟台市大数据局  金额单位：万元\n", ("烟台市大数据局", "department", 2024)),
        (
            "2024 年度\n荣成市大数据中心\n单位决算\n第二部分 2024 年度单位决算表\n单位：荣成市大数据中心\n",
            ("荣成市大数据中心", "unit", 2024),
        ),
        ("2019年度部门决算\n编制部门：甲局（本级）  单位：元\n2020年8月公开\n", ("甲局（本级）", "department", 2019)),
        ("2023年度部门决算\n部门: 甲局(本级)\n部门：甲局（本级）\n部门：乙局\n", ("甲局（本级）", "department", 2023)),
        ("部门决算\n收入支出决算总表\n部门：甲市住房公积金管理中心  2025年度  单位：万元\n", ("甲市住房公积金管理中心", "department", 2025)),
        ("部门决算\n收入支出决算总表\n部门：甲市水利局（2021年度）  单位：万元\n", ("甲市水利局", "department", 2021)),
    ],
)
def test_publisher_kind_and_year_are_what_the_report_prints_most(text: str, expected: tuple[str, str, int]) -> None:
    assert identity(text) == expected


@pytest.mark.parametrize(("text", "problem"), [("部门：甲局\n部门决算\n", "fiscal year"), ("2024年度部门决算\n单位：万元\n", "publisher")])
def test_a_document_without_year_or_publisher_is_no_report(text: str, problem: str) -> None:
    with pytest.raises(UnreadableDocument, match=problem):
        identity(text)


THREE_PUBLIC = """财政拨款“三公”经费支出决算表

单位：万元

项 目 预算数 决算数\x20

合计 6.65 \x20

1.因公出国(境)费  \x20

2.公务用车购置及运行维护费  \x20

(1)公务用车购置费  \x20

(2)公务用车运行维护费  \x20

3.公务接待费 6.65 \x20
"""


def test_a_three_public_form_lists_kinds_that_print_nothing() -> None:
    (form,) = find_forms(lower(read_document(THREE_PUBLIC.encode()))).forms
    printed = {m: c.text for m, c in form.rows[0].cells.items() if c.text}
    assert printed == {"budget_total": "6.65", "budget_reception": "6.65"}
