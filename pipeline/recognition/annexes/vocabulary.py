"""The words that performance tables are told by: headings, rows and level names of every dialect seen, as data.

What belongs here: printed words and what they mean.  What may not: code that reads a table.  A new
province's wording is a new entry.  All patterns are matched against text without white space and in
half width (:func:`words`).
"""

from __future__ import annotations

import re

from pipeline.model.numbers import half_width, squeeze


def words(text: str | None) -> str:
    """``text`` as the patterns of this module see it: no white space, half-width brackets and digits."""
    return squeeze(half_width(text or "")).replace("：", ":")


#: Titles of a self-evaluation form (项目支出绩效自评表), and of tables that look like one and are not.
FORM_TITLE = re.compile(r"绩效自评表|自评表(\(|$)|自我评价表")
GOAL_TITLE = re.compile(r"绩效目标(申报|批复|汇总)?表|目标申报表")
SUMMARY_TITLE = re.compile(r"(自评|评价)(结果|情况)?汇总表|绩效自评(结果|情况)一览表")

#: Heads of the first block; the value stands in the next cell.  ``None``: read past, never stored (persons).
KEYS: tuple[tuple[str | None, re.Pattern[str]], ...] = (
    ("project", re.compile(r"项目(\(政策\))?名称:?")),
    ("competent_department", re.compile(r"(项目)?主管(部门|单位)(及代码)?:?")),
    ("implementing_unit", re.compile(r"(项目)?(实施|承担|使用)单位:?")),
    (None, re.compile(r"(项目)?(负责人|联系人)?(及)?/?(联系)?(电话|方式):?|(项目)?(负责人|联系人)/?:?")),
)

#: Columns of the budget block (项目预算执行情况).
BUDGET_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("initial", re.compile(r"年初预算(数|金额)?(\(.*\))?")),
    ("adjusted", re.compile(r"(全年|调整后?|全年调整后?)预算(数|金额)?(\(.*\))?")),
    ("executed", re.compile(r"(全年|实际)?(预算)?(执行|支出|决算)(数|金额)(\(.*\))?")),
    ("weight", re.compile(r"(权重|分值|满分)(\(%\)|\(10分\))?")),
    ("rate", re.compile(r"(预算)?(执行率|完成率)(\(?B/A.*)?(\(%\))?")),
    ("score", re.compile(r"(自评)?得分")),
)

#: Rows of the budget block.
FUNDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("total", re.compile(r"年度?资金(总额|合计)?:?|资金总额|项目资金合计")),
    (
        "current_year",
        re.compile(
            r"(其中:)?(当年|本年度?)?(本级|一般公共预算)?财政(预算)?(拨款|资金|款)(收入)?|(其中:)?(当年|本年度?)(一般公共)?预算(拨款|资金|安排)?|(其中:)?当年资金"
        ),
    ),
    ("carried_over", re.compile(r"(其中:)?上年(度)?结转(结余)?(资金)?")),
    ("other", re.compile(r"(其中:)?其(他|它)(来源)?资金")),
)

BUDGET_HEADING = re.compile(r"(项目)?预算执行(情况)?(\((?P<weight>\d+(?:\.\d+)?)分\))?")

#: Columns of the indicator block.
INDICATOR_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("level1", re.compile(r"一级指标(\(.*\))?")),
    ("level2", re.compile(r"二级指标(\(.*\))?")),
    ("level3", re.compile(r"三级指标(名称)?(\(.*\))?")),
    ("target", re.compile(r"(年度|年初|预期)?(预期)?(绩效)?(指标)?(目标|指标)值(\(.*\))?")),
    ("actual", re.compile(r"(全年|年度)?实际(完成|值)?(指标)?(值|情况)?(\(.*\))?|(全年|年度|指标)?完成(值|情况)(\(.*\))?")),
    ("rate", re.compile(r"(指标)?完成(率|比例|程度)(\(?B/A.*)?(\(%\))?")),
    ("weight", re.compile(r"(指标)?(分值|权重|满分)(\(.*\))?")),
    ("score", re.compile(r"(自评)?得分(\(.*\))?")),
    ("deviation", re.compile(r".*(偏差|未完成|扣分).*|备注|说明")),
)

#: Level names.  The same word can name two levels (成本指标 under 产出指标 in older templates); the column decides then.
LEVEL1 = re.compile(
    r"(?P<name>(成本|产出|效益|效果|满意度|过程|决策|投入|影响力|履职效能|管理效率)(指标|标)?)"
    r"(\(?(?P<weight>\d+(?:\.\d+)?)(分|%)\)?)?"
)
LEVEL2 = re.compile(
    r"(?P<name>(数量|质量|时效|成本|经济成本|社会成本|生态环境成本|生态成本|经济效益|社会效益|生态效益|可持续(发展)?影响(力)?"
    r"|(社会公众或|受益)?(服务|帮扶|受益)?(对象)?(及社会公众)?满意度)(指标)?)"
    r"(\(?(?P<weight>\d+(?:\.\d+)?)分\)?)?"
)
#: Level 2 names that no level 1 has.
ONLY_LEVEL2 = re.compile(
    r"(数量|质量|时效|经济成本|社会成本|生态(环境)?成本|经济效益|社会效益|生态效益|可持续.*影响(力)?|.*对象.*满意度)(指标)?"
)
BLOCK_LABEL = re.compile(r"(年度)?(总体)?绩效(目标|指标)(完成情况)?|(年度)?总体目标|绩效指标")
GOAL_HEADING = re.compile(r"(年度|总体|年度总体)?(总体)?(绩效)?目标(完成情况)?")
TOTAL_ROW = re.compile(r"(总分|总计|合计|自评总分|总得分|综合得分|自评得分合计)(\(.*\))?:?")
SUBTOTAL_ROW = re.compile(r"小计(\(.*\))?")
PLACEHOLDER = re.compile(r"[.…·。、\-—–－/\\]*")
NAMED_WEIGHT = re.compile(r"[（(]\s*(?P<weight>\d+(?:\.\d+)?)\s*分\s*[)）]\s*$")

#: Columns of a summary table (自评情况汇总表).
SUMMARY_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("no", re.compile(r"序号")),
    ("project", re.compile(r"项目(\(政策\))?名称")),
    ("unit", re.compile(r"(资金使用|项目实施|实施|使用|预算|项目)?单位(名称)?|资金使用单位")),
    ("initial_budget", re.compile(r"年初预算(数|金额)?(\(.*\))?|预算(数|金额)(\(.*\))?")),
    ("adjusted_budget", re.compile(r"(全年|调整后?|全年调整后?)预算(数|金额)?(\(.*\))?")),
    ("executed", re.compile(r"(全年)?(预算)?(执行|支出|决算)(数|金额)(\(.*\))?")),
    ("rate_printed", re.compile(r"(预算)?(执行|完成)率(\(.*\))?")),
    ("score", re.compile(r"(绩效)?(自评|评价|综合)?(得分|总分|分数)(\(.*\))?")),
    ("grade", re.compile(r"(绩效)?(自评|评价|综合)?(等级|等次|结论)")),
    ("category", re.compile(r"项目类别.*|资金(名称|类别|性质)|项目性质")),
    ("remark", re.compile(r".*(问题|整改|备注|说明|结果应用).*")),
)

#: Grades and the score from which on each is due (评价等级; 财预〔2020〕10号 第十九条), best first.
GRADES: tuple[tuple[str, int], ...] = (("优", 90), ("良", 80), ("中", 60), ("差", 0))
#: Other words for the same grades.
GRADE_WORDS = {"优秀": "优", "良好": "良", "中等": "中", "合格": "中", "及格": "中", "较差": "差", "不合格": "差", "不及格": "差"}

#: Columns of a scoring table (评价得分表).
SCORING_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("level1", re.compile(r"一级指标(及分值|名称)?(\(.*\))?|指标类别|评价指标|绩效评价指标|指标名称|指标")),
    ("level2", re.compile(r"二级指标(及分值|名称)?(\(.*\))?")),
    ("level3", re.compile(r"三级指标(及分值|名称)?(\(.*\))?")),
    ("level4", re.compile(r"四级指标(及分值|名称)?(\(.*\))?")),
    ("weight", re.compile(r"(指标|标准)?(权重|分值|满分|总分)(\(.*\))?")),
    ("score", re.compile(r"(评价|指标|实际|自评|最终|专家|评分)?得分(\(分\))?|评分(\(分\))?|完成情况")),
    ("subtotal", re.compile(r"小计")),
    ("rate", re.compile(r"得分率(\(.*\))?")),
    ("share", re.compile(r"(评价)?(分值|得分)占比(\(.*\))?")),
)
