#!/usr/bin/env python3
"""How well the narrative is read, and how many wrong numbers in it the rules see.

    python benchmarks/narrative.py [--accuracy] [--account] [--detection] [--unread FILE] [--seed N] [--sample N] [-v] [REPORT …]

Accuracy: the statements read from ``../shared/reports`` against the hand-checked ``narrative.csv`` of the same report, as a
multiset of (measure, value, unit), mentions left out; ``-v`` prints the rows that differ.  Account: how every number of the running
text ended (statement, identifier by kind, unread); ``--unread`` names a file for the unread ones with their sentences.  Detection:
one number of the narrative changed at a time (a digit, two digits transposed, the point moved, the sign), or one word (增加 for 减少,
大于 for 小于); a change is detected when some rule is violated that was not.  Seconds are those of reading the narrative, on one core.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from expectations.confront import confront  # noqa: E402
from expectations.rules.narrative import NARRATIVE_RULES  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.model.figures import Figure  # noqa: E402
from pipeline.narrative.part import NarrativePart, read_narrative  # noqa: E402
from pipeline.reading import read_document  # noqa: E402
from pipeline.reading.document import Document, Line  # noqa: E402
from pipeline.recognition.annexes import read_performance  # noqa: E402
from pipeline.reports.read import read_report  # noqa: E402
from pipeline.tables import lower  # noqa: E402

SHARED = ROOT.parent / "shared"
RULES = {r.rule_id: r for r in NARRATIVE_RULES}
WORDS = (("增加", "减少"), ("减少", "增加"), ("增长", "下降"), ("下降", "增长"), ("大于", "小于"), ("小于", "大于"))


def read(path: Path) -> tuple[Document, ReportContents]:
    """A report's document, and its forms and annexes without the narrative."""
    data = path.read_bytes()
    document, contents = lower(read_document(data)), read_report(data)
    annexes = read_performance(document, contents.report)
    forms = tuple(f for f in contents.figures if f.section == "form")
    tables = {k: v for k, v in contents.tables.items() if k in ("core.forms", "core.pages")}
    return document, replace(contents, figures=(*forms, *annexes.figures), tables={**tables, **annexes.tables})


def joined(base: ReportContents, part: NarrativePart) -> ReportContents:
    return replace(base, figures=(*base.figures, *part.figures), tables={**base.tables, **part.tables})


# ---------------------------------------------------------------- accuracy


def _plain(value: str | None) -> str:
    text = (value or "").replace(",", "").removesuffix("%")
    return "" if text in ("无", "None") else text


def accuracy(path: Path, document: Document, base: ReportContents, verbose: bool) -> None:
    began = time.perf_counter()
    part = read_narrative(document, base.report, base)
    seconds = time.perf_counter() - began
    line = f"{path.stem:45} {len(part.statements):4} statements {len(part.remarks):3} remarks {seconds:6.3f} s"
    truth = SHARED / "golden" / path.stem / "narrative.csv"
    if truth.is_file():
        with truth.open(encoding="utf-8", newline="") as lines:
            want = Counter((r["measure"], _plain(r["value"]), r["unit"]) for r in csv.DictReader(lines))
        own = [s for s in part.statements if s["measure"] != "mentioned"]
        have = Counter((str(s["measure"]), _plain(s["value"]), str(s["unit"])) for s in own)
        found, total = sum((want & have).values()), sum(want.values())
        line += f"  right {found} of {total} ({100 * found / total:.1f} %), not in the key {sum((have - want).values())}"
        if verbose:
            line += "".join(f"\n    missing {r}" for r in (want - have).elements())
            line += "".join(f"\n    extra   {r}" for r in (have - want).elements())
    print(line)


# ---------------------------------------------------------------- account


def account(path: Path, document: Document, base: ReportContents, unread: Path | None) -> None:
    part = read_narrative(document, base.report, base)
    numbers = [(p.concept, n) for p in part.parts for n in p.numbers]
    ends = Counter(n.account for _, n in numbers)
    kinds = Counter(n.kind for _, n in numbers if n.account == "identifier")
    mentioned = sum(n.account == "statement" and n.kind == "mentioned" for _, n in numbers)
    share = 100 * ends["unread"] / max(len(numbers), 1)
    print(
        f"{path.stem:45} {len(numbers):5} numbers: {ends['statement']} statements ({mentioned} mentions), {ends['identifier']} identifiers, "
        f"{ends['unread']} unread ({share:.2f} %); {dict(kinds.most_common())}"
    )
    if unread is not None:
        with unread.open("a", encoding="utf-8") as lines:
            lines.writelines(f"{path.stem}\t{concept}\t{n.text}\t{n.kind}\t{n.sentence}\n" for concept, n in numbers if n.account == "unread")


# ---------------------------------------------------------------- detection


def changes(figure: Figure, rng: random.Random) -> Iterator[tuple[str, Decimal]]:
    """Kinds of change with the changed value (in the figure's unit); none for a blank."""
    value, printed = figure.value, figure.printed.lstrip("-")
    digits = [i for i, c in enumerate(printed) if c.isdigit()]
    if value is None or not digits or not printed.replace(".", "").isdigit():
        return
    factor = value / Decimal(figure.printed) if Decimal(figure.printed) else Decimal(1)
    sign = -1 if figure.printed.startswith("-") else 1

    def changed(text: str) -> Decimal:
        return sign * Decimal(text) * factor

    at = rng.choice(digits)
    other = rng.choice([d for d in "0123456789" if d != printed[at] and not (at == 0 and d == "0" and len(printed) > 1)])
    yield "digit", changed(printed[:at] + other + printed[at + 1 :])
    pairs = [(a, b) for a, b in pairwise(digits) if printed[a] != printed[b] and not (a == 0 and printed[b] == "0")]
    if pairs:
        a, b = rng.choice(pairs)
        swapped = list(printed)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        yield "transposed", changed("".join(swapped))
    if value:
        yield "point", value * 10
        if figure.measure in ("change", "change_pct"):
            yield "sign", -value


def violated(contents: ReportContents) -> set[tuple[str, str]]:
    return {(str(f["rule_id"]), str(f["place"])) for f in confront(contents, RULES).findings}


def detection(documents: list[tuple[Document, ReportContents]], seed: int, sample: int, verbose: bool) -> None:
    rng = random.Random(seed)
    tally: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for document, base in documents:
        part = read_narrative(document, base.report, base)
        before = violated(joined(base, part))
        figures = [f for f in part.figures if f.statement != "evaluation" and f.measure != "mentioned"]
        for figure in rng.sample(figures, min(sample, len(figures))):
            row = next(s for s in part.statements if s["figure_id"] == figure.figure_id)
            measure = "achievement" if row["quantity"] == "achievement" else figure.measure
            for kind, value in changes(figure, rng):
                kept = tuple(replace(f, value=value) if f is figure else f for f in part.figures)
                seen = bool(violated(joined(base, replace(part, figures=kept))) - before)
                tally[measure, kind][0] += seen
                tally[measure, kind][1] += 1
                if verbose and not seen:
                    section = str(row["section"])[:12]
                    print(f"    missed {kind}: {section} {figure.label} {figure.measure} {figure.printed} -> {value}")
        for kind, seen in worded(document, base, before):
            tally["word", kind][0] += seen
            tally["word", kind][1] += 1
    report(tally)


def worded(document: Document, base: ReportContents, before: set[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """Every sign word of the narrative turned round, one at a time."""
    part = read_narrative(document, base.report, base)
    lines = {r["line"] or r["page"] for r in (*part.statements, *part.remarks)}
    for p, page in enumerate(document.pages):
        for b, block in enumerate(page.blocks):
            if not isinstance(block, Line) or (block.place.line or block.place.page) not in lines:
                continue
            for word, opposite in WORDS:
                for n in range(block.text.count(word)):
                    start = -1
                    for _ in range(n + 1):
                        start = block.text.index(word, start + 1)
                    text = block.text[:start] + opposite + block.text[start + len(word) :]
                    blocks = (*page.blocks[:b], replace(block, text=text), *page.blocks[b + 1 :])
                    pages = (*document.pages[:p], replace(page, blocks=blocks), *document.pages[p + 1 :])
                    other = read_narrative(replace(document, pages=pages), base.report, base)
                    if [s["value"] for s in other.statements] == [s["value"] for s in part.statements] and [r["words"] for r in other.remarks] == [
                        r["words"] for r in part.remarks
                    ]:
                        continue  # a word of a reason: it states nothing
                    yield f"{word} → {opposite}", bool(violated(joined(base, other)) - before)


def report(tally: dict[tuple[str, str], list[int]]) -> None:
    by_measure: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (measure, kind), (seen, planted) in sorted(tally.items()):
        print(f"  {measure:15} {kind:15} {seen:4} of {planted:4}  {100 * seen / planted:6.1f} %")
        by_measure[measure][0] += seen
        by_measure[measure][1] += planted
    for measure, (seen, planted) in sorted(by_measure.items()):
        print(f"{measure:31} {seen:4} of {planted:4}  {100 * seen / planted:6.1f} %")
    checked = [v for m, v in by_measure.items() if m != "achievement"]
    seen, planted = sum(v[0] for v in checked), sum(v[1] for v in checked)
    print(f"{'all but achievements':31} {seen:4} of {planted:4}  {100 * seen / planted:6.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="*", type=Path)
    parser.add_argument("--accuracy", action="store_true")
    parser.add_argument("--account", action="store_true")
    parser.add_argument("--detection", action="store_true")
    parser.add_argument("--unread", type=Path, help="a file for the numbers that were not read, with their sentences")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=1000, help="figures of each report to change")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()
    paths = args.reports or sorted((SHARED / "reports").glob("*.*"))
    if not paths:
        sys.exit("no reports: give their paths, or lay ../shared beside the project")
    documents = [(path, *read(path)) for path in paths]
    everything = not (args.accuracy or args.account or args.detection)
    for path, document, base in documents if args.accuracy or everything else ():
        accuracy(path, document, base, args.verbose)
    if args.unread is not None:
        args.unread.write_text("", encoding="utf-8")
    for path, document, base in documents if args.account or everything else ():
        account(path, document, base, args.unread)
    if args.detection or everything:
        detection([(d, b) for _, d, b in documents], args.seed, args.sample, args.verbose)


if __name__ == "__main__":
    main()
