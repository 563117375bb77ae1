"""Self-evaluation forms as the templates of other provinces print them, with invented figures: transfers, whole departments, headings over
two rows, operators and units in columns of their own."""

from __future__ import annotations

from typing import Any

import golden

from pipeline.model.parts import tally
from pipeline.reading import read_document
from pipeline.recognition.annexes import PerformancePart, read_performance

TRANSFER = """中央对地方专项转移支付绩效目标自评表
（2023年度）

转移支付（项目）名称	义务教育薄弱环节改善资金
中央主管部门	教育部
地方主管部门	某省教育厅	资金使用单位	某市教育局
资金投入情况（万元）		全年预算数（A）	全年执行数（B）	预算执行率（B/A×100%）
	年度资金总额：	1200	1180	98.33%
	其中：中央财政资金	800	800	100%
	地方资金	400	380	95%
	其他资金
总体目标完成情况	总体目标	全年实际完成情况
	改善办学条件10所	完成10所
绩效指标	一级指标	二级指标	三级指标	指标值	全年实际完成值	未完成原因和改进措施
	产出指标	数量指标	改善学校数	10所	10所
		质量指标	验收合格率	100%	100%
	效益指标	社会效益指标	受益学生数	≥3000人	3200人
	满意度指标	服务对象满意度指标	家长满意度	≥90%	95%
说明	无
"""

DEPARTMENT = """部门整体支出绩效自评表
（2023年度）

部门（单位）名称	某市林业局
预算执行情况（10分）	年度预算申请（万元）		年初预算数	全年预算数	全年执行数	分值	执行率	得分
	年度资金总额		1500.5	1600	1590.2	10	99.39%	9.94
	按收入性质分：			按支出性质分：
	其中：一般公共预算：1500.5			其中：基本支出：900
	政府性基金拨款：			项目支出：700
年度总体目标	预期目标			实际完成情况
	完成造林3万亩。			完成造林3.2万亩。
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因分析及改进措施
	产出指标（50分）	数量指标	造林面积	≥3万亩	3.2万亩	25	25
		质量指标	成活率	≥85%	88%	25	25
	效益指标（30分）	生态效益指标	森林覆盖率	≥40%	41%	30	30
	满意度指标（10分）	社会公众或服务对象满意度指标	群众满意度	≥90%	93%	10	10
总分						100	99.94
"""

TWO_ROWS = """项目支出绩效自评表
公开13表
金额单位：元
项目名称	森林防火经费
主管部门	某县林草局	实施单位	某县林草局
项目资金（元）		年初预算数	全年预算数	全年执行数	分值	执行率	得分
	年度资金总额	500,000.00	500,000.00	450,000.00	10	90.00%	9.00
	其中：当年财政拨款	500,000.00	500,000.00	450,000.00	—		—
	上年结转资金				—		—
	其他资金				—		—
年度总体目标	预期目标	实际完成情况
	防火宣传200次	宣传210次
项目支出绩效指标表
绩效指标			年度指标值			实际完成值	分值	得分	偏差原因分析及改进措施
一级指标	二级指标	三级指标	指标性质	指标值	度量单位
产出指标	数量指标	宣传次数	>=	200	次	210次	30	30
	质量指标	任务完成率	=	100	%	100%	30	30
效益指标	社会效益指标	火灾发生次数	<=	2	次	1次	20	20
满意度指标	服务对象满意度指标	群众满意度	>=	90	%	92%	10	10
其他需要说明事项	无
总分						100	99.00	优
"""

PERSONS = """附件3
2023年度项目支出绩效自评表

项目支出名称	文化惠民工程
主管部门	市文旅局	实施单位	市文化馆
项目资金（万元）		年初预算数	全年预算数	全年执行数	分值	执行率	得分
	年度资金总额	80	80	76	10	95%	9.5
	其中：当年财政拨款	80	80	76
	上年结转资金
	其他资金
年度总体目标	预期目标	实际完成情况
	惠民演出100场	演出105场
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因分析及改进措施
	产出指标（50分）	数量指标	演出场次	100场	105场	20	20
		质量指标	演出合格率	100%	100%	10	10
		时效指标	完成时间	2023年12月31日前	2023年12月20日	10	10
		成本指标	预算控制数	≤80万元	76万元	10	10
	效益指标（30分）	经济效益指标	无			5	5
		社会效益指标	丰富群众文化生活	效果显著	效果显著	25	23	个别场次观众较少
	满意度指标（10分）	服务对象满意度指标	观众满意度	≥90%	92%	10	10
总分						100	97.5
填表人：李四	填报日期：2024年3月5日	联系电话：0731-8123456	单位负责人签字：
"""


SICHUAN = """部门预算项目支出绩效自评表(2023年度)

项目名称	工资性支出
主管部门	某县发展和改革局本级	实施单位(盖章)	某县发展和改革局
预算执行情况(10分)	年度预算数(万元)	年初预算	调整后预算数	预算执行数	预算执行率	权重	得分	原因
	总额	238.93	251.89	251.89	100.00%	10	10
	其中:财政资金	238.93	251.89	251.89	100.00%	/	/
	财政专户管理资金	0.00	0.00	0.00	0.00%	/	/
	单位资金	0.00	0.00	0.00	0.00%	/	/
绩效指标(90分)	一级指标	二级指标	三级指标	指标性质	指标值	度量单位	完成值	权重	得分	未完成原因分析
	产出指标	数量指标	发放(缴纳)覆盖率	=	100	%	100	60	60
	效益指标	社会效益指标	足额保障率(参保率)	=	100	%	98	30	29
合计								100	99
评价结论	自评情况较好。
存在问题	无
改进措施	无
项目负责人:	财务负责人:
"""


def test_a_heading_over_the_labels_is_none_of_amounts_and_the_form_ends_with_its_sum() -> None:
    """年度预算数 stands over the labels; what stands below the sum is no indicator; a column of units is both numbers' unit."""
    part = read(SICHUAN)
    found = amounts(part, "total", "special_account")
    assert {m: found["total", m] for m in ("initial", "adjusted", "executed")} == {"initial": "238.93", "adjusted": "251.89", "executed": "251.89"}
    assert found["special_account", "adjusted"] == "0.00"
    assert items(part, "level3", "target", "actual", "score") == [
        ("发放(缴纳)覆盖率", "=100%", "100", "60"), ("足额保障率(参保率)", "=100%", "98", "29"),
    ]  # fmt: skip
    assert [f.unit for f in part.figures if f.measure == "actual"] == ["%", "%"]


def read(text: str) -> PerformancePart:
    return read_performance(read_document(("某局部门决算\n\n" + text).encode()), golden.report())


def amounts(part: PerformancePart, *sides: str) -> dict[tuple[str, str], str]:
    return {(f.side or "", f.measure): str(f.value) for f in part.figures if f.side in sides and f.value is not None}


def items(part: PerformancePart, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(r[c] for c in columns) for r in part.tables["core.indicators"]]


def test_a_transfer_with_money_of_two_governments() -> None:
    part = read(TRANSFER)
    (form,) = part.tables["core.self_evaluations"]
    assert (form["project"], form["competent_department"], form["rate_printed"]) == (
        "义务教育薄弱环节改善资金",
        "教育部",
        "98.33%",
    )
    assert amounts(part, "central", "local") == {
        ("central", "adjusted"): "800", ("central", "executed"): "800", ("central", "rate"): "100",
        ("local", "adjusted"): "400", ("local", "executed"): "380", ("local", "rate"): "95",
    }  # fmt: skip
    assert items(part, "level3", "target", "actual")[2:] == [("受益学生数", "≥3000人", "3200人"), ("家长满意度", "≥90%", "95%")]
    assert tally(part.parts)["unread"] == 0


def test_a_whole_department() -> None:
    part = read(DEPARTMENT)
    assert amounts(part, "total", "sum") == {
        ("total", "initial"): "1500.5", ("total", "adjusted"): "1600", ("total", "executed"): "1590.2", ("total", "weight"): "10",
        ("total", "rate"): "99.39", ("total", "score"): "9.94", ("sum", "weight"): "100", ("sum", "score"): "99.94",
    }  # fmt: skip
    assert items(part, "level1", "level1_declared_weight", "level3", "score")[0] == ("产出指标", "50", "造林面积", "25")
    assert not [f for f in part.figures if f.doubt]
    assert tally(part.parts)["unread"] == 0


def test_headings_over_two_rows_with_operator_and_unit_in_columns_of_their_own() -> None:
    part = read(TWO_ROWS)
    assert amounts(part, "total")["total", "executed"] == "45.000000"
    assert items(part, "level2", "level3", "target", "actual", "weight") == [
        ("数量指标", "宣传次数", ">=200次", "210次", "30"),
        ("质量指标", "任务完成率", "=100%", "100%", "30"),
        ("社会效益指标", "火灾发生次数", "<=2次", "1次", "20"),
        ("服务对象满意度指标", "群众满意度", ">=90%", "92%", "10"),
    ]
    assert tally(part.parts)["unread"] == 0


def test_who_filled_it_in_is_stored_nowhere() -> None:
    part = read(PERSONS)
    assert len(part.tables["core.indicators"]) == 7
    everything = repr(part.tables) + repr(part.figures)
    assert "李四" not in everything
    assert "8123456" not in everything
    assert tally(part.parts)["unread"] == 0
