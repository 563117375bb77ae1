"""Is this title a report of this publisher for this year?  (决算公开标题)

What belongs here: the words as data and the judgement of one title.  What may not: pages, requests, or the choice
between two titles that both fit.  Every refusal carries its reason, so that a list of links can be audited.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pipeline.lexicon.titles import core_title, title_entry
from pipeline.model.chinese_numerals import with_plain_years
from pipeline.model.text import canonical
from pipeline.sources.registry import Publisher

Fit = Literal["report", "part", "neutral", "column", "no"]
YearBasis = Literal["title", "published_later", "published", "none"]

#: What is no report of one publisher, in the order in which it is tested: (pattern, reason).
EXCLUSIONS: tuple[tuple[str, str], ...] = (
    (r"竣工|工程决算|项目决算审|结算", "accounts of a construction project (竣工决算)"),
    (
        r"财政决算|政府决算|总决算|[全本]?[省市县区]级?决算|[全本][省市县区]决算|(?<!部门)(?<!单位)决算[(]?草案|决算的决议|收支决算情况的报告|社保基金决算|社会保险基金决算",
        "the government-wide accounts (财政决算)",
    ),
    (r"(?<![(门])汇总(?!表)|一览表", "a compilation over several publishers (汇总)"),  # 某局(部门汇总): a department with its units
    (
        r"布置|培训|会审|工作会|推进会|座谈会|动员|验收|(?:做好|开展|推进|规范).{0,30}(?:工作|公开)|(?:公开|编制|编报)工作的?通知",
        "about the work on accounts, not accounts",
    ),
    (r"批复", "the approval of accounts, not the accounts"),
    (r"(?:审计|监督|检查|审查|考核)(?:结果|报告|情况)", "about the audit of accounts"),
    (r"图解|一图|解读|问答|答复|提案|招标|采购公告|中标|制度|办法|细则|规程|操作指南|填报说明", "about accounts, not accounts"),
    (r"(?:一季度|二季度|三季度|四季度|季度|[一二三四五六七八九十\d]+月份?|半年)(?:决算|执行)", "accounts of a part of the year"),
)
#: A page of links to reports (公开目录), which is no report and may lead to one; the words in it that name nobody.
COLUMN = re.compile(r"(?:目录|网址|链接|专栏|专题|平台|栏目|汇集|集中公开)$")
_COLUMN_FILLER = re.compile(r"目录|网址|链接|专栏|专题|平台|栏目|汇集|集中|[省市县区]直|[省市县区]级|各|统一|及各|所属")
_EXCLUSIONS = tuple((re.compile(p), reason) for p, reason in EXCLUSIONS)
#: What a publisher's own accounts are called; the kind that each word speaks of.
ACCOUNTS = re.compile(r"(?P<kind>部门|单位)?(?:收支|收入支出|财政拨款|预)?决算")
BUDGET = re.compile(r"(?<!全年)预算(?!单位|部门|执行率|绩效)")
CORRECTION = re.compile(r"更正|修订|修正|勘误|重新公开|重新发布|更新版|补充公开|[(]更新[)]")
#: Titles of what a report may be spread over (分附件).
PART = re.compile(r"附件|附表|决算表|公开表|公开\d+表|公开报表|报表|情况说明|文字说明|公开说明|名词解释|自评|绩效评价|绩效目标|部门概况|单位概况")
#: Links that say nothing of their own: they take the meaning of the page they stand on.
NEUTRAL = re.compile(
    r"^(?:点击|点此|请|在此)?(?:这里|此处)?(?:下载|查看|浏览|打开)?(?:附件|全文|原文|文件|正文|文档|公开文本|pdf|PDF|word|全部)?(?:下载|查看)?\d*$"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年|度|\D|$)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)年度")
#: Words around a name that belong to nobody: what is left of a title without them is a publisher's name.
_FILLER = re.compile(
    r"关于|公布|发布|公开|公示|公告|公报|通知|的|年度|年|部门|单位|收支|收入支出|财政拨款|预决算|决算|预算|信息|情况|说明|报告|报表|表|附件|附表|文字|版|更正|修订|修正|勘误|重新|更新|补充"
    r"|本级|机关|汇总|《|》|“|”|\"|[()\[\]【】:：,，。.、\-—_·;；!！?？/\\|]|\d+|pdf|docx?|xlsx?|wps|zip|rar|点击|下载|查看|全文|正文|本|我|与|及|和|绩效|自评|评价|目标|支出|项目|三公|经费|基本|一般公共|名词解释|概况|中共|党组|党委|相关|材料|资料|内容|通告|表格|数据|文本|草案|正式|最终|终稿|定稿|调整|整体|编制|在|置顶|最新|热点|[一二三四五六七八九十](?=、|$)",
    re.I,
)
_SELF = ("本部门", "本单位", "本局", "我局", "我委", "我办", "我单位", "我部门", "局机关", "本级", "机关")


def normal(text: str) -> str:
    """A title without white space, control and format characters, in half width, with brackets of one kind."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    return text.replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")").replace("【", "(").replace("】", ")")


def years_in(title: str) -> list[tuple[int, int]]:
    """Years that a normal title names, each with its position; Chinese digits and ``24年度`` included."""
    title = with_plain_years(title)
    found = [(m.start(), int(m.group(1))) for m in _YEAR.finditer(title)]
    found += [(m.start(), 2000 + int(m.group(1))) for m in _SHORT_YEAR.finditer(title)]
    return [(y, at) for at, y in sorted(found) if 2000 <= y <= 2099]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a title is for one publisher and year: ``fit``, why, the fiscal year with its basis, correction or not.

    ``fit``: the ``report``, a ``part`` of one, a link without words of its own (``neutral``), a ``column`` of links that may lead to it, or ``no``.
    """

    fit: Fit
    reason: str
    fiscal_year: int | None = None
    year_basis: YearBasis = "none"
    names_publisher: bool = False
    kind: str | None = None  # department | unit, where the title says so
    correction: bool = False


def fiscal_year_of(title: str, published: dt.date | None) -> tuple[int | None, YearBasis]:
    """The year of the accounts: the last year named before 决算, else the first after it, else the year before publication.

    Accounts cannot be published before their year ends: a title whose only year is the year of publication
    (2025年部门决算公开, published August 2025) speaks of the year before.
    """
    years = years_in(title)
    accounts = title.find("决算")
    if years:
        before = [y for y, at in years if at < accounts]
        year = before[-1] if before else years[0][0]
        if published is not None and year == published.year:
            return year - 1, "published_later"
        return year, "title"
    if published is not None:
        return published.year - 1, "published"
    return None, "none"


def _same_body(candidate: str, name: str) -> bool:
    """``市大数据局`` and ``大数据局`` stand for ``烟台市大数据局``; ``烟台市大数据中心`` does not."""
    return candidate == name or (len(candidate) >= 3 and name.endswith(candidate))


def _excluded(text: str, stem: str, named: str | None, others: tuple[str, ...]) -> str | None:
    """Why a title is no report of this publisher whatever else it says: it names another one, or is of a kind that is none."""
    for other in others:
        if other in text and not (named and other in named):
            return f"another publisher's: {other}"
    return next((reason for pattern, reason in _EXCLUSIONS if pattern.search(stem)), None)


def _without_accounts(stem: str, fiscal_year: int, named: str | None) -> Verdict:
    """An attachment to an accepted page whose title does not say 决算."""
    if BUDGET.search(stem):
        return Verdict("no", "a budget (预算)")
    years = [y for y, _ in years_in(stem)]
    if PART.search(stem):
        if years and fiscal_year not in years and fiscal_year + 1 not in years:
            return Verdict("no", f"of another year ({years[0]})")
        return Verdict("part", "part of a report (附件)", fiscal_year, "none", bool(named))
    if not stem or NEUTRAL.match(stem) or re.fullmatch(r"[\W\da-zA-Z_]*", stem):
        return Verdict("neutral", "a link without words of its own", fiscal_year, "none")
    if named:
        return Verdict("neutral", "names the publisher only", fiscal_year, "none", True)
    return Verdict("no", "neither accounts nor a part of them")


def _of_budget(stem: str, accounts: re.Match[str]) -> bool:
    """Whether a title speaks of a budget besides the accounts; the three budgets' names (公共预算 …) are none."""
    return bool(
        "预算" in stem.replace("预决算", "")
        and BUDGET.search(stem[: accounts.start()] + stem[accounts.end() :].replace("财政拨款", ""))
        and not re.search(r"公共预算|基金预算|经营预算", stem)
    )


def _names_another(rest: str, own: list[str], named: str | None) -> str | None:
    """Whether what is left of a title is another body's name, in words; ``own`` are the names of the publisher."""
    if named:
        known = len(rest) < 3 or any(rest in n or rest in _FILLER.sub("", n) for n in own)
        return None if known else f"names a body besides the publisher: {rest}"
    known = not rest or any(_same_body(rest, n) or _same_body(rest, _FILLER.sub("", n)) for n in own)
    return None if known else f"another body's: {rest}"


def judge(
    title: str,
    publisher: Publisher,
    fiscal_year: int,
    published: dt.date | None,
    *,
    shared: bool = False,
    others: tuple[str, ...] = (),
    attachment: bool = False,
) -> Verdict:
    """Judge one title for one publisher and fiscal year.

    Args:
        shared: the page is a platform of many publishers: a title that names none is nobody's.
        others: names of other publishers, in normal form and the longest first: a title that holds one is theirs.
        attachment: the title is of an attachment to an accepted page: a part or a silent link counts too.
    """
    text = normal(title)
    correction = bool(CORRECTION.search(text))
    accounts = ACCOUNTS.search(text)
    own = [normal(n) for n in publisher.names_in(fiscal_year)]
    named = next((n for n in sorted(own, key=len, reverse=True) if n in text), None)
    stem = re.sub(r"\.(?:pdf|docx?|rtf|xlsx?|wps|et|ofd|tiff?|png|jpe?g|zip|rar|7z|html?|txt)$", "", text, flags=re.I)
    excluded = _excluded(text, stem, named, others)
    if excluded is not None:
        return Verdict("no", excluded)
    if attachment and _is_form(stem, named, fiscal_year):
        return Verdict("part", "a table of a report", fiscal_year, "none", bool(named))
    if accounts is None:
        return _without_accounts(stem, fiscal_year, named) if attachment else Verdict("no", "no accounts (决算) in the title")
    if _of_budget(stem, accounts):
        return Verdict("no", "a budget (预算), or both in one")
    year, basis = fiscal_year_of(stem, published)
    if year is not None and year != fiscal_year:
        return Verdict("no", f"of another year ({year})", year, basis)
    kind = {"部门": "department", "单位": "unit"}.get(accounts.group("kind") or "")
    column = bool(COLUMN.search(stem))
    if column and attachment:
        return Verdict("no", "a list of links", year, basis)
    undated = with_plain_years(_COLUMN_FILLER.sub("", stem) if column else stem)
    rest = _FILLER.sub("", _without_self(undated.replace(named, "", 1) if named else undated))
    foreign = _names_another(rest, own, named)
    if foreign is not None:
        return Verdict("no", foreign, year, basis, bool(named), kind)
    if shared and not column and not (named or rest):
        return Verdict("no", "names no publisher on a platform of many", year, basis, False, kind)
    if column:
        return Verdict("column", "a list of links", year, basis, bool(named or rest), kind)
    fit: Fit = "part" if attachment and PART.search(stem) else "report"
    return Verdict(fit, "accounts of the publisher for the year", year, basis, bool(named or rest), kind, correction)


def _is_form(stem: str, named: str | None, fiscal_year: int) -> bool:
    """Whether a title is that of a table of reports (收入决算表), with nothing before it but numbers, the year and the publisher's own name."""
    own = re.sub(r"^\d{1,2}(?!\d)", "", stem.replace(named, "", 1) if named else stem)
    core = core_title(own)
    if title_entry(core) is None:
        return False
    before = canonical(own).partition(core)[0]
    return not _FILLER.sub("", before) and {y for y, _ in years_in(own)} <= {fiscal_year}


def _without_self(text: str) -> str:
    for word in _SELF:
        text = text.replace(word, "", 1) if text.startswith(word) or "关于" + word in text else text
    return text
