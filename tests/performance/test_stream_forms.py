"""Self-evaluation forms in text layers without cells: blank cells vanish, cells wrap, and neighbours fuse.  Lines are of real reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading import read_document
from pipeline.recognition.annexes.model import Form
from pipeline.recognition.annexes.stream import tokens, width, wrap_cost
from pipeline.recognition.annexes.stream_forms import read_stream_forms
from pipeline.recognition.annexes.summary import read_stream_summary as read_summary

HEAD = """
项目支出绩效自评表

（ 2024 年度）

单位：万元

项目名称 大数据发展专项业务费 主管部门 某市大数据局

项目实施单
位 某市大数据中心
联系人/

联系电话

王某 85912098

项目预算

执行情况

（10分）

年初

预算数

调整后预算数

（A）

全年执行数（

B）

分值

执行率（

B/A)

得分

"""
BUDGET = """年度资金总额 418.65 400.65 397.38 10 0.99183826 9.92

其中：当年财政拨
款

418.65 400.65 397.38 - -

     上年结转资金 0 - -

     其他资金 - -
"""
COLUMNS = """
年度总体目标

预期目标 实际完成情况

通过采购法律服务等项目保障大数据管理，完成20项。

年

度

绩

效

指

标

一级

指标

二级

指标

三级指标

年度指标值（

A）

实际完成

指标值（B）

分值 得分

偏差原因

分析及改

进措施

"""
ROWS = """成
本
指
标

（10分）

经济成本指标

政务信息系统建设项
目咨询评估服务成本

≤88.9万元 72.73万元 5 5

平均评审劳务成本

≤1000元/人/
天

605/人/天 5 5

产
出
指
标

（40分）

数量指标

现场保障视频会议数
量

≥40次 160次 5 5

省局会议次数增
加

软件维护数量 ≥10个 12个 5 5

系统开发数量 ≥1个 6个 5 5

根据实际工作需
求，开发数量较
多爱山东宣传推广活动

数量
≥10次 12次 5 5 无

质量指标

系统运行情况
保障 保障 10 10

时效指标

2023年度数字青岛建
设完成情况估计报告

完成时间

文字描述：3月
30日前

1月30日 15 15

满意度

指标

（10分）

服务对象满意度指
标

服务对象满意度指标 ≥95% 100% 10 10

 ……

小计 90 90

总分 99.92
"""


def read(text: str) -> list[Form]:
    document = read_document(text.encode())
    assert document.layout == "stream"
    return read_stream_forms(document)


def test_a_form_is_read_whole() -> None:
    (form,) = read(HEAD + BUDGET + COLUMNS + ROWS)
    assert {k: v.text for k, v in form.heads.items()} == {
        "project": "大数据发展专项业务费", "competent_department": "某市大数据局", "implementing_unit": "某市大数据中心"
    }  # fmt: skip
    assert [v.text for v in form.budget["total"].values()] == ["418.65", "400.65", "397.38", "10", "0.99183826", "9.92"]
    found = [
        (
            i.level1,
            i.level2,
            i.level3.text,
            i.target.text,
            i.actual.text,
            i.weight.text if i.weight else None,
            i.score.text,
            i.deviation.text,
        )
        for i in form.indicators
    ]
    assert found == [
        ("成本指标", "经济成本指标", "政务信息系统建设项目咨询评估服务成本", "≤88.9万元", "72.73万元", "5", "5", ""),
        ("成本指标", "经济成本指标", "平均评审劳务成本", "≤1000元/人/天", "605/人/天", "5", "5", ""),
        ("产出指标", "数量指标", "现场保障视频会议数量", "≥40次", "160次", "5", "5", "省局会议次数增加"),
        ("产出指标", "数量指标", "软件维护数量", "≥10个", "12个", "5", "5", ""),
        ("产出指标", "数量指标", "系统开发数量", "≥1个", "6个", "5", "5", "根据实际工作需求，开发数量较多"),
        ("产出指标", "数量指标", "爱山东宣传推广活动数量", "≥10次", "12次", "5", "5", "无"),
        ("产出指标", "质量指标", "系统运行情况", "保障", "保障", "10", "10", ""),
        (
            "产出指标",
            "时效指标",
            "2023年度数字青岛建设完成情况估计报告完成时间",
            "文字描述：3月30日前",
            "1月30日",
            "15",
            "15",
            "",
        ),
        ("满意度指标", "服务对象满意度指标", "服务对象满意度指标", "≥95%", "100%", "10", "10", ""),
    ]
    assert [(w.text, s.text) for w, s in form.subtotals] == [("90", "90")]
    assert form.total_score.text == "99.92"
    assert form.execution_weight.text == "10"


def test_vanished_cells_are_placed_from_the_left_and_said_to_be() -> None:
    (form,) = read(HEAD + "年度资金总额 1000 1000 10 0 0\n\n其中：当年财政拨款 1000 1000 - -\n" + COLUMNS + ROWS)
    total = form.budget["total"]
    assert [total[n].text for n in ("initial", "adjusted", "executed", "weight", "rate", "score")] == [
        "1000",
        "1000",
        "",
        "10",
        "0",
        "0",
    ]
    assert total["initial"].placement == "identity"


def test_a_form_without_its_columns_is_no_form() -> None:
    assert read(HEAD + BUDGET) == []


def test_a_form_cut_off_in_the_middle_keeps_its_rows() -> None:
    (form,) = read(HEAD + BUDGET + COLUMNS + ROWS[: ROWS.index("质量指标")] + "\n第四部分\n\n名词解释\n")
    assert len(form.indicators) == 6
    assert form.total_score.text == ""


def test_every_cell_on_its_own_line() -> None:
    """烟台市大数据局 2019: every cell stands on its own line, with blank lines between."""
    rows = """
产

出

指

标

（50 分）

数量指标

完成测评的系统数量

65

58

10

8.92

因个别部门系统因

机构改革等原因。

质量指标

测评报告在网安备案通过

数量

58

58

40

40

无

总分 98.05
"""
    (form,) = read(HEAD + "年度资金总额 285 228 208 10 100  9.12\n" + COLUMNS + rows)
    assert [(i.level3.text, i.target.text, i.actual.text, i.score.text, i.deviation.text) for i in form.indicators] == [
        ("完成测评的系统数量", "65", "58", "8.92", "因个别部门系统因机构改革等原因。"),
        ("测评报告在网安备案通过数量", "58", "58", "40", "无"),
    ]


def test_a_summary_without_cells() -> None:
    text = """
 市级使用资金绩效自评情况汇总表

部门名称：某市大数据局 单位：万元

序号 项目实施单位
项目类别（特定目
标类/其他运转类）

资金名称 项目名称
年初预算
数

调整后预算
数

预算
执行数

评价得分 评价等级
评价发现问
题

1
某市大数据发展
管理局
特定目标类
政务信息化运
维专项资金

机关运行和网上服
务信息化项目运维

846.431 846.431 831.485 99.82 优 98.23%

2
某市大数据发展
管理局
其他运转类 专项业务费

大数据发展专项业
务费

418.65 400.65 397.38 99.92 优 99.18%

说明：90分（含）以上的为“优”。
"""
    rows = read_summary(read_document(text.encode()))
    assert [{k: v.text for k, v in r.cells.items() if k != "no"} for r in rows] == [
        {"unit": "某市大数据发展管理局", "project": "机关运行和网上服务信息化项目运维", "initial_budget": "846.431", "adjusted_budget": "846.431",
         "executed": "831.485", "score": "99.82", "rate_printed": "98.23%", "grade": "优"},
        {"unit": "某市大数据发展管理局", "project": "大数据发展专项业务费", "initial_budget": "418.65", "adjusted_budget": "400.65",
         "executed": "397.38", "score": "99.92", "rate_printed": "99.18%", "grade": "优"},
    ]  # fmt: skip
    assert rows[0].note.startswith("说明")


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("≥1000个 5300个 8 8", ["≥1000个", "5300个", "8", "8"]),
        ("烟台市民卡与全省 17 地市实现交通一卡", ["烟台市民卡与全省17地市实现交通一卡"]),
        ("行， 安全稳定", ["行，安全稳定"]),
        (
            "2 烟台市电子证照共享管理系统 烟台市大数据局 100    优",
            ["2", "烟台市电子证照共享管理系统", "烟台市大数据局", "100", "优"],
        ),
    ],
)
def test_blanks_that_part_cells_and_blanks_that_do_not(line: str, pieces: list[str]) -> None:
    assert [t.text for t in tokens(read_document(f"公开\n{line}\n".encode()).lines())][1:] == pieces


@given(st.lists(st.integers(4, 9), min_size=1, max_size=4), st.integers(1, 4))
def test_a_cell_wrapped_to_its_width_costs_nothing(starts: list[int], last: int) -> None:
    full = max(starts)
    lines = ["字" * full for _ in starts] + ["字" * last]
    assert wrap_cost(lines, float(full)) == 0.0
    assert width("字" * last + "ab") == last + 1.0
