"""Rules of the narrative in wordings of other provinces: each with sentences that hold and sentences that break it, and no other error."""

from __future__ import annotations

import pytest
from narrative_text import HEADINGS, document, with_narrative
from small_report import small_report

from expectations.confront import confront
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.wording import WORDING_RULES

OWN = {r.rule_id: r for r in (*NARRATIVE_RULES, *WORDING_RULES)}
COSTS, BOUGHT = "机关运行经费支出10.00万元", "2024年度政府采购支出总额50.00万元，其中：政府采购货物支出10.00万元、政府采购服务支出40.00万元。"
ITEM = "1、一般公共服务支出（类）人大事务（款）行政运行（项）。年初预算为45.00万元，支出决算为40.00万元，"
FEWER, MORE = f"{COSTS}，比上年减少2.00万元，下降16.67%", f"{COSTS}，比上年增加2.00万元，增长25%"
WON = "在面向中小企业预留的政府采购项目中，由中小企业供应商中标或成交的，采购金额{}万元；"

#: Rule, section, sentences that hold, sentences that break it.
WORDINGS: list[tuple[str, str, list[str], list[str]]] = [
    ("narrative_change_of_last_year", "operating_costs",
     [f"{COSTS}，比2023年8.00万元增加2.00万元，增长25%。", f"{COSTS}，较上年决算数8.00万元增加2.00万元，增长25%。",
      f"{COSTS}，与上年度8.00万元相比，增加2.00万元，增长25%。", "2024年机关运行经费支出10.00万元，2023年支出8.00万元，增加2.00万元，增长25%。"],
     [f"{COSTS}，比2023年8.00万元增加3.00万元。", f"{COSTS}，较上年决算数9.00万元增加2.00万元。", f"{COSTS}，上年支出8.00万元，增加3.00万元。"]),
    ("narrative_change_rate", "operating_costs",
     [f"{COSTS}，上年支出8.00万元，增长25%。", f"与上年相比，{COSTS}，增加2.00万元，增长25%。", f"{COSTS}，比上年增加2.00万元，增幅25%。"],
     [f"{COSTS}，上年支出8.00万元，增长20%。", f"{COSTS}，较上年决算数8.00万元增加2.00万元，增长20%。", f"{COSTS}，比上年增加2.00万元，增幅2.5%。"]),
    ("narrative_base_of_nothing", "three_public",
     ["公务接待费支出0.50万元，上年决算数为0万元，增加0.50万元。", "公务接待费支出0.50万元，比上年增加0.10万元，增长25%。"],
     ["公务接待费支出0.50万元，上年决算数为0万元，增长100%。", "公务接待费支出0.50万元，比上年增加0.50万元，增长100%。",
      "公务接待费支出0.50万元，年初预算0万元，完成预算的100%。"]),
    ("narrative_money_and_count", "three_public",
     ["公务接待费0.50万元，国内公务接待3批次，20人次，支出0.30万元；国（境）外接待1批次，2人次，支出0.20万元。", "公务用车运行维护费0万元，公务用车保有量为2辆。",
      "公务接待费支出0.50万元，接待3批次，20人次；上年接待2批次，9人次。"],
     ["公务接待费支出0.50万元，接待0批次，0人次。", "国（境）外接待费0.00万元，接待0批次、2人次。", "公务用车运行维护费2.00万元，开支财政拨款的公务用车保有量为0辆。",
      "因公出国（境）团组0个，2人次。", "公务用车购置费1.00万元，当年购置公务用车0辆。"]),
    ("narrative_reception", "three_public",
     ["公务接待费0.50万元，国内公务接待3批次，20人次，支出0.30万元；国（境）外接待1批次，2人次，支出0.20万元。"],
     ["公务接待费0.50万元，国内公务接待3批次，20人次，支出0.30万元；国（境）外接待1批次，2人次，支出0.10万元。",
      "公务接待费0.50万元。其中：国内接待费0.30万元，国（境）外接待费0.10万元。", "公务接待费支出0.50万元，其中：外事接待支出0.10万元，国内接待支出0.30万元。"]),
    ("narrative_nearly_level", "general_budget",
     [f"{ITEM.replace('40.00', '44.50')}决算数与年初预算数基本一致。", "行政运行（项）年初预算45.00万元，支出决算45.00万元，与预算基本持平。"],
     [f"{ITEM}决算数与年初预算数基本一致。", f"{ITEM}与年初预算基本持平。"]),
    ("narrative_direction", "general_budget",
     [f"{ITEM}决算数低于年初预算数的主要原因是厉行节约。", f"{ITEM}决算数小于预算数。"],
     [f"{ITEM}决算数大于年初预算数。", f"{ITEM}决算数高于年初预算数。", f"{ITEM}决算数超过年初预算数。", f"{ITEM}决算数与年初预算数持平。"]),
    ("narrative_flat_and_changed", "operating_costs",
     [f"{COSTS}，与上年基本持平，增加0.10万元，增长1.01%。", f"{COSTS}，与上年持平。"],
     [f"{COSTS}，与上年持平，比上年增加2.00万元，增长25%。", f"{COSTS}，与上年基本持平，比上年增加2.00万元，增长25%。"]),
    ("narrative_reason", "operating_costs",
     [f"{FEWER}，主要原因是厉行节约，压减开支。", f"{FEWER}，主要原因是上年一次性项目增加较多。", f"{FEWER}，主要是人员减少。",
      f"{FEWER}，主要原因是人员增加的同时严格控制公用经费。", f"{MORE}，主要原因是上年压减支出，基数较低。", f"{MORE}，主要原因是压减会议费，增加专项工作经费。"],
     [f"{FEWER}，主要原因是人员增加。", f"{FEWER}，主要是项目支出增加。", f"{FEWER}，主要原因是年中追加人员经费。",
      f"{MORE}，主要原因是厉行节约，压减开支。", f"{MORE}，主要原因为严格落实过紧日子要求。", f"{MORE}，变动原因为退休人员增多，人员经费减少。"]),
    ("narrative_reason_head", "operating_costs",
     [f"{FEWER}，减少的主要原因是人员减少。", f"{MORE}，增长的主要原因：业务量增加。", f"{FEWER}，变动的主要原因是厉行节约。"],
     [f"{FEWER}，增加的主要原因是业务量增加。", f"{MORE}，减少原因：严格落实过紧日子要求，压缩支出。", f"{MORE}。下降的主要原因是本年人员减少。"]),
    ("narrative_procurement", "procurement",
     ["政府采购支出50万元，其中货物10万元、工程0万元、服务40万元。", "本年度政府采购支出合计50.00万元，其中：货物类采购支出10.00万元，服务类采购支出40.00万元。"],
     ["政府采购支出50万元，其中货物20万元、工程0万元、服务40万元。", "采购支出总计50.00万元，其中：货物类采购20.00万元、服务类采购40.00万元。",
      "2024年政府采购金额50.00万元，其中：货物采购金额20.00万元、工程采购金额0万元、服务采购金额40.00万元。"]),
    ("narrative_share", "procurement",
     [f"{BOUGHT}政府购买服务支出30.00万元，占政府采购服务支出的75%。", f"{BOUGHT}授予中小企业合同金额30.00万元，其中授予小微企业合同金额20.00万元，占授予中小企业合同金额的66.67%。",
      f"{BOUGHT}货物采购授予中小企业合同金额5.00万元，占货物支出金额的50%。"],
     [f"{BOUGHT}政府购买服务支出30.00万元，占政府采购服务支出的60%。", f"{BOUGHT}授予中小微企业合同金额30.00万元，占采购支出总额的50%。",
      f"{BOUGHT}面向中小企业采购金额30.00万元，占50%。", f"{BOUGHT}授予中小企业合同金额30.00万元，其中授予小微企业合同金额20.00万元，占授予中小企业合同金额的76.67%。"]),
    ("narrative_procurement_order", "procurement",
     [f"{BOUGHT}授予中小企业合同金额30.00万元，其中授予小微企业合同金额30.00万元。"],
     [f"{BOUGHT}授予中小企业合同金额30.00万元，其中授予小微企业合同金额31.00万元。", f"{BOUGHT}授予中小微企业合同金额55.00万元。",
      f"{BOUGHT}面向中小企业采购金额30.00万元，其中面向小微企业采购金额40.00万元。"]),
    ("narrative_procurement_reserved", "procurement",
     [f"{BOUGHT}专门面向中小企业预留采购金额30.00万元，非预留采购金额20.00万元。",
      f"{BOUGHT}{WON.format('30.00')}在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额5.00万元。",
      f"{BOUGHT}授予中小企业合同金额35.00万元。{WON.format('30.00')}在其他政府采购项目中，由中小企业供应商中标的，采购金额5.00万元。"],
     [f"{BOUGHT}面向中小企业预留采购金额30.00万元，非预留采购金额25.00万元。", f"{BOUGHT}面向中小企业采购金额30.00万元；面向其他企业采购金额25.00万元。",
      f"{BOUGHT}{WON.format('30.00')}在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额25.00万元。",
      f"{BOUGHT}授予中小企业合同金额38.00万元。{WON.format('30.00')}在其他政府采购项目中，由中小企业供应商中标的，采购金额5.00万元。"]),
    ("narrative_procurement_reserved_within", "procurement",
     ["面向中小企业预留政府采购项目预算金额46.00万元，其中面向小微企业预留政府采购项目预算金额10.00万元。" + WON.format("30.00")],
     ["面向中小企业预留政府采购项目预算金额20.00万元，面向小微企业预留政府采购项目预算金额30.00万元。",
      "面向中小企业预留政府采购项目预算金额20.00万元。" + WON.format("30.00")]),
    ("wording_year", "assets",
     ["截至2024年底，共有车辆3辆。", "2024年末，本单位共有车辆3辆，与2023年末相比无变化。"],
     ["截止2023年年底，我单位共有车辆3辆。", "2023年末，本单位共有车辆3辆。", "至2023年12月31日，共有车辆3辆。"]),
    ("wording_year", "three_public",
     ["公务用车购置支出1.00万元，2024年使用财政拨款购置公务用车1辆。"],
     ["公务用车购置支出1.00万元，2023年使用财政拨款购置公务用车1辆。", "2023年期末，公务用车保有量2辆。", "某局2023年“三公”经费支出决算为4.50万元。"]),
    ("wording_year", "performance",
     ["我局组织对2024年度市级预算项目全面开展绩效自评，涵盖项目2个。", "我局对2023年度实施的项目开展部门评价。"],
     ["我局组织对2023年度市级预算项目全面开展绩效自评，涵盖项目2个。", "我单位对2023年度部门整体支出开展绩效自评。",
      "今年在2023年度部门决算中反映某平台等2个项目绩效自评结果。", "今年在部门决算中反映了2023年度某局项目支出绩效自评结果。"]),
    ("wording_template", "operating_costs",
     [f"{COSTS}（按财预〔2016〕143号口径统计），增加数万元。", f"{COSTS}，较上年人员有增有减。"],
     [f"{COSTS}，较上年增长/减少2万元。", f"{COSTS}，比年初预算增加或减少2.00万元。", "机关运行经费支出 万元，比上年增加 万元。", f"{COSTS}（说明增减变化原因）。",
      f"{COSTS}，主要原因是（具体说明）。", f"{COSTS}，主要原因是XXX。", f"{COSTS}，注：参公单位填写此项。", f"{COSTS}，根据本部门实际情况填列。",
      f"{COSTS}，主要用于□□。", f"{COSTS}，减少（增加）2.00万元。"]),
]  # fmt: skip


def broken(part: str, text: str) -> list[tuple[str, str]]:
    """Rule and severity of every finding on a narrative of one sentence or a few."""
    doc = document(["第三部分 2024年度部门决算情况说明", HEADINGS[part], text, "第四部分 名词解释"])
    return [(f["rule_id"], f["severity"]) for f in confront(with_narrative(small_report(), doc), OWN).findings]


#: Held to the small report's forms, whose amounts these sentences do not repeat.
_OF_FORMS = {r for r in OWN if r.endswith(("_form", "_forms"))}


@pytest.mark.parametrize(("rule_id", "part", "text"), [(r, p, t) for r, p, right, _ in WORDINGS for t in right])
def test_it_holds(rule_id: str, part: str, text: str) -> None:
    found = broken(part, text)
    assert rule_id not in {r for r, _ in found}
    assert [r for r, severity in found if severity == "error" and r not in _OF_FORMS] == []


@pytest.mark.parametrize(("rule_id", "part", "text"), [(r, p, t) for r, p, _, wrong in WORDINGS for t in wrong])
def test_it_is_broken(rule_id: str, part: str, text: str) -> None:
    assert rule_id in {r for r, _ in broken(part, text)}
