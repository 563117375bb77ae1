#!/usr/bin/env python3
"""One word of the tables at a time replaced by one that the lexicon does not have: what becomes of the figures, and who is blamed.

    python benchmarks/strange.py [--part forms|annexes] [--seed N] [--sample N] [-v] [REPORT …]

Changes are to titles, headings, labels of lines, what addresses them, and units, of the nine forms or of the annexes, one occurrence at a time (the
narrative's are in ``benchmarks/strange_narrative.py``).  Of every amount that was a figure of these tables before:

  right    the same amount of the same form and measure as before (of an annex: of the same kind of table)
  said     in a part that is unread, among the unread numbers, in doubt, or kept under a heading that is said not to be known
  misread  another amount in its place, and nothing says so
  lost     none of these

and of the findings ``blamed``: those of error severity whose rule was not breached as often before (a remark that repeats another finding
is a breach too).  ``lost``, ``misread`` and ``blamed`` must be 0.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from expectations.confront import confront  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.model.figures import Figure  # noqa: E402
from pipeline.model.parts import numbers_in  # noqa: E402
from pipeline.reading.document import UnreadableDocument  # noqa: E402
from pipeline.reports.read import read_report  # noqa: E402

SHARED = ROOT.parent / "shared" / "reports"

#: Kind of word → words as the reports print them, and words that nobody prints.
WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "title": (
        ("收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表", "基本支出决算明细表",
         "政府性基金预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表", "经费支出决算表"),
        ("进出账目总表", "来款结账表", "开销结账表", "国库款进出总表",
         "公共账目开销表", "日常开销细表", "基金类款进出表", "国资类开销表", "三项开销表"),
    ),
    "heading": (
        ("财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入",
         "其他收入", "本年收入合计", "本年支出合计", "基本支出", "项目支出",
         "上缴上级支出", "经营支出", "对附属单位补助支出", "年初结转和结余", "本年收入",
         "年末结转和结余", "小计", "决算数", "预算数", "公务接待费",
         "一般公共预算财政拨款", "政府性基金预算财政拨款"),
        ("国库来款", "上头贴补", "办事所得", "买卖所得", "下头交来", "杂项所得",
         "进项归总", "开销归总", "日常开销", "专项开销", "交上头款", "买卖开销",
         "贴补下头", "岁首留存", "今年进项", "岁尾留存", "归总", "结账数", "盘子数", "迎来送往费", "公账来款", "基金来款"),
    ),
    "label": (
        ("本年收入合计", "本年支出合计", "年初结转和结余", "年末结转和结余", "总计",
         "合计", "使用非财政拨款结余", "结余分配", "其他收入", "一般公共服务支出",
         "社会保障和就业支出", "住房保障支出", "人员经费合计", "公用经费合计", "工资福利支出", "一般公共预算财政拨款收入"),
        ("今年进项归总", "今年开销归总", "岁首留存", "岁尾留存", "归总", "总归",
         "动用旧账", "分派留存", "杂项所得", "公共办事开销", "保障就业开销", "住房开销",
         "薪酬归总", "日杂归总", "薪酬开销", "公账来款"),
    ),
    "address": (
        ("行次", "栏次", "科目编码", "科目名称", "项目", "金额", "收入", "支出", "合计"),
        ("排号", "排次", "户头号", "户头名", "款目", "钱数", "进项", "出项", "归总"),
    ),
    "unit": (("单位：万元", "金额单位：万元", "单位：元"), ("单位：万块", "计价：万", "单位：块")),
}  # fmt: skip

#: The same of the annexes: self-evaluation forms, their summary, scoring tables.
ANNEXES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "title": (
        ("项目支出绩效自评表", "自评情况汇总表", "绩效自评情况汇总表", "指标得分表"),
        ("项目开销成效自检单", "自检情形归总单", "成效自检归总单", "指标落分单"),
    ),
    "heading": (
        ("项目名称", "主管部门", "年初预算数", "全年预算数", "全年执行数", "预算数", "执行数", "分值", "执行率", "得分", "一级指标", "二级指标",
         "三级指标", "年度指标值", "指标值", "实际完成值", "得分率", "标准分值", "指标得分", "自评得分", "自评等级", "指标类别", "权重", "评价得分"),
        ("事项称谓", "当家衙门", "岁首盘子", "全年盘子", "全年花掉", "盘子", "花掉", "满格", "花掉几成", "落分", "头层", "次层",
         "末层", "年内盼头", "盼头", "到手成果", "落分几成", "满格标尺", "条目落分", "自检落分", "自检档位", "条目类别", "比重", "评判落分"),
    ),
    "label": (
        ("年度资金总额", "其中：当年财政拨款", "当年财政拨款", "上年结转资金", "其他资金", "总分", "合计", "小计", "产出指标", "效益指标",
         "满意度指标", "成本指标", "数量指标", "质量指标", "时效指标", "决策", "过程", "产出", "效益"),
        ("年内款项归总", "内含：今年国库款", "今年国库款", "上年留存款", "杂项款", "落分归总", "总归", "归拢", "出活条目", "好处条目",
         "称心条目", "花费条目", "多寡条目", "好坏条目", "快慢条目", "拍板", "经过", "出活", "好处"),
    ),
    "unit": (("单位：万元", "金额单位：万元"), ("单位：万块", "计价：万")),
}  # fmt: skip
PARTS = {"forms": WORDS, "annexes": ANNEXES}
SECTIONS = {"forms": ("form",), "annexes": ("self_evaluation", "self_evaluation_summary", "evaluation")}


@dataclass(frozen=True)
class Change:
    """One word replaced at one place of a text."""

    kind: str
    word: str
    strange: str
    at: int

    def applied(self, text: str) -> str:
        return text[: self.at] + self.strange + text[self.at + len(self.word) :]


def forms_of(text: str) -> tuple[int, int]:
    """Where the forms stand in a text: from the first money unit to the narrative."""
    first = min((i for w in WORDS["unit"][0] if (i := text.find(w)) >= 0), default=0)
    start = max(text.rfind("\n", 0, max(first - 200, 0)), 0)
    ends = [i for mark in ("第三部分", "情况说明\n") if (i := text.find(mark, first)) > 0]
    return start, min(ends, default=len(text))


def changes(text: str, part: str, chosen: random.Random) -> Iterator[Change]:
    """Every change of a part of a text, in random order."""
    start, end = forms_of(text)
    if part == "annexes":
        start, end = end, len(text)
    found = []
    for kind, (words, strange) in PARTS[part].items():
        for word, other in zip(words, strange, strict=True):
            at = text.find(word, start)
            while 0 <= at < end:
                alone = kind in ("title", "unit") or _alone(text, at, len(word))
                if alone:
                    found.append(Change(kind, word, other, at))
                at = text.find(word, at + 1)
    chosen.shuffle(found)
    yield from found


def _alone(text: str, at: int, length: int) -> bool:
    """Whether a word is a cell of its own, but for its number."""
    before, after = text[at - 1 : at], text[at + length : at + length + 1]
    return before in ("\t", "\n", "、", " ", "") and after in ("\t", "\n", " ", "")


def amounts(contents: ReportContents, part: str) -> Counter[tuple[str, str, str]]:
    """The amounts of the tables by form (or kind of annex), measure and value."""
    own = (f for f in contents.figures if f.section in SECTIONS[part] and f.value and not f.printing)
    return Counter(_key(f, part) for f in own)


def _key(figure: Figure, part: str) -> tuple[str, str, str]:
    measure = "" if "/other" in figure.statement else figure.measure  # a table of any kind keeps its numbers under the headings that it prints
    return figure.statement if part == "forms" else figure.section, measure, str(figure.amount.normalize())


def unread(contents: ReportContents) -> Counter[str]:
    """The numbers that are unread, whatever zeros they end with."""
    return Counter(_plain(row["printed"]) for row in contents.rows_of("core.unread_numbers"))


def digits(contents: ReportContents, part: str) -> dict[tuple[str, str, str], str]:
    """What :func:`amounts` counts, as the number that is printed (of another unit than the amount's)."""
    own = (f for f in contents.figures if f.section in SECTIONS[part] and f.value)
    return {_key(f, part): _plain(next((n for *_, n in numbers_in(f.printed)), "")) for f in own}


def _plain(number: str) -> str:
    """A printed number as its value: 100 and 100.00 are one."""
    digits_of = number.replace(",", "")
    return str(Decimal(digits_of).normalize()) if re.fullmatch(r"-?\d+(\.\d+)?", digits_of) else digits_of


def breaches(contents: ReportContents, *severities: str) -> Counter[str]:
    """How often each rule is breached at one of these severities."""
    return Counter(f["rule_id"] for f in confront(contents).findings if f["severity"] in severities)


def judge(before: ReportContents, part: str, blamed_before: Counter[str], changed: str) -> tuple[Counter[str], list[str]]:
    """What became of every amount, and the findings that are new."""
    try:
        after = read_report(changed.encode())
    except UnreadableDocument:
        return Counter({"said": amounts(before, part).total()}), []
    was, now = amounts(before, part), amounts(after, part)
    ended = Counter({"right": (was & now).total()})
    forms = {r["concept"] for r in after.rows_of("core.parts") if r["state"] == "unread" and r["kind"] == "form"}
    said = unread(after) - unread(before)
    own = [f for f in after.figures if f.value and (f.section in SECTIONS[part] or f.section == "other")]
    doubted = Counter(str(f.amount.normalize()) for f in own if f.doubt or f.measure.startswith("column:"))
    more = Counter({(s, v): n for (s, _, v), n in (now - was).items()})
    printed = digits(before, part)
    for (statement, measure, value), n in (was - now).items():
        told = min(n, said[printed[statement, measure, value]])
        said[printed[statement, measure, value]] -= told
        if statement in forms or doubted[value]:
            told = n
        ended["said"] += told
        ended["misread" if more[statement, value] else "lost"] += n - told
    blamed = [f"{rule} ({n})" for rule, n in (breaches(after, "error") - blamed_before).items()]
    return ended, blamed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=Path)
    parser.add_argument("--part", choices=PARTS, default="forms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=100, help="changes a report")
    parser.add_argument("-v", action="store_true")
    asked = parser.parse_args()
    reports = asked.reports or [p for p in sorted(SHARED.glob("*.txt")) if p.stat().st_size < 200_000]
    total: dict[str, Counter[str]] = {}
    tried = 0
    for path in reports:
        text = path.read_text(encoding="utf-8")
        before = read_report(text.encode())
        blamed_before = breaches(before, "error", "info")
        for n, change in enumerate(changes(text, asked.part, random.Random(asked.seed))):
            if n == asked.sample:
                break
            ended, blamed = judge(before, asked.part, blamed_before, change.applied(text))
            ended["blamed"] = len(blamed)
            tried += 1
            total.setdefault(change.kind, Counter()).update(ended)
            if asked.v and (ended["lost"] or ended["misread"] or blamed):
                line = text.count("\n", 0, change.at) + 1
                print(f"  {path.stem}:{line} {change.word} → {change.strange}: {dict(ended)} {'; '.join(blamed)}", flush=True)
    for kind, ended in total.items():
        print(f"{kind:8} " + "  ".join(f"{k} {ended[k]}" for k in ("right", "said", "misread", "lost", "blamed")))
    bad = sum(ended[k] for ended in total.values() for k in ("misread", "lost", "blamed"))
    print(f"{tried} changes, {bad} wrong")
    return 0 if tried and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
