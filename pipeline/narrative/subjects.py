"""What a sentence speaks of: from the words before a number to a subject, and from a subject to a quantity.

What belongs here: names as data.  A *quantity* is a key that rules look up (``income_total``,
``reception``); a new wording of a known subject is a new entry of :data:`QUANTITIES`.
"""

from __future__ import annotations

import re

_COMPARISON = (
    r"(?:与|比|较|同|和)(?=\d{4}年|上年|去年|上一年|年初|全年|调整|预算)(?:\d{4}年度?|上年度?|去年|上一年度?)?(?:末|初)?"
    r"(?:“三公”经费)?(?:财政拨款)?(?:支出)?(?:(?:年初|全年|调整)?预算数?|决算数?)?(?:相比|比较|相较|对比)?"
)
#: Words in front of a subject that are no part of its name, taken off again and again.
_LEAD = re.compile(
    r"^(?:[，。；：、（）”]+|（?\d{1,2}[、.）]|[①-⑳]|（[一二三四五六七八九十]）|其中|以及|另外|此外|同时|截至[^，]*|按[^，]*?(?:划分|分类)|"
    rf"{_COMPARISON}，?|.{{0,40}}?(?<!费)(?<!收入)(?<!支出)(?<!总计)(?<!合计)(?<![类款项]）)\d{{4}}年(?:度|末|底)?(?:\d{{1,2}}月(?:\d{{1,2}}日|末|底)?)?|本年度?(?!收入|支出)|当年|全年(?!预算)|上年(?!结转)|"
    r"[^，。；：、\d“”]{2,25}?(?:局|委|办|厅|院|校|会|部|中心|单位|部门)(?=机关运行|政府采购支出总额|共有车辆)|"
    r"我(?:局|单位|部门|委|厅|校|院)|本(?:单位|部门|级|局|中心)|部门（单位）|共(?:有|计)?(?!享|公)|合计(?=.)|现有|拥有|主要(?:是|为)|包括|和|及|与)"
)
_TRAIL = re.compile(
    r"(?:（以合同签订为准）|[，。；：、]+|总额?为|共计|累计|合计(?<!(?:收入|支出)合计)|均为|分别为|各为|各|均|支出为|为|是|达到?|约|共|有|"
    r"(?:与|比|较|同|和)(?:\d{4}年度?|上年度?|去年|上一年度?)(?:同期|决算数?)?(?:相比|比较|相较)?)$"
)


_YEAR_WITHIN = re.compile(r"(?:(?<=费)|(?<=收入|支出|总计|合计|类）|款）|项）))\d{4}年度?")
_QUOTED_NAME = re.compile(r"“([^”]*)”(?=（[类款项]）)")


def clean(words: str) -> str:
    """The subject in ``words``: what stands before a number, without connectives, years and the publisher's name."""
    subject, before = _QUOTED_NAME.sub(r"\1", words), None
    while subject != before:
        before = subject
        subject = _LEAD.sub("", subject, count=1)
        subject = _TRAIL.sub("", subject, count=1)
    subject = re.sub(r"(?<=费)支出$", "", _YEAR_WITHIN.sub("", subject))
    if subject.count("（") != subject.count("）"):
        subject = re.sub(r"^[^（]*）|（[^）]*$", "", subject)
    return subject


#: (parts that it holds for, subject, quantity).  Searched in order; the subject's words decide, then the part.
QUANTITIES: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (parts, re.compile(pattern), key)
    for parts, pattern, key in (
        (
            "totals fiscal_totals income expenditure",
            r"财政拨款收(?:入)?[、和与]?支(?:出)?(?:决算)?总计|财政拨款收支总计",
            "fiscal_totals",
        ),
        ("fiscal_totals", r"收(?:入)?[、和与]?支(?:出)?(?:决算)?总计", "fiscal_totals"),
        ("totals fiscal_totals", r"^财政拨款收入(?:决算)?总计", "fiscal_income_total"),
        ("totals fiscal_totals", r"^财政拨款支出(?:决算)?总计", "fiscal_expenditure_total"),
        ("totals", r"收(?:入)?[、和与]?支(?:出)?(?:决算)?总计|收支总计", "totals"),
        ("totals", r"^收入(?:决算)?总计|^总收入", "income_grand_total"),
        ("totals", r"^支出(?:决算)?总计|^总支出", "expenditure_grand_total"),
        ("income totals", r"^(?:本年)?收入(?:决算)?(?:合计|总额|总计)$|^本年收入$", "income_total"),
        ("income totals", r"一般公共预算(?:财政拨款)?收入", "general_budget_income"),
        ("income totals", r"政府性基金(?:预算)?(?:财政拨款)?收入", "fund_income"),
        ("income totals", r"国有资本经营(?:预算)?(?:财政拨款)?收入", "state_capital_income"),
        ("income", r"^一般公共预算(?:财政拨款)?$", "general_budget_income"),
        ("income", r"^政府性基金(?:预算)?(?:财政拨款)?$", "fund_income"),
        ("income", r"^国有资本经营(?:预算)?(?:财政拨款)?$", "state_capital_income"),
        ("income totals", r"^财政拨款收入$|^财政拨款$", "fiscal"),
        ("income totals", r"^上级补助收入", "superior_subsidy"),
        ("income totals", r"^事业收入", "institutional"),
        ("income totals", r"^(?:事业单位)?经营收入", "business"),
        ("income totals", r"^附属单位上缴收入", "affiliated_remittance"),
        ("income totals", r"^其他收入", "other"),
        ("expenditure totals", r"^(?:本年)?支出(?:决算)?(?:合计|总额|总计)$|^本年支出$", "expenditure_total"),
        ("expenditure totals", r"^基本支出$", "basic"),
        ("expenditure totals", r"^项目支出$", "project"),
        ("expenditure totals", r"^上缴上级(?:支出)?", "to_superior"),
        ("expenditure totals", r"^经营支出", "business"),
        ("expenditure totals", r"^对附属单位补助(?:支出)?", "affiliated_subsidy"),
        ("general_budget", r"^一般公共预算(?:财政拨款)?(?:本年)?(?:支出)?(?:合计|总额)?$", "general_budget_total"),
        ("general_budget", r"^财政拨款(?:本年)?支出(?:合计|总额)?$", "appropriation_total"),
        ("general_budget basic", r"基本支出$", "basic"),
        ("general_budget", r"项目支出$", "project"),
        ("basic", r"人员(?:经费|支出)$", "personnel"),
        ("basic", r"公用(?:经费|支出)$", "public"),
        ("three_public", r"预算单位$", "budget_units"),
        ("three_public", r"团组", "abroad_groups"),
        ("three_public", r"因公出国（?境?）?(?:人次|人数|\b.*人次)", "abroad_persons"),
        ("three_public", r"外事接待.*批次", "foreign_affairs_batches"),
        ("three_public", r"外事接待.*人(?:次|数)", "foreign_affairs_persons"),
        ("three_public", r"国（境）外.*批次", "foreign_batches"),
        ("three_public", r"国（境）外.*人(?:次|数)", "foreign_persons"),
        ("three_public", r"接待.*批次", "domestic_batches"),
        ("three_public", r"接待.*人(?:次|数)", "domestic_persons"),
        ("three_public", r"国（境）外(?:公务)?接待|外事接待(?:费|支出)?$", "reception_foreign"),
        ("three_public", r"国内(?:公务)?接待", "reception_domestic"),
        ("three_public", r"保有量|(?:共|实|现)有公务用车$", "vehicles_kept"),
        ("three_public", r"公务用车购置费?(?:及|和|与|、)?(?:更新)?(?:费)?运行|公务用车(?:费|经费)$|公车", "vehicle"),
        ("three_public", r"公务用车购置(?:费|支出|费用)", "vehicle_purchase"),
        ("three_public", r"购置公务用车|公务用车购置|^购置（更新）|^更新购置|更新公务用车", "vehicles_bought"),
        ("three_public", r"公务用车运行", "vehicle_operation"),
        ("three_public", r"因公出国", "abroad"),
        ("three_public", r"公务接待", "reception"),
        ("three_public", r"“三公”|^$", "total"),
        ("fund state_capital", r"年初结转", "opening"),
        ("fund state_capital", r"^(?:政府性基金|国有资本经营).*收入$|本年收入|^收入", "income"),
        ("fund state_capital", r"年末结转", "closing"),
        ("fund state_capital", r"^(?:政府性基金|国有资本经营).*支出$|本年支出|^支出", "total"),
        ("operating_costs", r"运行经费", "operating_costs"),
        (
            "procurement",
            r"采购支出(?:总额|合计)|^政府采购(?:合同)?(?:支出)?(?:总?金额|总额)$|^政府采购支出$",
            "procurement_total",
        ),
        ("procurement", r"货物采购授予中小企业", "goods_to_sme"),
        ("procurement", r"工程采购授予中小企业", "works_to_sme"),
        ("procurement", r"服务采购授予中小企业", "services_to_sme"),
        ("procurement", r"^(?:政府采购)?授予小微企业", "to_micro"),
        ("procurement", r"^(?:政府采购)?授予中小企业", "to_sme"),
        ("procurement", r"^(?:政府采购)?货物(?:采购)?(?:支出|金额|类)", "goods"),
        ("procurement", r"^(?:政府采购)?工程(?:采购)?(?:支出|金额|类)", "works"),
        ("procurement", r"^(?:政府采购)?服务(?:采购)?(?:支出|金额|类)", "services"),
        ("assets", r"^(?:公务用?)?车辆(?:总数)?$|^公务用车$|车辆$", "vehicles"),
        ("assets", r"用车$", "vehicles_of_kind"),
        ("assets", r"设备", "equipment"),
    )
)


def quantity_of(part: str, subject: str) -> str:
    """The key of what ``subject`` names within a part of the narrative; ``""`` where it is none of the known ones."""
    return next((key for parts, pattern, key in QUANTITIES if part in parts.split() and pattern.search(subject)), "")
