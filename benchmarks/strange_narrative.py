#!/usr/bin/env python3
"""One word of a narrative at a time replaced by one that the lexicon does not have: what becomes of the numbers.

    python benchmarks/strange_narrative.py [--seed N] [--sample N] [-v] [REPORT …]

Every word that the reader knows in a section of the template (verb, subject, budget word, share, completion, unit, section title) may be
replaced, one occurrence at a time, by a word of the same kind that no entry knows.  Of every number that was a statement before:

  right      the same statement as before
  said       unread now, with its sentence
  mentioned  a mention of free text, which no rule uses
  doubted    another statement than before, and its figure says that it is in doubt
  misread    another statement than before, and nothing says so
  lost       it stands in no part any more, or is told as an identifier

and of the findings ``blamed``: those of error severity that were not there before.  ``lost``, ``misread`` and ``blamed`` must be 0.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.narrative import RULES, SHARED, joined, read  # noqa: E402
from expectations.confront import confront  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.model.parts import numbers_in  # noqa: E402
from pipeline.narrative.part import NarrativePart, read_narrative  # noqa: E402
from pipeline.narrative.text import digits_before  # noqa: E402
from pipeline.reading.document import Document, Line  # noqa: E402

#: A kind of word → words as the reports print them, longest first, and words that nobody prints.
WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "verb": (("增加", "减少", "增长", "下降"), ("上浮", "下浮", "走高", "走低", "翻涨", "跌去", "膨胀")),
    "flat": (("基本持平", "持平", "一致"), ("齐平", "相仿", "如旧")),
    "direction": (("大于", "小于"), ("盖过", "逊于", "不敌")),
    "budget": (("年初预算数", "全年预算数", "年初预算", "全年预算"), ("岁首盘子", "全年盘算", "期前测算", "开年额度")),
    "final": (("支出决算数", "决算数", "支出决算", "执行数"), ("结账数", "终了数", "落账额")),
    "completion": (("完成",), ("兑现", "达成", "跑完")),
    "share": (("占",), ("居", "据", "摊得")),
    "subject": (
        (
            "收、支总计", "收入支出总计", "收入合计", "支出合计", "财政拨款", "基本支出", "项目支出", "其他收入", "上级补助收入",
            "事业收入", "人员经费", "公用经费", "公务接待费", "公务用车运行维护费", "公务用车购置费", "因公出国（境）费", "国内接待费",
            "机关运行经费", "政府采购货物支出", "政府采购服务支出", "政府采购支出总额", "授予中小企业合同金额", "授予小微企业合同金额",
            "年初结转和结余", "本年收入", "本年支出", "机要通信用车", "应急保障用车", "其他用车", "设备", "团组",
        ),
        (
            "进项归总", "划拨款项", "薪酬开销", "日杂开销", "迎来送往费", "座驾开销", "跨国差旅费", "日常运转款", "购买总盘",
            "归属小店的份额", "留存", "杂项车",
        ),
    ),
    "unit": (("万元", "%", "批次", "人次", "辆", "台（套）", "个"), ("万铢", "成数", "拨", "趟", "部位", "架次")),
    "title": (
        ("收入支出决算", "收入决算", "支出决算", "政府性基金", "三公", "机关运行经费", "政府采购支出", "国有资产占用"),
        ("进出账目", "开销账目", "公共盘子拨付", "专项盘子", "三项", "日常运转", "购买花销", "家当占有"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One replaced word: its kind, the two words, where it stands, and the changed document."""

    kind: str
    word: str
    strange: str
    sentence: str
    document: Document


def changes(document: Document, blocks: set[int], rng: random.Random, sample: int) -> Iterator[Change]:
    """Changed documents, each with one word replaced: about ``sample`` of them at random, as many of each kind of word as there are."""
    found: dict[str, list[tuple[int, str, int]]] = {kind: [] for kind in WORDS}
    for n, (_, block) in enumerate(document.blocks()):
        if n not in blocks or not isinstance(block, Line):
            continue
        for kind, (words, _) in WORDS.items():
            heading = block.text.strip()[:3].rstrip("、. ").strip("（）()") in "一二三四五六七八九十十一十二十三" and len(block.text) < 45
            if (kind == "title") == heading and (kind == "title" or any(c.isdigit() for c in block.text)):
                found[kind] += [(n, word, at) for word in words for at in _places(block.text, word)]
    each = -(-sample // len(WORDS))
    drawn = [(kind, *place) for kind, places in found.items() for place in rng.sample(places, min(each, len(places)))]
    for kind, n, word, at in drawn:
        strange = rng.choice(WORDS[kind][1])
        changed = _replaced(document, n, at, word, strange)
        line = next(b for m, (_, b) in enumerate(changed.blocks()) if m == n)
        assert isinstance(line, Line)
        yield Change(kind, word, strange, line.text[max(at - 20, 0) : at + 30], changed)


def _places(text: str, word: str) -> list[int]:
    return [i for i in range(len(text)) if text.startswith(word, i)]


def _replaced(document: Document, n: int, at: int, word: str, strange: str) -> Document:
    pages, count = [], 0
    for page in document.pages:
        blocks = list(page.blocks)
        for b, block in enumerate(blocks):
            if count == n and isinstance(block, Line):
                blocks[b] = replace(block, text=block.text[:at] + strange + block.text[at + len(word) :])
            count += 1
        pages.append(replace(page, blocks=tuple(blocks)))
    return replace(document, pages=tuple(pages))


# ---------------------------------------------------------------- what became of the numbers

#: A number by its line and the digits before it → what became of it: its account, and for a statement what it states.
Fate = dict[tuple[int, int], tuple[str, ...]]


def fates(document: Document, part: NarrativePart) -> Fate:
    """What became of every number of the running text."""
    doubts = {f.figure_id: f.doubt for f in part.figures}
    said: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
    for row in part.statements:
        key = (str(row["sentence"]), str(row["measure"]), str(row["value"]).lstrip("-"))
        told = (str(row["quantity"] or row["subject"]), str(row["measure"]), str(row["value"]), str(doubts.get(row["figure_id"])))
        said.setdefault(key, []).append(told)
    lines = {n: b for n, (_, b) in enumerate(document.blocks()) if isinstance(b, Line)}
    found: Fate = {}
    for p in part.parts:
        numbers = iter(p.numbers)
        for n in sorted(p.blocks):
            for start, _, digits in numbers_in(lines[n].text):
                printed = next(numbers)
                assert printed.text == digits, (printed, digits)
                own = said.get((printed.sentence, printed.kind, digits.replace(",", "")), [])
                told = own[0] if len(own) == 1 else own.pop(0) if own else (printed.kind,)
                found[n, digits_before(lines[n].text, start)] = (printed.account, *(told if printed.account == "statement" else ()))
    return found


def compared(before: Fate, after: Fate) -> Counter[str]:
    """How the statements of before ended."""
    ends: Counter[str] = Counter()
    for key, was in before.items():
        if was[0] != "statement":
            continue
        now = after.get(key, ("lost",))
        if now[0] == "statement":
            same = now[:4] == was[:4] or was[2:3] == ("mentioned",)
            other = "mentioned" if now[2] == "mentioned" else "doubted" if now[-1] != "None" else "misread"
            ends["right" if same else other] += 1
        else:
            ends["said" if now[0] == "unread" else "lost"] += 1
    return ends


def errors(contents: ReportContents) -> set[tuple[str, str]]:
    """The findings of error severity, without the words of their place that a change may have changed."""
    return {(str(f["rule_id"]), str(f["printed"])) for f in confront(contents, RULES).findings if f["severity"] == "error"}


def hold(path: Path, rng: random.Random, sample: int, verbose: bool) -> dict[str, Counter[str]]:
    """The ends of one report's numbers by kind of word; ``changes`` counts the changes."""
    document, base = read(path)
    part = read_narrative(document, base.report, base)
    before, known = fates(document, part), errors(joined(base, part))
    template = {b for p in part.parts if p.kind == "narrative" and p.concept not in ("overview", "glossary") for b in p.blocks}
    tally: dict[str, Counter[str]] = {kind: Counter() for kind in WORDS}
    for change in changes(document, template, rng, sample):
        other = read_narrative(change.document, base.report, base)
        ends = compared(before, fates(change.document, other))
        new = errors(joined(base, other)) - known
        ends["blamed"] = len(new)
        tally[change.kind].update({"changes": 1, **ends})
        if verbose and (new or ends["lost"] or ends["misread"]):
            print(f"    {change.kind} {change.word} → {change.strange}: {change.sentence!r} {dict(ends)} {sorted(new)}")
    return tally


COLUMNS = ("changes", "right", "said", "mentioned", "doubted", "misread", "lost", "blamed")


def run(paths: list[Path], seed: int, sample: int, verbose: bool = False) -> Counter[str]:
    """The ends over some reports, printed as a table by kind of word; the totals are returned."""
    rng, total = random.Random(seed), Counter[str]()
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in WORDS}
    for path in paths:
        for kind, ends in hold(path, rng, sample, verbose).items():
            by_kind[kind].update(ends)
            total.update(ends)
    print(f"{'':12}" + "".join(f"{c:>10}" for c in COLUMNS))
    for kind, ends in (*by_kind.items(), ("all", total)):
        print(f"{kind:12}" + "".join(f"{ends[c]:10}" for c in COLUMNS))
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=60, help="changes a report")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()
    paths = args.reports or sorted((SHARED / "reports").glob("*.*"))
    if not paths:
        sys.exit("no reports: give their paths, or lay ../shared beside the project")
    total = run(paths, args.seed, args.sample, args.verbose)
    sys.exit(any(total[c] for c in ("misread", "lost", "blamed")))


if __name__ == "__main__":
    main()
