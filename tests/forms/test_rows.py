"""Tables and lines of real reports become rows of forms: codes joined, cut labels put together, totals kept, nothing lost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon.forms import FORM_BY_KEY, FormSpec
from pipeline.model.figures import Place
from pipeline.model.numbers import PrintedNumber, parse_number
from pipeline.reading import read_document
from pipeline.reading.document import Cell, Line, Table
from pipeline.recognition.columns import Layout, fit
from pipeline.recognition.figures import common_decimals, figures_of
from pipeline.recognition.forms import FormsFound, find_forms
from pipeline.recognition.ledger import numbers_of
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.units import assign_units
from pipeline.tables import lower
from pipeline.tables.text_layer_blanks import blanks_from_spaces
from pipeline.tables.text_layer_placement import Equation, Placement, Slots

GENERAL = "一般公共预算财政拨款支出决算表"
HEAD = "科目编码\t科目名称\t小计\t基本支出\t项目支出"


def found(text: str) -> FormsFound:
    return find_forms(lower(read_document(text.encode())))


def rows(text: str) -> list[tuple[str, str, list[str]]]:
    (form,) = found(text).forms
    return [(r.code, r.label, [c.text for c in r.cells.values()]) for r in form.rows]


def grid(*lines: str) -> Table:
    texts = [line.split("|") for line in lines]
    cells = tuple(Cell(r, c, t) for r, row in enumerate(texts) for c, t in enumerate(row))
    return Table(cells, len(texts), len(texts[0]), Place(page=1), "test")


# -- columns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "heading", "measures"),
    [
        ("income", ["科目编码|科目名称|本年收入合计|财政拨款收入|上级补助收入|事业收入|经营收入|附属单位上缴收入|其他收入"],
         ["total", "fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"]),
        ("income", ["项目|||合计|财政拨款收入|其他收入", "类|款|项|||"], ["total", "fiscal", "other"]),
        ("expenditure", ["项目||本年支出合计|基本支出|项目支出|上缴上级支出|经营支出|对附属单位补助支出", "科目编码|科目名称||||||"],
         ["total", "basic", "project", "to_superior", "business", "affiliated_subsidy"]),
        ("general_budget_expenditure", ["项目||本年支出||", "科目编码|科目名称|小计|基本支出|项目支出"], ["total", "basic", "project"]),
        ("government_fund", ["项目||年初结转和结余|本年收入|本年支出|||年末结转和结余", "科目编码|科目名称|||小计|基本支出|项目支出|"],
         ["opening", "income", "total", "basic", "project", "closing"]),
        ("state_capital", ["项目||本年支出||", "科目编码|科目名称|合计|基本支出|项目支出"], ["total", "basic", "project"]),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_headings(key: str, heading: list[str], measures: list[str]) -> None:
    width = heading[0].count("|") + 1
    first = "|".join(["201", "一般公共服务支出", *["1.00"] * (width - 2)])
    layout = fitted(FORM_BY_KEY[key], grid(*heading, first))
    assert layout is not None
    assert layout.data_row == len(heading)
    assert list(layout.groups[0].values.values()) == measures


def fitted(spec: FormSpec, table: Table) -> Layout | None:
    layout = fit(spec, table, 2024)
    return None if isinstance(layout, str) else layout


def test_a_table_without_the_forms_columns_is_not_the_form() -> None:
    assert fitted(FORM_BY_KEY["income"], grid("姓名|职务|电话", "张某|主任|1.00")) is None
    assert fitted(FORM_BY_KEY["general_budget_expenditure"], grid("科目编码|科目名称|小计|基本支出", "201|公共服务|1.00|1.00")) is None


def test_a_column_that_the_form_does_not_know_is_kept_under_its_heading() -> None:
    layout = fitted(FORM_BY_KEY["general_budget_expenditure"], grid("科目编码|科目名称|小计|基本支出|项目支出|增长率", "201|服务|1|1|0.00|2"))
    assert layout is not None
    assert list(layout.groups[0].values.values())[-1] == "column:增长率"


# -- rows ---------------------------------------------------------------------------------------------------


def test_code_name_and_amounts_with_blanks_kept() -> None:
    assert rows(f"{GENERAL}\n{HEAD}\n合计\t\t3.00\t2.00\t1.00\n2010601\t行政运行\t2.00\t2.00\t\n") == [
        ("", "合计", ["3.00", "2.00", "1.00"]),
        ("2010601", "行政运行", ["2.00", "2.00", ""]),
    ]


def test_split_codes_are_joined_and_carried_down() -> None:
    text = f"""{GENERAL}
项目\t\t\t\t本年支出\t\t
类\t款\t项\t科目名称\t小计\t基本支出\t项目支出
201\t\t\t一般公共服务支出\t5.00\t5.00\t
201\t06\t\t财政事务\t5.00\t5.00\t
201\t06\t01\t行政运行\t3.00\t3.00\t
\t\t50\t事业运行\t2.00\t2.00\t
"""
    assert [(code, label) for code, label, _ in rows(text)] == [
        ("201", "一般公共服务支出"), ("20106", "财政事务"), ("2010601", "行政运行"), ("2010650", "事业运行")
    ]  # fmt: skip


def test_a_label_that_the_page_break_cut_is_put_together() -> None:
    text = f"{GENERAL}\n{HEAD}\n2080505\t机关事业单位基本养老保险\t2.00\t2.00\t\n\n- 12 -\n\n\t缴费支出\t\t\t\n208\t社会保障\t2.00\t2.00\t\n"
    assert [(code, label) for code, label, _ in rows(text)] == [
        ("2080505", "机关事业单位基本养老保险缴费支出"),
        ("208", "社会保障"),
    ]


def test_code_and_name_in_one_cell_are_told_apart_and_the_total_is_no_label_of_a_code() -> None:
    assert [r[:2] for r in rows(f"{GENERAL}\n{HEAD}\n\t2010601 行政运行\t2.00\t2.00\t\n合 计\t\t2.00\t2.00\t\n")] == [
        ("2010601", "行政运行"),
        ("", "合计"),
    ]


def test_column_numbers_and_notes_are_no_rows() -> None:
    text = f"{GENERAL}\n{HEAD}\n栏次\t\t1\t2\t3\n合计\t\t1.00\t1.00\t\n注：本表反映支出情况，1.00\t\t\t\t\n"
    assert rows(text) == [("", "合计", ["1.00", "1.00", ""])]


def test_a_number_beside_the_columns_is_kept_and_not_lost() -> None:
    document = lower(read_document(f"{GENERAL}\n{HEAD}\t\n201\t一般公共服务支出\t1.00\t1.00\t\t7.77\n".encode()))
    (form,) = find_forms(document).forms
    blocks = dict(enumerate(block for _, block in document.blocks()))
    ended = {n.text: n.account for n in numbers_of(blocks, form.blocks, figures_of(form, "r", "test").cells, {}, "no column")}
    assert (ended["1.00"], ended["7.77"], ended["201"]) == ("figure", "figure", "identifier")  # kept under the heading that reaches it


def test_the_number_of_its_page_alone_on_a_line_and_a_class_before_its_sections_are_identifiers() -> None:
    texts = ["7", "12.5", "300"]
    lines = {n: Line(text, Place(page=4)) for n, text in enumerate(texts)}
    assert [(n.account, n.kind) for n in numbers_of(lines, lines, (), {}, "why")] == [
        ("identifier", "page_number"), ("unread", "why"), ("unread", "why")]  # fmt: skip
    parted = grid("类|款|名称|金额|类|款|名称|金额", "301|01|基本工资|1.00|307|01|国内债务付息|2.00")
    assert {n.text: n.kind for n in numbers_of({0: parted}, {0}, {(0, 1, 3), (0, 1, 7)}, {}, "why")}["307"] == "code"


def test_a_heading_of_amounts_that_is_drawn_over_names_is_none_of_theirs() -> None:
    head = [Cell(0, 0, "项目"), Cell(0, 1, "本年支出", 1, 3), Cell(0, 4, "")]
    texts = ("科目编码|科目名称|小计|基本支出|项目支出", "204|公共安全支出|3.00|2.00|1.00", "20404|检察|3.00|2.00|1.00")
    table = Table((*head, *(Cell(r + 1, c.col, c.text) for r, row in enumerate(texts) for c in grid(row).cells)), 4, 5, Place(page=1), "test")
    layout = fit(FORM_BY_KEY["general_budget_expenditure"], table, 2022)
    assert isinstance(layout, Layout)
    assert (layout.groups[0].label, dict(layout.groups[0].values)) == (1, {2: "total", 3: "basic", 4: "project"})


# -- which table is which form ----------------------------------------------------------------------------------

INCOME = (
    "收入决算表\n\n科目编码\t科目名称\t本年收入合计\t财政拨款收入\t其他收入\n201\t一般公共服务支出\t{}\t{}\t\n208\t社会保障和就业支出\t1.00\t1.00\t\n"
)
SPENT = f"{GENERAL}\n\n{HEAD}\n201\t一般公共服务支出\t1.00\t1.00\t\n"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_forms_are_found_in_any_order(order: tuple[int, int]) -> None:
    texts = [INCOME.format("1.00", "1.00"), SPENT]
    keys = ["income", "general_budget_expenditure"]
    assert [f.spec.key for f in found("\n".join(texts[i] for i in order)).forms] == [keys[i] for i in order]


def test_a_title_repeated_over_the_page_break_goes_on_with_the_form() -> None:
    first, second = (
        INCOME.format("1.00", "1.00"),
        "收入决算表\n\n科目编码\t科目名称\t本年收入合计\t财政拨款收入\t其他收入\n210\t卫生健康支出\t3.00\t3.00\t\n",
    )
    (form,) = found(first + "\n- 3 -\n\n" + second).forms
    assert [r.code for r in form.rows] == ["201", "208", "210"]


def test_the_same_form_printed_twice_is_two_printings() -> None:
    forms = found(INCOME.format("1.00", "1.00") + "\n第三部分 说明\n\n" + INCOME.format("2.00", "2.00")).forms
    assert [f.spec.key for f in forms] == ["income", "income"]


def test_a_title_in_the_table_itself_counts() -> None:
    (form,) = found(
        "收入决算表\t\t\t\t\n公开02表\t\t\t\t单位：元\n科目编码\t科目名称\t本年收入合计\t财政拨款收入\t其他收入\n201\t公共服务\t1.00\t1.00\t\n"
    ).forms
    assert (form.spec.key, form.unit, form.ratio) == ("income", "元", Fraction(1, 10_000))


def test_a_form_that_is_listed_and_not_printed_is_only_listed() -> None:
    contents = found("目录\n一、收入决算表\n二、支出决算表\n\n" + INCOME.format("1.00", "1.00"))
    assert set(contents.listed) == {"income", "expenditure"}
    assert [f.spec.key for f in contents.forms] == ["income"]


def test_a_form_without_a_unit_is_in_that_of_the_forms_around_it() -> None:
    forms = found("单位：元\n" + INCOME.format("1.00", "1.00") + "\n" + SPENT).forms
    assign_units(forms, ())
    assert {f.unit for f in forms} == {"元"}


# -- figures ------------------------------------------------------------------------------------------------


def form(*cells: CellRead, ratio: Fraction = Fraction(1)) -> FormRead:
    spec = FORM_BY_KEY["general_budget_expenditure"]
    return FormRead(spec, spec.zh, Place(), ratio=ratio, rows=[RowRead(None, "201", "服务", "", {"total": c}) for c in cells])


@given(st.integers(0, 10**11), st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(1, 10_000), Fraction(100)]))
def test_a_figure_is_exact_in_ten_thousands_whatever_the_unit(cents: int, ratio: Fraction) -> None:
    printed = Decimal(cents).scaleb(-2)
    (figure,) = figures_of(form(CellRead(f"{printed:,}", Place()), ratio=ratio), "r", "test").figures
    assert figure.value is not None
    assert figure.value * ratio.denominator == printed * ratio.numerator
    assert figure.resolution * ratio.denominator == Decimal("0.01") * ratio.numerator


@pytest.mark.parametrize(
    ("text", "second", "agreement", "other"),
    [
        ("1,234.50", None, "single", None),
        ("1,234.50", "1,234.50", "agreed", None),
        ("1,234.50", "1234.5", "agreed", None),
        ("", "", "agreed", None),
        ("1,234.50", "1,234.56", "differs", "1,234.56"),
        ("1,234.50", "", "differs", ""),
        ("", "0.00", "differs", "0.00"),
    ],
)
def test_two_readers_agree_on_a_number_and_not_on_its_spelling(text: str, second: str | None, agreement: str, other: str | None) -> None:
    (figure,) = figures_of(form(CellRead(text, Place(), second)), "r", "test").figures
    assert (figure.agreement, figure.other_reading) == (agreement, other)


def test_an_amount_that_no_budget_knows_is_left_over() -> None:
    read = form(CellRead("9999999999999.00", Place()), CellRead("1.00", Place()))
    told = figures_of(read, "r", "test")
    assert [f.printed for f in told.figures] == ["1.00"]
    assert [text for text, _ in told.stray] == ["9999999999999.00"]


@pytest.mark.parametrize(
    ("texts", "decimals"),
    [(["0", "11093.1", "6613", "12.05"], 2), (["0", "0"], 2), (["1", "2", "3"], 0), (["1.5", "2", "3.5"], 1)],
)
def test_dropped_zeros_make_no_number_coarser_than_its_form(texts: list[str], decimals: int) -> None:
    numbers = [n for t in texts if (n := parse_number(t)) is not None]
    assert all(isinstance(n, PrintedNumber) for n in numbers)
    assert common_decimals(numbers) == decimals


# -- columns that the text has lost -------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 6), min_size=1))
def test_blanks_that_survive_as_spaces_say_the_columns(columns: set[int]) -> None:
    taken = sorted(columns)
    raw = "".join(("7.00" if c in columns else "") + " " for c in range(taken[0], 7))
    assert blanks_from_spaces(raw, len(taken), 7, lead=taken[0] + 1) == tuple(taken)


@pytest.mark.parametrize(("raw", "numbers"), [("7.00 7.00", 3), ("", 0), ("1.00                    1.00", 2)])
def test_spaces_that_fit_no_columns_say_nothing(raw: str, numbers: int) -> None:
    assert blanks_from_spaces(raw, numbers, 7) is None


def test_the_forms_identities_choose_where_the_text_leaves_two_columns_possible() -> None:
    total, basic, project = slots = [
        Slots(["3.00", "1.00", "2.00"]),
        Slots(["1.00", "1.00"], parent=0),
        Slots(["2.00", "2.00"], parent=0),
    ]
    Placement(slots, 3, [Equation((0,), (1, 2))]).choose()
    assert (total.chosen, basic.chosen, project.chosen) == ((0, 1, 2), (0, 1), (0, 2))
    assert (total.certain, basic.certain) == (True, False)


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(0, 99)), min_size=1, max_size=5))
def test_rows_that_add_up_as_they_stand_are_not_moved(amounts: list[tuple[int, int]]) -> None:
    """total | basic | project: basic is always there, project is blank where it is nothing."""
    whole = (sum(b for b, _ in amounts), sum(p for _, p in amounts))
    printed = [[b + p, b, p] if p else [b, b] for b, p in [whole, *amounts]]
    slots = [Slots([f"{n}.00" for n in row], parent=None if i == 0 else 0) for i, row in enumerate(printed)]
    Placement(slots, 3, [Equation((0,), (1, 2))]).choose()
    assert [s.chosen for s in slots] == [tuple(range(len(row))) for row in printed]


def test_placing_hundreds_of_rows_takes_seconds() -> None:
    slots = [Slots(["1.00", "1.00"], parent=0 if i else None) for i in range(300)]
    Placement(slots, 5, [Equation((0,), (1, 2, 3, 4))]).choose()
    assert all(s.chosen[0] == 0 for s in slots[1:])


def test_codes_in_brackets_and_dashes_for_no_label() -> None:
    text = (
        "收入决算表\n\n单位：万元\n\n科目编码\t科目名称\t本年收入合计\t财政拨款收入\n合计\t-\t9.00\t9.00\n"
        "[201]\t一般公共服务支出\t9.00\t9.00\n【20101】人大事务\t\t9.00\t9.00\n"
    )
    (form,) = find_forms(lower(read_document(text.encode()))).forms
    assert [(r.code, r.label) for r in form.rows] == [("", "合计"), ("201", "一般公共服务支出"), ("20101", "人大事务")]
