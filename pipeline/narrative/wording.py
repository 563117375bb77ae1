"""How sentences word a change, a share, a budget, a completion rate, the absence of something: patterns as data.

What belongs here: patterns that look at the words just before a number, or at words that state something
without one.  A new province's wording is a new alternative here.  What may not: the order in which they are
tried (``sentences``).
"""

from __future__ import annotations

import re

#: Words of a change → its sign.
CHANGE_WORDS: dict[str, int] = {
    "增加": 1,
    "增长": 1,
    "上升": 1,
    "提高": 1,
    "上涨": 1,
    "超支": 1,
    "多支出": 1,
    "调增": 1,
    "增": 1,
    "多": 1,
    "高": 1,
    "减少": -1,
    "下降": -1,
    "降低": -1,
    "减低": -1,
    "缩减": -1,
    "压减": -1,
    "节约": -1,
    "调减": -1,
    "减": -1,
    "降": -1,
    "少": -1,
    "低": -1,
}
_SIGNED = "|".join(sorted(CHANGE_WORDS, key=len, reverse=True))
CHANGE = re.compile(rf"(?:各自|各|均|分别|同比|共)?(?P<word>{_SIGNED})(?:支出|收入)?(?:了|额|数|幅度?|率|为|各|达|到|约)*$")
SHARE = re.compile(
    r"(?P<several>[两二三四五]类)?(?:共|合计|分别|约)?占(?P<whole>[^，。；：占]*?)(?:的)?"
    r"(?:比重|比例|百分比|比率|比)?(?:为|是|约|达|的)*$"
)
COMPLETION = re.compile(
    r"(?:完成|达到?|为|占|是)(?P<what>[^，。；：]{0,10}预算(?:数|安排|总额)?)的?(?:比例|比率)?(?:为|是)?$|(?:预算)?(?:完成率|执行率|完成比例)(?:为|达到?|是)?$"
)
BUDGET = re.compile(
    r"(?P<what>年初|当年|全年|年度|调整后?的?|总|采购|项目)?(?<!公共)(?<!基金)(?<!经营)预算(?:数|安排|支出)?(?:为|是|共)*$"
)
EXECUTED = re.compile(r"(?:全年|实际)?(?:执行|支出)数(?:为|是)*$")
#: Which budget the words name.
BUDGET_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"年初|当年"), "initial_budget"),
    (re.compile(r"全年|年度|调整"), "budget"),
    (re.compile(r"总|采购|项目"), "initial_budget"),
)
LAST_YEAR = re.compile(r"(?:与|比|较|同|和)(?:\d{4}年|上年|去年|上一年)(?![^，。；]{0,20}预算)[^，。；]{0,8}|同比")
#: A clause that ends a reason, because it compares anew.
COMPARED_AGAIN = re.compile(r"(?:与|同|和)(?:\d{4}年|上年|去年|上一年)[^，。；]{0,6}(?:相比|比较|持平)")
AGAINST_BUDGET = re.compile(r"(?:与|比|较|同)(?P<what>[^，。；]{0,20})预算")
#: A change of nothing, in words; ``base`` is what is compared with.
FLAT = re.compile(
    r"(?:(?:与|较|同|和|(?<!相)比)(?P<base>(?:(?!与|较|同|和|(?<!相)比)[^，。；]){0,18}?))?"
    r"(?P<word>(?:基本)?(?:持平|一致|相等|相同|无变化|无增减变化|没有变化))"
)
DIRECTION = re.compile(r"(?P<word>大于|小于|等于|高于|低于|多于|少于|超过|超出)(?P<base>年初|全年|调整|当年|本年)?预算")
#: Direction words → sign of final − budget.
DIRECTION_WORDS: dict[str, int] = {
    "大于": 1,
    "高于": 1,
    "多于": 1,
    "超过": 1,
    "超出": 1,
    "小于": -1,
    "低于": -1,
    "少于": -1,
    "等于": 0,
    "持平": 0,
    "一致": 0,
    "相等": 0,
    "相同": 0,
    "无变化": 0,
    "没有变化": 0,
    "无增减变化": 0,
}
NO_BUDGET = re.compile(
    r"(?:无|没有|未安排|未编制|未列)(?:年初|当年)预算(?:数|安排)?|年初(?:无|未安排|没有|未编制|未列入?)预算"
    r"|(?:无|没有|未安排)(?P<what>“三公”经费)(?:年初)?预算"
)
NONE = re.compile(r"(?:没有|无|未发生|未安排|未使用)(?P<what>[^，。；：]*?(?:收支|支出|收入|经费)[^，。；：]*)")
#: Words that say that a budget, or last year's number, is lacking: no statement about the money itself.
NO_COMPARISON = re.compile(r"预算(?:数|安排)?$|比较|增减|变动|变化|上年|去年")
REASON = re.compile(
    r"主要原因(?:是|为|：|在于)?|原因(?:是|为|：|一是|在于|系)|主要是(?!以下)|主要由于|主要因为?|是因为|系因|由于"
)
#: A functional item: names of class, section and item, the first two where they are printed.
ITEM = re.compile(
    r"(?:(?P<klass>[^，。；：]{1,30}?)（类）)?(?:支出)?(?:(?P<section>[^，。；：]{1,40}?)（款）)?(?:支出)?"
    r"(?P<item>[^，。；：]{1,40}?)（项）"
)
NUMBERED = re.compile(r"^(?:（?\d{1,2}[、.）]|[①-⑳]|（[一二三四五六七八九十]{1,2}）|其中：|；)+")
