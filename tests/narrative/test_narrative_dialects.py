"""Whole narratives in the templates of other provinces: what is read, and that right numbers raise nothing.

Amounts and publishers are invented; the wording is the provinces' own.
"""

from __future__ import annotations

import golden
import pytest
from narrative_text import document, read, with_narrative

from expectations.confront import confront
from expectations.rules.narrative import NARRATIVE_RULES

SICHUAN = """第二部分 2023年度单位决算情况说明
一、收入支出决算总体情况说明
2023年度收入总计1234.56万元、支出总计1234.56万元。与2022年度相比，收入、支出总计各增加100.00万元，增长8.81%。主要变动原因是人员增加3人，增资20万元。
（图1：收、支决算总计变动情况图）
二、收入决算情况说明
2023年度本年收入合计1000.00万元，其中：一般公共预算财政拨款收入900.00万元，占90%；政府性基金预算财政拨款收入0.00万元，占0%；国有资本经营预算财政拨款收入0.00万元，占0%；上级补助收入0.00万元，占0%；事业收入100.00万元，占10%；经营收入0.00万元，占0%；附属单位上缴收入0.00万元，占0%；其他收入0.00万元，占0%。
五、一般公共预算财政拨款支出决算情况说明
（一）一般公共预算财政拨款支出决算总体情况
2023年度一般公共预算财政拨款支出900.00万元，占本年支出合计的90.00%。与2022年度相比，一般公共预算财政拨款支出增加50.00万元，增长5.88%。主要变动原因是项目增加。
（二）一般公共预算财政拨款支出决算结构情况
2023年度一般公共预算财政拨款支出900.00万元，主要用于以下方面：一般公共服务支出800.00万元，占88.89%；社会保障和就业支出60.00万元，占6.67%；住房保障支出40.00万元，占4.44%。
（三）一般公共预算财政拨款支出决算具体情况
2023年度一般公共预算财政拨款支出决算数为900.00万元，完成预算98.00%。其中：
1.一般公共服务（类）财政事务（款）行政运行（项）：支出决算为800.00万元，完成预算100%，决算数等于预算数。
2.社会保障和就业（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）：支出决算为60.00万元，完成预算95%，决算数小于预算数的主要原因是退休2人。
3.住房保障（类）住房改革支出（款）住房公积金（项）：支出决算为40.00万元，完成预算100%，决算数与预算数持平。
六、一般公共预算财政拨款基本支出决算情况说明
2023年度一般公共预算财政拨款基本支出700.00万元，其中：
人员经费600.00万元，主要包括：基本工资、津贴补贴、奖金、其他对个人和家庭的补助支出等。
公用经费100.00万元，主要包括：办公费、印刷费、其他商品和服务支出等。
七、财政拨款“三公”经费支出决算情况说明
（一）“三公”经费财政拨款支出决算总体情况说明
2023年度“三公”经费财政拨款支出决算为10.00万元，完成预算83.33%，较上年度增加1.00万元，增长11.11%。决算数小于预算数的主要原因是压减支出。
（二）“三公”经费财政拨款支出决算具体情况说明
2023年度“三公”经费财政拨款支出决算中，因公出国（境）费支出决算0万元，占0%；公务用车购置及运行维护费支出决算8.00万元，占80%；公务接待费支出决算2.00万元，占20%。具体情况如下：
1.因公出国（境）经费支出0万元，完成预算100%。全年安排因公出国（境）团组0次，出国（境）0人。因公出国（境）支出决算与2022年持平。
2.公务用车购置及运行维护费支出8.00万元，完成预算80%。公务用车购置及运行维护费支出决算比2022年增加1.00万元，增长14.29%。主要原因是维修增多。
其中：公务用车购置支出0万元。全年按规定更新购置公务用车0辆，其中：轿车0辆、金额0万元，越野车0辆、金额0万元。截至2023年12月31日，单位共有公务用车2辆，其中：轿车1辆、越野车0辆、载客汽车1辆。
公务用车运行维护费支出8.00万元。主要用于办案所需的燃料费、维修费。
3.公务接待费支出2.00万元，完成预算100%。公务接待费支出决算比2022年度减少0.50万元，下降20%。其中：
国内公务接待支出2.00万元，主要用于执行公务。国内公务接待20批次，160人次（不包括陪同人员），共计支出2.00万元。
外事接待支出0万元，外事接待0批次，0人次，共计支出0万元。
八、政府性基金预算支出决算情况说明
2023年度政府性基金预算财政拨款支出0万元。
九、国有资本经营预算支出决算情况说明
2023年度国有资本经营预算财政拨款支出0万元。
十、其他重要事项的情况说明
（一）机关运行经费支出情况
2023年度，某局机关运行经费支出100.00万元，比2022年度减少5.00万元，下降4.76%。主要原因是节约。
（二）政府采购支出情况
2023年度，某局政府采购支出总额50.00万元，其中：政府采购货物支出20.00万元、政府采购工程支出0万元、政府采购服务支出30.00万元。主要用于采购电脑10台。授予中小企业合同金额50.00万元，占政府采购支出总额的100%，其中：授予小微企业合同金额20.00万元，占政府采购支出总额的40%。
（三）国有资产占有使用情况
截至2023年12月31日，某局共有车辆2辆，其中：主要负责人用车0辆、机要通信用车1辆、应急保障用车1辆。单价100万元（含）以上设备（不含车辆）0台（套）。
（四）预算绩效管理情况
根据预算绩效管理要求，本单位在2023年度预算编制阶段，组织对信息化等3个项目开展了预算事前绩效评估，对5个项目编制了绩效目标，预算执行过程中，选取5个项目开展绩效监控。
第三部分 名词解释"""

BEIJING = """第三部分 2023年度部门决算情况说明
一、收入支出决算总体情况说明
2023年度收、支总计12,345.67万元，比上年增加123.45万元，增长1.01%。
（一）收入决算说明
2023年度本年收入合计12,000.00万元，比上年增加100.00万元，增长0.84%，其中：财政拨款收入11,900.00万元，占收入合计的99.17%；上级补助收入0.00万元，占收入合计的0.00%；其他收入100.00万元，占收入合计的0.83%。
（二）支出决算说明
2023年度本年支出合计11,800.00万元，比上年减少50.00万元，下降0.42%，其中：基本支出8,000.00万元，占支出合计的67.80%；项目支出3,800.00万元，占支出合计的32.20%。
二、财政拨款收入支出决算总体情况说明
2023年度财政拨款收、支总计11,950.00万元，比上年增加10.00万元，增长0.08%。主要原因：年初结转5.00万元。
三、一般公共预算财政拨款支出决算情况说明
（一）一般公共预算财政拨款支出决算总体情况
2023年度一般公共预算财政拨款支出11,000.00万元，主要用于以下方面（按大类）：一般公共服务支出10,000.00万元，占本年财政拨款支出90.91%；社会保障和就业支出1,000.00万元，占本年财政拨款支出9.09%。
（二）一般公共预算财政拨款支出决算具体情况
1、“一般公共服务支出”（类）2023年度决算10,000.00万元，比2023年年初预算减少100.00万元，下降0.99%。其中：
“财政事务”（款）2023年度决算10,000.00万元，比2023年年初预算减少100.00万元，下降0.99%。主要原因：压减5.00万元。
2、“社会保障和就业支出”（类）2023年度决算1,000.00万元，比2023年年初预算增加10.00万元，增长1.01%。
第四部分 2023年度其他重要事项的情况说明
一、“三公”经费财政拨款决算情况
2023年“三公”经费财政拨款决算数15.00万元，比2023年“三公”经费财政拨款年初预算20.00万元减少5.00万元。其中：
1.因公出国（境）费用。2023年决算数0.00万元，与2023年年初预算数0.00万元持平。
2.公务接待费。2023年决算数1.00万元，比2023年年初预算数2.00万元减少1.00万元。主要原因：压减。2023年公务接待20批次，公务接待100人次。
3.公务用车购置及运行维护费。2023年决算数14.00万元，比2023年年初预算数18.00万元减少4.00万元。其中，公务用车购置费2023年决算数0.00万元，与2023年年初预算数0.00万元持平。2023年购置（更新）0辆，车均购置费0.00万元。公务用车运行维护费2023年决算数14.00万元，比2023年年初预算数18.00万元减少4.00万元，主要原因：压减。2023年公务用车保有量5辆，车均运行维护费2.80万元。
二、机关运行经费支出情况
2023年机关运行经费支出合计500.00万元，比上年减少5.00万元，减少率0.99%。
三、政府采购支出情况
2023年政府采购支出总额900.00万元，其中：政府采购货物支出100.00万元，政府采购工程支出0.00万元，政府采购服务支出800.00万元。政府采购授予中小企业合同金额700.00万元，占政府采购支出总额的77.78%，其中：授予小微企业合同金额300.00万元，占政府采购支出总额的33.33%。
四、国有资产占用情况
2023年车辆5台，共计100.00万元；单位价值100万元以上的设备（不含车辆）2台（套）。
第五部分 名词解释"""

RULES = {r.rule_id: r for r in NARRATIVE_RULES}


def stated(text: str, quantity: str, measure: str) -> list[str]:
    part = read(document(text.splitlines()))
    return [s["value"] for s in part.statements if s["quantity"] == quantity and s["measure"] == measure]


@pytest.mark.parametrize(("text", "quantity", "measure", "values"), [
    (SICHUAN, "income_grand_total", "amount", ["1234.56"]),
    (SICHUAN, "totals", "change_pct", ["8.81"]),
    (SICHUAN, "general_budget_income", "share_pct", ["90"]),
    (SICHUAN, "personnel", "amount", ["600.00"]),
    (SICHUAN, "total", "completion_pct", ["83.33"]),
    (SICHUAN, "abroad_groups", "count", ["0"]),
    (SICHUAN, "vehicles_kept", "count", ["2"]),
    (SICHUAN, "reception", "change", ["-0.50"]),
    (SICHUAN, "domestic_batches", "count", ["20"]),
    (SICHUAN, "reception_foreign", "amount", ["0", "0"]),
    (SICHUAN, "operating_costs", "change_pct", ["-4.76"]),
    (SICHUAN, "projects_with_goals", "count", ["5"]),
    (BEIJING, "income_total", "change", ["100.00"]),
    (BEIJING, "expenditure_total", "amount", ["11800.00"]),
    (BEIJING, "abroad", "amount", ["0.00"]),
    (BEIJING, "reception", "initial_budget", ["2.00"]),
    (BEIJING, "vehicle_operation", "change", ["-4.00"]),
    (BEIJING, "vehicles_kept", "count", ["5"]),
    (BEIJING, "operating_costs", "amount", ["500.00"]),
    (BEIJING, "to_sme", "share_pct", ["77.78"]),
    (BEIJING, "vehicles", "count", ["5"]),
])  # fmt: skip
def test_quantities_are_known_in_the_province_s_own_words(text: str, quantity: str, measure: str, values: list[str]) -> None:
    assert stated(text, quantity, measure) == values


def test_a_class_in_quotes_before_its_year_is_a_subject() -> None:
    part = read(document(BEIJING.splitlines()))
    named = [(s["subject"], s["value"]) for s in part.statements if s["aspect"] == "detail" and s["measure"] == "amount"]
    assert named == [
        ("一般公共服务支出（类）", "10000.00"),
        ("财政事务（款）", "10000.00"),
        ("社会保障和就业支出（类）", "1000.00"),
    ]


def test_a_second_explaining_part_belongs_to_the_narrative_and_the_glossary_does_not() -> None:
    parts = {s["part"] for s in read(document(BEIJING.splitlines())).statements}
    assert {"three_public", "operating_costs", "procurement", "assets"} <= parts


@pytest.mark.parametrize("text", [SICHUAN, BEIJING], ids=["sichuan", "beijing"])
def test_right_numbers_raise_nothing(text: str) -> None:
    contents = with_narrative(golden.contents(golden.report(), []), document(text.splitlines()))
    found = confront(contents, RULES)
    assert [(f["rule_id"], f["place"]) for f in found.findings] == []
    assert sum(e["verdict"] in ("exact", "rounding") for e in found.equations) > 25


@pytest.mark.parametrize(("text", "before", "after", "rule_id"), [
    (SICHUAN, "增长8.81%", "增长8.18%", "narrative_change_rate"),
    (SICHUAN, "占88.89%", "占89.88%", "narrative_share"),
    (SICHUAN, "完成预算100%，决算数等于预算数", "完成预算90%，决算数等于预算数", "narrative_direction"),
    (SICHUAN, "事业收入100.00万元", "事业收入10.00万元", "narrative_income_structure"),
    (BEIJING, "减少100.00万元，下降0.99%。其中", "减少200.00万元，下降0.99%。其中", "narrative_change_rate"),
    (BEIJING, "公务用车购置费2023年决算数0.00万元", "公务用车购置费2023年决算数1.00万元", "narrative_vehicle_expense"),
    (BEIJING, "年初预算数2.00万元减少1.00万元", "年初预算数2.00万元减少1.50万元", "narrative_change_of_budget"),
])  # fmt: skip
def test_a_wrong_number_is_seen(text: str, before: str, after: str, rule_id: str) -> None:
    assert before in text
    contents = with_narrative(golden.contents(golden.report(), []), document(text.replace(before, after, 1).splitlines()))
    assert rule_id in {f["rule_id"] for f in confront(contents, RULES).findings}
