"""A unit label that the figures contradict is corrected; one that they do not is kept."""

from __future__ import annotations

from pipeline.reading import read_document
from pipeline.recognition.forms import find_forms
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
