"""The nine statutory forms as data: titles and their variants, columns and their synonyms, and what adds up to what.

A new province's wording is a new entry here.  Texts are matched after white space, quotes and full-width
variants are removed (:func:`canonical`).  Source of titles and columns: the Ministry of Finance's template for
departmental final accounts (部门决算公开表) in the regional dialects seen in published reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.model.numbers import half_width
from pipeline.model.text import canonical

Kind = Literal["two_sided", "functional", "economic", "three_public"]

@dataclass(frozen=True, slots=True)
class Measure:
    """A column: its key, its Chinese name, and the pattern that its heading matches (searched in one heading cell)."""

    key: str
    zh: str
    pattern: str


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One statutory form.

    ``title`` is searched at the end of a canonical title line; ``not_title`` excludes; ``order`` is the order in which
    titles are tried (the more specific first).  ``required``: measures without which a table is not this form.
    ``total``/``parts``: in every row total = Σ parts.  ``since_year``: first fiscal year in which the form is statutory.
    ``proper``: of several tables whose different titles all fit, the form is the one whose title this matches.
    ``blocks``: headings over columns of their own 合计, 基本支出 and 项目支出, of which only the 合计 is a measure of the form.
    """

    key: str
    number: int
    zh: str
    kind: Kind
    title: str
    measures: tuple[Measure, ...]
    required: tuple[str, ...]
    order: int
    not_title: str = r"(?!)"
    total: str | None = None
    parts: tuple[str, ...] = ()
    since_year: int = 2015
    words: str = ""
    proper: str = ""
    blocks: tuple[tuple[str, str], ...] = ()

    def measure(self, key: str) -> Measure | None:
        return next((m for m in self.measures if m.key == key), None)


_AMOUNT = Measure("amount", "金额", r"^(决算数|金额|决算金额|合计|小计|本年决算数?|\d{4}年度?决算数?)$")
_TOTAL = r"(?<!人员经费)(?<!公用经费)(合计|小计|总计)$|^本年支出$"
_BASIC = Measure("basic", "基本支出", r"^基本支出")
_PROJECT = Measure("project", "项目支出", r"^项目支出")
_CARRY_IN = Measure("opening", "年初结转和结余", r"年初.*(结转|结余)|上年.*(结转|结余)")
_CARRY_OUT = Measure("closing", "年末结转和结余", r"年末.*(结转|结余)|结转下年")
_YEAR_INCOME = Measure("income", "本年收入", r"本年收入|^收入(合计)?$")
_BLOCKS = ((r"^(年初|上年).*(结转|结余)", "opening"), (r"^本年(财政拨款)?收入", "income"), (r"^年末.*(结转|结余)|^结转下年", "closing"))
_END = r"(决算)?(总体)?(情况)?(功能分类|经济分类)?(公开)?(总表|表|明细表)$"

FORMS: tuple[FormSpec, ...] = (
    FormSpec(
        "income_expenditure_summary",
        1,
        "收入支出决算总表",
        "two_sided",
        r"(收入?支出?|收支)(决算)?(总体情况|总)表$",
        (_AMOUNT,),
        ("amount",),
        70,
        not_title=r"财政拨款",
        words=r"事业收入|经营收入|上级补助",
    ),
    FormSpec(
        "income",
        2,
        "收入决算表",
        "functional",
        rf"收入{_END}",
        (
            Measure("total", "本年收入合计", r"本年收入合计|^合计$|收入合计|^本年收入$"),
            Measure("fiscal", "财政拨款收入", r"财政拨款(补助)?收入|^财政拨款$"),
            Measure("superior_subsidy", "上级补助收入", r"上级补助"),
            Measure("institutional", "事业收入", r"^事业收入"),
            Measure("business", "经营收入", r"经营收入"),
            Measure("affiliated_remittance", "附属单位上缴收入", r"附属.*上缴"),
            Measure("other", "其他收入", r"^其他收入"),
        ),
        ("total", "fiscal"),
        80,
        not_title=r"支出|总表.*明细|基金|国有资本|非税",
        total="total",
        parts=("fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"),
    ),
    FormSpec(
        "expenditure",
        3,
        "支出决算表",
        "functional",
        rf"支出{_END}",
        (
            Measure("total", "本年支出合计", r"本年支出合计|^合计$|支出合计|^本年支出$"),
            _BASIC,
            _PROJECT,
            Measure("to_superior", "上缴上级支出", r"上缴上级"),
            Measure("business", "经营支出", r"^经营支出"),
            Measure("affiliated_subsidy", "对附属单位补助支出", r"附属.*补助"),
        ),
        ("total", "basic", "project"),
        90,
        not_title=r"收入|收支|财政拨款|公共预算|基金|国有资本|基本支出|项目支出|三公|采购|购买服务|运行经费|会议|培训|资产",
        total="total",
        parts=("basic", "project", "to_superior", "business", "affiliated_subsidy"),
        words=r"上缴上级|附属单位补助",
    ),
    FormSpec(
        "fiscal_appropriation_summary",
        4,
        "财政拨款收入支出决算总表",
        "two_sided",
        r"财政拨款(收入?支出?|收支)(决算)?(总体情况|总)表$|财政拨款(收入支出|收支)(决算)?(情况)?表$",
        (
            Measure("total", "合计", r"^(合计|小计)$"),
            Measure("general", "一般公共预算财政拨款", r"一般公共预算|^公共(财政)?预算"),
            Measure("government_fund", "政府性基金预算财政拨款", r"政府性基金"),
            Measure("state_capital", "国有资本经营预算财政拨款", r"国有资本"),
            _AMOUNT,
        ),
        ("amount", "general"),
        60,
        not_title=r"基金|国有资本|三公",
        total="total",
        parts=("general", "government_fund", "state_capital"),
    ),
    FormSpec(
        "general_budget_expenditure",
        5,
        "一般公共预算财政拨款支出决算表",
        "functional",
        rf"公共(财政)?预算(财政拨款)?(收入)?支出{_END}",
        (Measure("total", "小计", _TOTAL), _BASIC, _PROJECT),
        ("total", "basic", "project"),
        40,
        not_title=r"基本支出|三公",
        total="total",
        parts=("basic", "project"),
        blocks=_BLOCKS,
    ),
    FormSpec(
        "basic_expenditure_by_economic_class",
        6,
        "一般公共预算财政拨款基本支出决算表",
        "economic",
        rf"基本支出(经济分类)?{_END}|基本支出.*经济.*表$",
        (
            Measure("amount", "决算数", r"决算数|金额|^合计$|^小计$|^基本支出$"),
            Measure("personnel", "人员经费", r"人员经费"),
            Measure("public", "公用经费", r"公用经费"),
        ),
        ("amount",),
        20,
        not_title=r"三公",
        proper=r"公共(财政)?预算",
    ),
    FormSpec(
        "government_fund",
        7,
        "政府性基金预算财政拨款收入支出决算表",
        "functional",
        rf"政府性基金(预算)?(财政拨款)?(收入|收支|支出|收入支出)*{_END}",
        (_CARRY_IN, _YEAR_INCOME, Measure("total", "小计", _TOTAL), _BASIC, _PROJECT, _CARRY_OUT),
        ("total", "basic", "project"),
        30,
        total="total",
        parts=("basic", "project"),
        proper=r"收入支出|收支",
        blocks=_BLOCKS,
    ),
    FormSpec(
        "state_capital",
        8,
        "国有资本经营预算财政拨款支出决算表",
        "functional",
        rf"国有资本经营(预算)?(财政拨款)?(收入|收支|支出|收入支出)*{_END}",
        (_CARRY_IN, _YEAR_INCOME, Measure("total", "小计", _TOTAL), _BASIC, _PROJECT, _CARRY_OUT),
        ("total", "basic", "project"),
        31,
        total="total",
        parts=("basic", "project"),
        since_year=2020,
        proper=r"收入支出|收支",
        blocks=_BLOCKS,
    ),
    FormSpec(
        "three_public",
        9,
        "财政拨款“三公”经费支出决算表",
        "three_public",
        r"三公.*经费.*表$|机构运行信息(决算)?(情况)?表$",
        tuple(
            Measure(f"{when}_{key}", f"{when_zh}·{zh}", pattern)
            for when, when_zh in (("budget", "预算数"), ("final", "决算数"))
            for key, zh, pattern in (
                ("vehicle_purchase", "公务用车购置费", r"^公务用车购置(?!.*运行)|^购置费"),
                ("vehicle_operation", "公务用车运行维护费", r"^公务用车运行|^运行(维护)?费"),
                ("vehicle", "公务用车购置及运行维护费", r"^小计$|公务用车购置.*运行|^公务用车费?"),
                ("abroad", "因公出国（境）费", r"因公出国"),
                ("reception", "公务接待费", r"公务接待"),
                ("total", "合计", r"^(支出)?(合计|总计)$|三公.*(合计|经费)$"),
            )
        ),
        ("final_total",),
        10,
        proper=r"三公",
    ),
)

FORM_BY_KEY: dict[str, FormSpec] = {f.key: f for f in FORMS}
_IN_ORDER = sorted(FORMS, key=lambda f: f.order)

#: Heading patterns of columns that address a row rather than measure it.
CODE_HEADING = re.compile(r"(科目|分类)?(编码|代码)$|^(类|款|项)$|^编号$|^科目编$|^支出功能分类$|^经济分类$")
LABEL_HEADING = re.compile(r"(科目|项目)?名称$|^项目(\(?按.*\)?)?$|^科目$|^支出项目$|^收入项目$")
ROW_NO_HEADING = re.compile(r"^行次$|^序号$")
#: Row labels that are the form's total.
TOTAL_LABEL = re.compile(r"^(合计|总计|总合计|本年(收入|支出)?合计)$")
#: The row of column numbers (栏次 1 2 3 …): never money.
COLUMN_NUMBERS_LABEL = re.compile(r"^(栏次|栏目|列次)$")
NOTE = re.compile(r"^(注|备注|说明)[:：0-9]|^注$")
#: Unit words → how many 万元 one of them is, as (numerator, denominator); the longer word first.
UNITS: tuple[tuple[str, tuple[int, int]], ...] = (
    ("亿元", (10_000, 1)),
    ("百万元", (100, 1)),
    ("万元", (1, 1)),
    ("千元", (1, 10)),
    ("元", (1, 10_000)),
)

_TITLE_NOISE = re.compile(r"[.…·。_\-—\s]*\d*$")
#: What may follow a title: (续表), (公开02表), (按功能分类科目), (单位：万元); and numbers before it.
_TITLE_BRACKETS = re.compile(r"(?<=表)\([^()]{1,24}\)$|公开\d+表$")
_NUMBERED = re.compile(r"^[\-•●*]?(\(?[一二三四五六七八九十\d]+\)?[、.:]|附?表[一二三四五六七八九十\d]+[:、]?|公开\d+表[:、]?)")
_SENTENCE = re.compile(r"[,;。!?]|说明$|情况(?!表$)|(详|参|可)见")
_YEAR_BEFORE = re.compile(r"^.*20\d\d年度?(部门|单位)?")
#: The publisher's name before a title; it may hold the words that tell other tables (采购中心, 非税收入管理局).
_OWNER = re.compile(
    r"^.{2,30}?(局|中心|委员会|办公室|委|厅|部|院|校|学|所|站|馆|处|队|会|团|政府|公司)(部门|单位)?"
    r"(?=(收入|收支|支出|财政拨款|一般公共|公共预算|政府性基金|国有资本|三公))"
)


def core_title(text: str) -> str:
    """What a title line says of the form: without year, publisher, numbers before it and remarks behind it."""
    title = canonical(text)
    title = _TITLE_NOISE.sub("", title) if not title.endswith("表") else title
    title = _TITLE_BRACKETS.sub("", title)
    title = _NUMBERED.sub("", title)
    return _OWNER.sub("", _YEAR_BEFORE.sub("", title))


@lru_cache(maxsize=65536)
def form_of_title(text: str) -> FormSpec | None:
    """The form that a line titles (or lists in the contents), or ``None``.

    Takes any line of text; long lines and sentences are never titles.
    """
    if len(text) > 200 or "表" not in text:
        return None
    title = core_title(text)
    if len(canonical(text)) > 70 or not title.endswith("表") or _SENTENCE.search(title):
        return None
    for form in _IN_ORDER:
        if re.search(form.title, title) and not re.search(form.not_title, title):
            return form
    return None


_UNIT = re.compile(
    r"单\s*位\s*[:：][\s(]*(?:[\d,.]+\s*)?(人民币\s*)?(亿元|百万元|万\s*元|千元|元|万)(?=$|[\s,;.()\]]|(公开|编制|填报)?(部\s*门|单\s*位))"
)


def unit_of(text: str) -> tuple[str, tuple[int, int]] | None:
    """The money unit that a line declares (``单位：万元``, ``金额单位:元``, even ``单位：800万元``), or ``None``."""
    match = _UNIT.search(half_width(text))
    if match is None:
        return None
    word = "万元" if match[2].startswith("万") else match[2]
    return word, dict(UNITS)[word]
