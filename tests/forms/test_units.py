"""A unit label that the figures contradict is corrected; one that they do not is kept."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.figures import Place
from pipeline.reading import read_document
from pipeline.reading.document import Cell, Table
from pipeline.recognition.choice import _names_most
from pipeline.recognition.figures import figures_of
from pipeline.recognition.forms import find_forms
from pipeline.recognition.parts import FormParts, _printing
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.units import assign_units

FORMS = """收入决算表

单位：万元

科目编码\t科目名称\t本年收入合计\t财政拨款收入
合计\t\t547.13\t547.13
201\t一般公共服务支出\t547.13\t547.13

支出决算表

单位：万元

科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出
合计\t\t547.13\t547.13\t0.00
201\t一般公共服务支出\t547.13\t547.13\t0.00

一般公共预算财政拨款基本支出决算表

单位：{unit}

科目编码\t科目名称\t金额\t科目编码\t科目名称\t金额
301\t工资福利支出\t{staff}\t302\t商品和服务支出\t{rest}
30101\t基本工资\t{staff}\t30201\t办公费\t{rest}
人员经费合计\t\t{staff}\t公用经费合计\t\t{rest}
"""


def unit_of_basic(unit: str, staff: str, rest: str) -> tuple[str, str | None]:
    forms = find_forms(read_document(FORMS.format(unit=unit, staff=staff, rest=rest).encode())).forms
    assign_units(forms, ())
    form = next(f for f in forms if f.spec.key == "basic_expenditure_by_economic_class")
    return form.unit, form.unit_printed


def test_a_form_whose_totals_make_up_another_forms_total_is_in_its_unit() -> None:
    assert unit_of_basic("元", "454.98", "92.16") == ("万元", "元")  # 547.14 and 547.13: rounded on their own


def test_a_form_in_another_unit_keeps_it() -> None:
    assert unit_of_basic("元", "4,549,800.00", "921,500.00") == ("元", None)


def form(*rows: tuple[str, str], unit: str = "") -> FormRead:
    """A form with rows of (label, amount); ``unit``: its label, ``""`` where none is printed."""
    ratio = {"": Fraction(1), "万元": Fraction(1), "元": Fraction(1, 10_000), "千元": Fraction(1, 10)}[unit]
    read = [RowRead(None, "" if "计" in label else "201", label, "", {"total": CellRead(amount, Place())}) for label, amount in rows]
    return FormRead(FORM_BY_KEY["income"], "收入决算表", Place(), unit or "万元", ratio, bool(unit), rows=read)


def assigned(*forms: FormRead, text: Sequence[str] = ()) -> list[tuple[str, Fraction, str | None, str | None]]:
    assign_units(forms, text)
    return [(f.unit, f.ratio, f.unit_printed, f.unit_doubt) for f in forms]


YUAN, WAN = ("元", Fraction(1, 10_000), None, None), ("万元", Fraction(1), None, None)


def test_a_form_without_a_label_is_in_the_unit_of_the_last_that_has_one_or_of_the_first() -> None:
    first, second = form(("合计", "1,111.10"), unit="元"), form(("合计", "2,222.20"), unit="千元")
    found = assigned(form(("合计", "3.00")), first, form(("合计", "4.00")), second, form(("合计", "5.00")))
    assert [unit for unit, *_ in found] == ["元", "元", "元", "千元", "千元"]
    assert [ratio for _, ratio, *_ in found] == [Fraction(1, 10_000)] * 3 + [Fraction(1, 10)] * 2
    assert {doubt for *_, doubt in found} == {None}


def test_the_label_of_one_form_is_wrong_where_it_prints_the_numbers_of_the_others() -> None:
    others = [form(("合计", "547.13"), ("服务", "12.50"), unit="万元") for _ in range(2)]
    assert assigned(*others, form(("合计", "547.13"), ("服务", "1.10"), unit="元"))[-1] == ("万元", Fraction(1), "元", None)  # its total
    assert assigned(*others, form(("其他", "8.10"), ("服务", "12.50"), unit="元"))[-1] == ("万元", Fraction(1), "元", None)  # half of them
    assert assigned(*others, form(("其他", "8.10"), ("服务", "9.10"), ("款", "12.50"), unit="元"))[-1] == YUAN
    assert assigned(*others, form(("合计", "0.00"), unit="元"))[-1] == YUAN  # zeros tell nothing
    assert assigned(*others, form(("合计", "5.10"), ("服务", "9.10"), unit="元"))[-1] == YUAN


def test_a_total_of_few_digits_is_no_evidence_of_a_unit() -> None:
    others = [form(("合计", "5.10"), ("服务", "12.50"), unit="万元") for _ in range(2)]
    assert assigned(*others, form(("合计", "5.10"), ("服务", "9.10"), ("款", "8.10"), unit="元"))[-1] == YUAN
    others = [form(("合计", "51.12"), ("服务", "12.50"), unit="万元") for _ in range(2)]
    assert assigned(*others, form(("合计", "51.12"), ("服务", "9.10"), ("款", "8.10"), unit="元"))[-1] == ("万元", Fraction(1), "元", None)


def test_where_no_form_has_a_label_the_text_tells_the_unit() -> None:
    said = ["2024年度收入总计547.13万元，比上年增长。"]
    assert assigned(form(("合计", "547.13")), text=said) == [WAN]
    assert assigned(form(("合计", "5,471,300.00")), text=said) == [YUAN]
    assert assigned(form(("合计", "5,471,234.00")), text=["收入总计547.123万元"])[0] != YUAN  # told to another digit, it is another number
    assert assigned(form(("合计", "5,471,292.00")), text=["收入总计547.1292万元"]) == [YUAN]
    assert assigned(form(("合计", "5,471,292.00")), text=said) == [YUAN]  # told to the hundredth
    assert assigned(form(("合计", "547.13")), text=["服务547.13万人"]) == [("万元", Fraction(1), None, "unit_assumed")]
    assert assigned(form(("合计", "547.13")), text=["收入总计547.13元", "2024年度"]) == [("万元", Fraction(1), None, "unit_assumed")]
    assert assigned(form(("合计", "1,547.13")), text=["收入总计1,547.13万元"]) == [WAN]
    assert assigned(form(("合计", "547.13")), form(("合计", "8.00"), unit="元"), text=()) == [("元", Fraction(1, 10_000), None, None), YUAN]


def test_the_largest_amount_is_one_of_money_and_not_of_digits() -> None:
    """5,000,000,000,000 are an amount in yuan (0.5 billion 万元), and none in 万元."""

    def figures(ratio: Fraction) -> list[str]:
        form = FormRead(FORM_BY_KEY["income"], "收入决算表", Place(), ratio=ratio)
        form.rows.append(RowRead(None, "201", "一般公共服务支出", "", {"total": CellRead("5,000,000,000,000", Place())}))
        found = figures_of(form, "2024-ab", "test")
        return [str(f.value.normalize()) for f in found.figures if f.value is not None] + [why for why, _ in found.stray]

    assert figures(Fraction(1, 10000)) == ["5E+8"]
    assert figures(Fraction(1)) == ["5,000,000,000,000"]


def test_words_where_an_amount_belongs_are_told_with_the_form() -> None:
    form = FormRead(FORM_BY_KEY["income"], "收入决算表", Place(3))
    form.rows.append(RowRead(None, "201", "一般公共服务支出", "", {"total": CellRead("详见说明", Place(3)), "fiscal": CellRead("3.00", Place(3))}))
    out = FormParts()
    _printing(out, form, {}, "2024-ab", "test", False)
    assert (out.stray, [f.printed for f in out.figures]) == ([("详见说明", Place(3))], ["3.00"])


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        (("科目编码", "科目名称", "本年收入合计", "财政拨款收入", "上级补助收入"), "income"),
        (("科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "上缴上级支出"), "expenditure"),
        (("科目编码", "科目名称", "合计", "2024"), None),
    ],
)
def test_a_heading_names_the_form_of_which_it_has_most_columns(heading: Sequence[str], named: str | None) -> None:
    table = Table(tuple(Cell(0, c, text) for c, text in enumerate(heading)), 1, len(heading), Place(1), "test")
    assert [key for key in ("income", "expenditure") if _names_most(FORM_BY_KEY[key], table)] == ([named] if named else [])
