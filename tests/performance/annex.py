"""A small performance annex, made by hand, in which every rule over performance annexes holds and is evaluated; and its reading."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import golden

from pipeline.model.contents import ReportContents
from pipeline.narrative.part import read_narrative
from pipeline.reading import read_document
from pipeline.recognition.annexes import PerformancePart, evaluation_of_blocks, read_performance
from pipeline.tables import lower

SUMMARY = """
2024年度项目支出绩效自评情况汇总表

序号	项目名称	资金使用单位	年初预算数	全年预算数	全年执行数	预算执行率	自评得分	自评等级
1	智慧河道监测	某市数据中心	100	80	60	75.00%	94.5	优
2	档案数字化加工	某市数据中心	50	50	50	100.00%	98	优
3	县区平台补助	相关区市	900	900	900	100.00%	100	优
合计				1010			—
"""

RIVER = """
项目支出绩效自评表
（2024年度）
单位：万元

项目名称		智慧河道监测项目
主管部门		某市数据局			项目实施单位	某市数据中心
联系人		张三			联系电话	55512345
项目预算执行情况（10分）		年初预算数	全年预算数（A）	全年执行数（B）	分值	执行率（B/A）	得分
	年度资金总额	100	80	60	10	75.00%	7.5
	其中：当年财政拨款	70	50	40	—	80.00%	—
	上年结转资金	30	30	20	—		—
	其他资金				—		—
年度总体目标	年初预期目标			目标实际完成情况
	建成覆盖全市的河道监测站点，监测数据准确率达到95%。			建成站点16个。
年度绩效指标	一级指标	二级指标	三级指标	年度指标值（A）	实际完成值（B）	完成率	分值	得分	偏差原因分析及改进措施
	成本指标（20分）	经济成本指标	项目总成本（20分）	≤80万元	60万元	100%	20	20
	产出指标（40分）	数量指标	监测站点数（15分）	≥20个	16个	80%	15	12	部分站点征地滞后
		质量指标	数据准确率（15分）	≥95%	97%	100%	15	15
		时效指标	建成时间（10分）	2024年12月1日前	2024年11月20日	100%	10	10
	效益指标（20分）	社会效益指标	防汛服务水平（20分）	明显提高	明显提高	100%	20	20
	满意度指标（10分）	服务对象满意度指标	公众满意度（10分）	≥90%	95%	100%	10	10
	小计						90	87
总分							100	94.5
总分在80分以下的项目未实现绩效目标的原因分析及拟采取的措施说明：
"""

ARCHIVE = """
项目支出绩效自评表
（2024年度）
单位：万元

项目名称	档案数字化加工
主管部门	某市数据局	实施单位	某市数据中心
项目预算执行情况	年初预算数	全年预算数	全年执行数	分值	执行率	得分
年度资金总额	50	50	50	10	100.00%	10
当年财政拨款	50	50	50
上年结转资金	0	0	0
其他资金	0	0	0
一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因分析
产出指标（60分）	数量指标	加工页数	≥100万页	98万页	30	29.4	设备检修
	质量指标	差错率	≤1%	0.8%	30	30
效益指标（30分）	社会效益指标	查档时间	≤10分钟	8分钟	30	28.6	人手不足
总分						98
"""

COUNTY = (
    ARCHIVE.replace("档案数字化加工", "县区平台补助")
    .replace("某市数据中心", "相关区市")
    .replace("\t50\t50\t50\t10", "\t900\t900\t900\t10")
    .replace("\t50\t50\t50", "\t900\t900\t900")
)
COUNTY = (
    COUNTY.replace("98万页	30	29.4", "100万页	30	30")
    .replace("8分钟	30	28.6", "8分钟	30	30")
    .replace("						98", "						100")
)
ARCHIVE = ARCHIVE.replace("10分钟	8分钟	30	28.6	人手不足", "10分钟	10.5分钟	30	28.6	人手不足")

NARRATIVE = """
第三部分 2024年度部门决算情况说明

一、预算绩效情况说明

（一）项目绩效自评结果

1.智慧河道监测项目绩效自评综述：根据年初设定的绩效目标，项目自评得分为94.5分。全年预算数为80万元，执行数为60万元，完成预算的75%。

第四部分 附件
"""

EVALUATION = """
智慧河道监测项目绩效评价报告

绩效评价情况总览表

一、项目预算资金安排和使用情况
项目名称：智慧河道监测项目
2024 年度预算资金安排	80 万元
其中：	当年财政拨款 50 万元	上年结转 30 万元
2024 年度实际支出	60 万元（预算执行率 75.00%）

一、项目基本情况

项目预算资金 80 万元，到位资金 80 万元，资金到位率 100%，实际支出 60 万元，预算执行率 75%。

截至 2024 年 12 月底，项目实际支出 60 万元。

二、项目单位绩效自评报告情况

单位自评优，评分 94.5 分。

绩效评价指标体系由 3 个一级指标、4 个二级指标、4 个三级指标组成，得分情况见表 1。

三、评价结论

该项目绩效评价得分为 90.5 分，评价等级为“优”。

表 1 评价得分情况表

一级指标	分值	得分	得分率
决策	20	18	90.00%
产出	50	44	88%
效益	30	28.5	95%
合计	100	90.5	90.5%

1. 决策指标分析

项目决策指标满分 20 分，得分 18 分，得分率 90%。

表 2 评价得分明细表

一级指标	二级指标	三级指标	分值	得分	得分率	评分依据
决策（20分）	项目立项	立项规范性	20	18	90.00%	论证材料不全
产出（50分）	产出数量	监测站点数	30	24	80.00%	少建站点
	产出质量	数据质量	20	20	100%

一级指标	二级指标	三级指标	分值	得分	得分率	评分依据
效益（30分）	社会效益	公众知晓率	30	28.5	95.00%	问卷
合计			100	90.5	90.50%

表 3 产出指标赋分汇总

二级指标	三级指标	满分	得分	小计	得分率
产出数量	监测站点数	30	24	24	80
产出质量	数据准确率	15	15	20	100
	数据及时率	5	5
合计		50	44	44	88

表 4 各类得分

一级指标	二级指标	分值	得分
投入	资金	40	38
	小计	40	38
结果	数量	60	52.5
	小计	60	52.5
合计		100	90.5

表 5 采购成本信息汇总表

单位：万元

项目	预算安排	中标金额	采购节约	节约率
站点	100	80	20	20.00%
平台	50	45	5	10.00%
网络	40	38	2	5.00%
合计	190	163	27	14.21%

表 6 公众满意度问卷统计表

选项	小计	比例
A.满意	150	75.00%
B.一般	50	25.00%
本题有效填写人次	200

附件：

1. 智慧河道监测项目绩效评价指标体系
2. 智慧河道监测项目绩效评价得分表

附件 1 智慧河道监测项目绩效评价指标体系

一级指标	二级指标	三级指标	分值	评分标准
决策（20分）	项目立项（20分）	立项规范性	20	①论证充分，得10分，否则不得分；②程序完整，得10分，否则不得分。
产出（50分）	产出数量（30分）	监测站点数	30	得分=完成率×30
	产出质量（20分）	数据质量	20	①准确；②及时。以上两项各占50%权重分，每发现一处错误扣2分，扣完为止。
效益（30分）	社会效益（30分）	公众知晓率	30	知晓率达到90%得30分，达到80%得20分。
合计			100

附件 2 智慧河道监测项目绩效评价得分表

一级指标	二级指标	三级指标	得分	得分率	评分依据
决策	项目立项	立项规范性	18	90.00%	论证材料不全，扣2分。综上，此项指标得18分。实际到位资金60万元。
产出	产出数量	监测站点数	24	80.00%	实际到位资金60万元，应于2024年12月1日建成，实际建成时间为2024年11月20日，计划20个站点。
	产出质量	数据质量	20	100%	数据准确
效益	社会效益	公众知晓率	28.5	95.00%	问卷
合计			90.5	90.50%

档案数字化加工项目绩效评价报告

综合各方面考虑，本项目总得分为 88 分，评价结论为良好。

（一）项目决策20分，具体得分情况如下：

项目目标（12分）决策过程（8分）

（二）项目管理30分，具体得分情况如下：

资金到位（14分）组织实施（16分）

（三）项目绩效38分，具体得分情况如下：

项目产出（20分） 项目效益（18分）
"""

ANNEX = SUMMARY + RIVER + ARCHIVE + COUNTY + EVALUATION
WHOLE = NARRATIVE + ANNEX


def read(text: str = ANNEX) -> PerformancePart:
    """The annex as the reader gives it."""
    return read_performance(lower(read_document(text.encode())), golden.report())


@lru_cache(maxsize=32)  # many rules are asked about the annex as it is
def contents(*edits: tuple[str, str], text: str = WHOLE) -> ReportContents:
    """The annex with single edits, its text and the narrative, and the total of a general budget form beside it.  Every edit must find its
    place."""
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    about = golden.report()
    document = lower(read_document(text.encode()))
    part = read_performance(document, about)
    told = read_narrative(document, about, golden.contents(about, []), evaluations=evaluation_of_blocks(document))
    projects = golden.figure(about, "general_budget_expenditure", 1, "project", "500.00", label="合计")
    parts = [
        {"kind": p.kind, "concept": p.concept, "title": p.title, "state": p.state, "first_page": p.place.page, "first_line": p.place.line}
        for p in part.parts
    ]
    return ReportContents(about, (projects, *part.figures, *told.figures), {**part.tables, **told.tables, "core.parts": tuple(parts)})


def without(whole: ReportContents, table: str) -> ReportContents:
    """The contents with one table's rows taken out."""
    return replace(whole, tables={k: v for k, v in whole.tables.items() if k != table})
