"""Every rule of the narrative has an example that holds and one that does not: a whole narrative, and one edit of it a rule."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import golden
import pytest
from narrative_text import document, with_narrative
from small_report import small_report

from expectations.confront import ENGINE_ERROR, confront
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.narrative_changes import CHANGE_RULES
from expectations.rules.narrative_reasons import REASON_RULES
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, figure_id

#: Those have a test of their own (``test_narrative_changes``, ``test_other_wordings``).
ELSEWHERE = {
    "narrative_project_of_fund",
    "narrative_change_of_last_year",
    "narrative_nearly_level",
    "narrative_procurement_reserved",
    "narrative_procurement_reserved_within",
}
RULES = {r.rule_id: r for r in NARRATIVE_RULES if r not in (*CHANGE_RULES, *REASON_RULES) and r.rule_id not in ELSEWHERE}

TEXT = """第三部分 2024年度部门决算情况说明
一、收入支出决算总体情况说明
2024年度收、支总计均为150.00万元。与2023年度相比，收、支总计各增加50.00万元，增长50.00%。
二、收入决算情况说明
本年收入合计140.00万元，其中：财政拨款收入125.00万元，占89.29%；上级补助收入1.00万元，占0.71%；事业收入2.00万元，占1.43%；经营收入3.00万元，占2.14%；附属单位上缴收入4.00万元，占2.86%；其他收入5.00万元，占3.57%。
三、支出决算情况说明
本年支出合计116.00万元，其中：基本支出70.00万元，占60.34%；项目支出46.00万元，占39.66%。
四、财政拨款收入支出决算总体情况说明
2024年度财政拨款收、支总计均为133.00万元。与2023年度相比，财政拨款收、支总计各减少7.00万元，下降5.00%。
五、一般公共预算财政拨款支出决算情况说明
（一）一般公共预算财政拨款支出决算总体情况
2024年度一般公共预算财政拨款支出93.00万元，占本年支出合计的80.17%。
（二）一般公共预算财政拨款支出决算结构情况
2024年度一般公共预算财政拨款支出93.00万元，主要用于以下方面：一般公共服务支出（类）支出60.00万元，占64.52%；社会保障和就业支出（类）支出33.00万元，占35.48%。
（三）一般公共预算财政拨款支出决算具体情况
2024年度一般公共预算财政拨款支出年初预算为95.00万元，支出决算为93.00万元，完成年初预算的97.89%。决算数小于年初预算数的主要原因是厉行节约。其中：
1、一般公共服务支出（类）人大事务（款）行政运行（项）。年初预算为45.00万元，支出决算为40.00万元，完成年初预算的88.89%。决算数小于年初预算数。
2、一般公共服务支出（类）人大事务（款）一般行政管理事务（项）。年初预算为20.00万元，支出决算为20.00万元，完成年初预算的100.00%。决算数与年初预算数持平。
3、社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）。年初预算为30.00万元，支出决算为33.00万元，完成年初预算的110.00%。决算数大于年初预算数。
六、一般公共预算财政拨款基本支出决算情况说明
2024年度一般公共预算财政拨款基本支出决算70.00万元，包括人员经费和公用经费，支出具体情况如下：
人员经费60.00万元，主要包括：基本工资30.00万元、津贴补贴20.00万元、退休费10.00万元。
公用经费10.00万元，主要包括：办公费、因公出国费、公务接待费、公务用车维护费、办公设备购置、公务用车购置。
七、政府性基金预算财政拨款收入支出决算情况说明
2024年度政府性基金预算财政拨款年初结转和结余1.00万元，本年收入20.00万元，本年支出19.00万元，年末结转和结余2.00万元。其中：其他支出（类）支出19.00万元。
八、国有资本经营预算财政拨款支出决算情况说明
2024年度国有资本经营预算财政拨款支出4.00万元。其中：国有资本经营预算支出（类）支出4.00万元。
九、财政拨款“三公”经费支出决算情况说明
（一）“三公”经费支出决算总体情况说明
2024年度“三公”经费支出全年预算为6.00万元，支出决算为4.50万元，完成全年预算的75.00%。其中：因公出国（境）费1.00万元，占22.22%；公务用车购置及运行维护费3.00万元，占66.67%；公务接待费0.50万元，占11.11%。
（二）“三公”经费支出决算具体情况
1、因公出国（境）费决算数为1.00万元。因公出国（境）团组1个，累计2人次。
2、公务用车购置及运行维护费决算数为3.00万元。其中：公务用车购置费支出1.00万元，2024年使用财政拨款购置公务用车1辆；公务用车运行维护费2.00万元，2024年财政拨款开支运行维护费的公务用车保有量为2辆。
3、公务接待费决算数为0.50万元。其中：国内接待费0.50万元，共计接待3批次、20人次；国（境）外接待费0.00万元，共计接待0批次、0人次。
十、机关运行经费支出说明
机关运行经费年初预算为12.00万元，支出决算为10.00万元，比年初预算数减少2.00万元，下降16.67%。
十一、政府采购支出说明
2024年度政府采购支出总额50.00万元，其中：政府采购货物支出10.00万元、政府采购工程支出0.00万元、政府采购服务支出40.00万元。授予中小企业合同金额30.00万元，占政府采购支出总额的60.00%，其中：授予小微企业合同金额20.00万元，占政府采购支出总额的40.00%。货物采购授予中小企业合同金额占货物支出金额的100.00%，服务采购授予中小企业合同金额占服务支出金额的50.00%。
十二、国有资产占用情况说明
截至2024年12月31日，本部门共有车辆3辆，其中，机要通信用车1辆、其他用车2辆；单价100万元（含）以上设备（不含车辆）0台（套）。
十三、预算绩效情况说明
（一）预算绩效管理工作开展情况。组织对2024年度市级预算项目全面开展绩效自评，涵盖项目2个，涉及预算资金50.00万元，占部门市级预算项目支出总额的100%。
（二）市级预算项目绩效自评结果。某局2024年度市级预算绩效自评的2个项目中，1个项目自评等级为优，1个项目自评等级为良。但也存在部分项目产出指标低于预期等问题。
今年在部门决算中反映了2024年度全部市级预算项目绩效自评结果，以及某平台运维等2个项目的绩效自评表。
1、某平台运维项目绩效自评综述：根据年初设定的绩效目标，项目自评得分为95分。全年预算数为30.00万元，执行数为27.00万元，完成预算的90.00%。
2、某数据治理项目绩效自评综述：根据年初设定的绩效目标，项目自评得分为85分。全年预算数为20.00万元，执行数为20.00万元，完成预算的100.00%。
（三）部门评价结果。
某平台运维项目，绩效评价得分为91分，等级为优。
第四部分 名词解释
一、财政拨款收入：指本级财政当年拨付的资金1.00万元。
第五部分 附件
2024年度某平台运维项目绩效评价报告
三、评价结论
经评价，该项目绩效评价得分为91分，评价等级为“优”。
"""

#: One edit a rule that breaks it: what stands in the text, what comes in its place.
EDITS: dict[str, tuple[str, str]] = {
    "narrative_score_range": ("自评得分为95分", "自评得分为950分"),
    "narrative_evaluation_score": ("绩效评价得分为91分，等级为优", "绩效评价得分为97分，等级为优"),
    "narrative_repeated": ("2024年度一般公共预算财政拨款支出93.00万元，主要", "2024年度一般公共预算财政拨款支出99.00万元，主要"),
    "narrative_persons": ("3批次、20人次", "30批次、20人次"),
    "narrative_change_rate": ("下降5.00%", "增长5.00%"),
    "narrative_change_of_budget": ("减少2.00万元", "减少3.00万元"),
    "narrative_share": ("占89.29%", "占89.92%"),
    "narrative_share_adjusted": ("占35.48%", "占36%"),
    "narrative_completion": ("88.89%", "89.88%"),
    "narrative_named_budget": ("完成全年预算的75.00%", "完成年初预算的75.00%"),
    "narrative_direction": ("决算数大于年初预算数", "决算数小于年初预算数"),
    "narrative_income_structure": ("其他收入5.00万元", "其他收入6.00万元"),
    "narrative_expenditure_structure": ("项目支出46.00万元", "项目支出64.00万元"),
    "narrative_classes": ("（类）支出33.00万元", "（类）支出34.00万元"),
    "narrative_items_final": ("支出决算为40.00万元", "支出决算为41.00万元"),
    "narrative_items_initial": ("年初预算为95.00万元", "年初预算为90.00万元"),
    "narrative_items_left_out": ("年初预算为95.00万元", "年初预算为100.00万元"),
    "narrative_basic": ("基本支出决算70.00万元", "基本支出决算71.00万元"),
    "narrative_lists": ("退休费10.00万元", "退休费12.00万元"),
    "narrative_three_public": ("公务接待费0.50万元，占11.11%", "公务接待费0.90万元，占11.11%"),
    "narrative_vehicle_expense": ("公务用车运行维护费2.00万元", "公务用车运行维护费2.20万元"),
    "narrative_reception": ("国内接待费0.50万元", "国内接待费0.40万元"),
    "narrative_money_and_count": ("累计2人次", "累计0人次"),
    "narrative_vehicles": ("其他用车2辆", "其他用车1辆"),
    "narrative_vehicles_kept": ("保有量为2辆", "保有量为4辆"),
    "narrative_fund_balance": ("年末结转和结余2.00万元", "年末结转和结余3.00万元"),
    "narrative_procurement": ("政府采购服务支出40.00万元", "政府采购服务支出44.00万元"),
    "narrative_procurement_order": ("授予小微企业合同金额20.00万元", "授予小微企业合同金额35.00万元"),
    "narrative_procurement_small_firms": ("占服务支出金额的50.00%", "占服务支出金额的5.00%"),
    "narrative_totals_vs_forms": ("总计均为133.00万元", "总计均为132.00万元"),
    "narrative_income_vs_forms": ("事业收入2.00万元", "事业收入2.50万元"),
    "narrative_expenditure_vs_forms": ("本年支出合计116.00万元", "本年支出合计161.00万元"),
    "narrative_general_vs_forms": ("支出93.00万元，占本年", "支出39.00万元，占本年"),
    "narrative_items_vs_forms": ("支出决算为33.00万元", "支出决算为33.30万元"),
    "narrative_basic_vs_forms": ("人员经费60.00万元", "人员经费66.00万元"),
    "narrative_three_public_vs_form": ("支出决算为4.50万元", "支出决算为5.40万元"),
    "narrative_three_public_budget_vs_form": ("全年预算为6.00万元", "全年预算为9.00万元"),
    "narrative_fund_vs_form": ("本年收入20.00万元", "本年收入200.00万元"),
    "narrative_fund_items_vs_form": ("其他支出（类）支出19.00万元", "其他支出（类）支出91.00万元"),
    "narrative_state_capital_vs_form": ("国有资本经营预算财政拨款支出4.00万元", "国有资本经营预算财政拨款支出4.40万元"),
    "narrative_state_capital_items_vs_form": ("国有资本经营预算支出（类）支出4.00万元", "国有资本经营预算支出（类）支出4.40万元"),
    "narrative_procurement_within": ("政府采购支出总额50.00万元", "政府采购支出总额80.00万元"),
    "narrative_none_vs_form": ("2024年度国有资本经营预算财政拨款支出4.00万元。", "本部门没有国有资本经营预算财政拨款支出。"),
    "narrative_list_vs_form": ("津贴补贴20.00万元", "津贴补贴22.00万元"),
    "narrative_named_blank": ("办公费、", "办公费、印刷费、"),
    "narrative_filled_unnamed": ("、公务接待费", ""),
    "narrative_item_names": ("：一般公共服务支出（类）", "：一般公共预算服务支出（类）"),
    "narrative_projects_counted": ("自评的2个项目中", "自评的3个项目中"),
    "narrative_projects_shown": ("等2个项目的绩效自评表", "等3个项目的绩效自评表"),
    "narrative_projects_graded": ("1个项目自评等级为良", "2个项目自评等级为良"),
    "narrative_projects_excellent": ("项目自评得分为85分", "项目自评得分为93分"),
    "narrative_grade": ("评价得分为91分", "评价得分为81分"),
    "narrative_funds_covered": ("涉及预算资金50.00万元", "涉及预算资金49.00万元"),
    "narrative_funds_share": ("涉及预算资金50.00万元", "涉及预算资金5.00万元"),
    "narrative_not_done": ("组织对2024年度", "未开展项目预算绩效管理工作。组织对2024年度"),
    "narrative_project_vs_form": ("执行数为27.00万元", "执行数为26.00万元"),
    "narrative_project_rate_vs_form": ("完成预算的90.00%", "完成预算的95.00%"),
    "narrative_project_form": ("某数据治理项目绩效自评综述：根据年初设定的绩效目标，项目自评得分为85分。全年预算数为2", "另一件全然不同的事项绩效自评综述：项目自评得分为85分。全年预算数为3"),
    "narrative_project_name": ("某平台运维项目绩效自评综述", "某系统运维项目绩效自评综述"),
    "narrative_all_shown": ("涵盖项目2个", "涵盖项目3个"),
    "narrative_forms_shown": ("等2个项目的绩效自评表", "等3个项目的绩效自评表"),
    "narrative_item_of_no_form": ("机关事业单位基本养老保险缴费支出（项）", "机关单位养老支出（项）"),
    "narrative_score_vs_summary": ("自评得分为95分", "自评得分为59分"),
    "narrative_project_initial": ("年初预算为20.00万元", "年初预算为25.00万元"),
    "narrative_below_expectation": ("", ""),  # broken by the forms, see below
}  # fmt: skip


def cell(about: Any, section: str, statement: str, side: str | None, row: int, measure: str, text: str, unit: str, label: str = "") -> Figure:
    value = Decimal(text)
    return Figure(
        figure_id(about.report_id, section, statement, side, row, measure), about.report_id, section, statement, side, str(row), None, label or None,
        measure, value, unit, Decimal(1).scaleb(value.as_tuple().exponent), text,  # type: ignore[arg-type]
    )  # fmt: skip


def with_annexes(contents: ReportContents, missed: bool = True) -> ReportContents:
    """The report with two self-evaluation forms and their summary; ``missed``: one output indicator is below its target."""
    about = contents.report
    figures: list[Figure] = []
    rows, indicators = [], []
    data = (("某平台运维项目", "20.00", "30.00", "27.00", "90.00", "95"), ("某数据治理", "0.00", "20.00", "20.00", "100.00", "85"))
    for number, (project, initial, adjusted, executed, rate, score) in enumerate(data, 1):
        form = f"form{number}"
        figures += [
            cell(about, "self_evaluation", form, "total", 0, "adjusted", adjusted, "万元"),
            cell(about, "self_evaluation", form, "total", 0, "executed", executed, "万元"),
            cell(about, "self_evaluation", form, "total", 0, "rate", rate, "%"),
            cell(about, "self_evaluation", form, "current_year", 0, "initial", initial, "万元"),
            cell(about, "self_evaluation", form, "sum", 0, "score", score, "分"),
            cell(about, "self_evaluation_summary", "summary", None, number, "score", score, "分", project),
        ]
        rows.append({"form_no": number, "project": project, "adjusted_budget_number": Decimal(adjusted), "executed_number": Decimal(executed)})
        reached = Decimal(50 if missed and number == 1 else 100)
        indicators.append(
            {
                "level1": "产出指标",
                "completion_rate_printed_number": reached,
                "score_number": reached / 10,
                "weight_number": Decimal(10),
                "level3_declared_weight_number": None,
            }
        )
    tables = {**contents.tables, "core.self_evaluations": tuple(rows), "core.indicators": tuple(indicators)}
    return ReportContents(about, (*contents.figures, *figures), tables)


def report(text: str = TEXT, missed: bool = True, forms: ReportContents | None = None) -> ReportContents:
    return with_annexes(with_narrative(forms or small_report(), document(text.splitlines())), missed)


def only_one_item_bears_projects() -> ReportContents:
    """Forms in which one item bears all project expenditure of the general budget."""
    from small_report import edited

    cells = {("general_budget_expenditure", "2080505", "project"): "", ("general_budget_expenditure", "2080505", "basic"): "33.00"}
    return edited(small_report(), cells)


def violated(contents: ReportContents) -> Counter[str]:
    return Counter(f["rule_id"] for f in confront(contents, RULES).findings)


def test_every_rule_has_its_examples() -> None:
    assert set(EDITS) == set(RULES)


def test_the_whole_narrative_holds_and_every_rule_is_evaluated() -> None:
    evaluated: set[str] = set()
    for contents in (report(), report(forms=only_one_item_bears_projects())):
        found = confront(contents, RULES)
        assert [(f["rule_id"], f["explanation"]) for f in found.findings if f["rule_id"] != "narrative_general_vs_forms"] == []
        assert not [e for e in found.equations if str(e["reason"]).startswith(ENGINE_ERROR)]
        evaluated |= {e["rule_id"] for e in found.equations if e["verdict"] in ("exact", "rounding")}
    # these speak only where something is said: see the tests below
    silent = {"narrative_not_done", "narrative_none_vs_form", "narrative_share_adjusted", "narrative_items_left_out", "narrative_named_budget"}
    assert set(RULES) - evaluated == silent


@pytest.mark.parametrize("rule_id", [r for r in EDITS if r != "narrative_below_expectation"])
def test_one_edit_breaks_the_rule(rule_id: str) -> None:
    before, after = EDITS[rule_id]
    assert before in TEXT, "the edit must find its place"
    forms = only_one_item_bears_projects() if rule_id == "narrative_project_initial" else None
    assert violated(report(TEXT.replace(before, after, 1), forms=forms))[rule_id] >= 1


def test_outputs_said_to_be_below_expectation_and_all_reached() -> None:
    assert violated(report(missed=False)) == Counter({"narrative_below_expectation": 1})


def test_performance_management_not_carried_out_and_no_project_holds() -> None:
    text = TEXT.replace(
        "组织对2024年度市级预算项目全面开展绩效自评，涵盖项目2个，涉及预算资金50.00万元，占部门市级预算项目支出总额的100%。",
        "本部门未开展项目绩效自评工作。",
    )
    text = text[: text.index("（二）市级预算项目")] + "第四部分 名词解释\n"
    (row,) = [e for e in confront(report(text), RULES).equations if e["rule_id"] == "narrative_not_done"]
    assert row["verdict"] == "exact"


def test_no_such_money_and_a_blank_form_is_not_evaluated_rather_than_passed() -> None:
    from small_report import without

    text = TEXT.replace(
        "2024年度国有资本经营预算财政拨款支出4.00万元。其中：国有资本经营预算支出（类）支出4.00万元。", "本部门没有国有资本经营预算财政拨款支出。"
    )
    forms = without(small_report(), "state_capital", "empty")
    assert violated(report(text, forms=forms))["narrative_none_vs_form"] == 0


def test_a_name_that_several_forms_print_is_that_of_a_fund_and_a_remark() -> None:
    text = TEXT.replace("某数据治理项目绩效自评综述", "某系统升级项目绩效自评综述")
    whole = report(text)
    forms = [dict(r, project="信息技术发展资金") for r in whole.rows_of("core.self_evaluations")]
    of_fund = ReportContents(whole.report, whole.figures, {**whole.tables, "core.self_evaluations": tuple(forms)})
    rules = {r.rule_id: r for r in NARRATIVE_RULES if r.rule_id.startswith("narrative_project_")}
    assert {(f["rule_id"], f["severity"]) for f in confront(of_fund, rules).findings} == {("narrative_project_of_fund", "info")}
    assert "narrative_project_of_fund" not in {f["rule_id"] for f in confront(whole, rules).findings}


def test_a_list_left_open_need_not_name_everything() -> None:
    text = TEXT.replace("、公务用车购置。", "等。")
    assert violated(report(text)) == Counter()


def test_rounding_is_not_raised() -> None:
    """Basic expenditure 547.13 beside 454.98 + 92.16: within the rounding of 万元."""
    lines = ["第三部分 决算情况说明", "六、一般公共预算财政拨款基本支出决算情况说明",
             "一般公共预算财政拨款基本支出决算 547.13万元。", "人员经费454.98万元。", "公用经费92.16万元。"]  # fmt: skip
    contents = with_narrative(golden.contents(golden.report(), []), document(lines))
    (row,) = [e for e in confront(contents, RULES).equations if e["rule_id"] == "narrative_basic"]
    assert row["verdict"] == "rounding"


def test_a_report_without_a_narrative_raises_nothing() -> None:
    found = confront(small_report(), RULES)
    assert (found.findings, found.equations) == ((), ())
