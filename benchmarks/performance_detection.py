#!/usr/bin/env python3
"""How many wrong numbers of the performance annexes the rules see: one printed number of a real annex changed at a time.

    python benchmarks/performance_detection.py [DOCUMENT …] [--sample N] [--seed N] [--missed N]

Reads the annexes of each document (by default every text of ``../shared/reports``), changes single printed numbers of
self-evaluation forms, summaries and scoring tables in four ways (a digit, two digits exchanged, the last digit by one, the
decimal point), and confronts what then would have been printed with the rules.  A change is detected when an equation is
violated that was not, or is violated by another amount.  Sums of parts that nothing else repeats can hide nothing; a target
that is still met after the change, or a number that only words surround, is one that no rule can see: ``seen`` says how many.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from expectations.confront import confront  # noqa: E402
from expectations.rules.performance import PERFORMANCE_RULES  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.model.figures import Report  # noqa: E402
from pipeline.reading import read_document  # noqa: E402
from pipeline.recognition.annexes.emit import Collector  # noqa: E402
from pipeline.recognition.annexes.form_rows import emit_form  # noqa: E402
from pipeline.recognition.annexes.forms import FormRead, read_form  # noqa: E402
from pipeline.recognition.annexes.model import Printed, ScoringTable  # noqa: E402
from pipeline.recognition.annexes.outline import Outline  # noqa: E402
from pipeline.recognition.annexes.scoring import scoring_rows  # noqa: E402
from pipeline.recognition.annexes.scoring_rows import emit_scores, emit_stated  # noqa: E402
from pipeline.recognition.annexes.scoring_text import read_stated_scores, read_text_breakdowns  # noqa: E402
from pipeline.recognition.annexes.summaries import emit_summary, summary_rows  # noqa: E402
from pipeline.tables import lower  # noqa: E402

RULES = {r.rule_id: r for r in PERFORMANCE_RULES}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

#: Field of the model → what is changed.
KINDS: dict[str, str] = {
    "initial": "budget amount", "adjusted": "budget amount", "executed": "executed amount", "rate": "rate", "weight": "weight",
    "score": "score", "total_score": "total", "total_weight": "total", "execution_weight": "declared weight",
    "level1_weight": "declared weight", "level3_weight": "declared weight", "target": "target", "actual": "actual",
    "subtotals": "subtotal", "group_score": "subtotal", "initial_budget": "summary amount", "adjusted_budget": "summary amount",
    "rate_printed": "summary rate",
}  # fmt: skip


# ---------------------------------------------------------------- changes


def digit(text: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(text) if c.isdigit()]
    i = rng.choice(places)
    return text[:i] + rng.choice([d for d in "123456789" if d != text[i]]) + text[i + 1 :]


def exchanged(text: str, rng: random.Random) -> str:
    places = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def by_one(text: str, rng: random.Random) -> str:
    decimals = len(text.partition(".")[2])
    return f"{Decimal(text) + Decimal(1).scaleb(-decimals):f}"


def point(text: str, rng: random.Random) -> str:
    return f"{Decimal(text) * 10:f}" if "." not in text else f"{Decimal(text).scaleb(1):f}"


CHANGES: dict[str, Callable[[str, random.Random], str]] = {"digit": digit, "exchanged": exchanged, "by one": by_one, "point": point}


# ---------------------------------------------------------------- the annex as a model, and single edits of it


def leaves(part: Any, name: str, group: str) -> Iterator[tuple[Printed, str]]:
    """Every printed number of a part of the model, with what it is."""
    if isinstance(part, Printed):
        if _NUMBER.search(part.text) and name in KINDS:
            yield part, f"{group} {KINDS[name]}" if not KINDS[name].startswith("summary") else KINDS[name]
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from leaves(value, key, group)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from leaves(value, name, group)
    elif is_dataclass(part):
        for f in fields(part):
            yield from leaves(getattr(part, f.name), f.name, group)


def edited(part: Any, target: Printed, text: str) -> Any:
    """``part`` with one printed text replaced."""
    if part is target:
        return replace(target, text=text)
    if isinstance(part, Mapping):
        return {k: edited(v, target, text) for k, v in part.items()}
    if isinstance(part, tuple | list):
        return type(part)(edited(v, target, text) for v in part)
    if is_dataclass(part) and not isinstance(part, Printed):
        changed = {f.name: edited(getattr(part, f.name), target, text) for f in fields(part)}
        return replace(part, **changed)  # type: ignore[type-var]
    return part


class Annex:
    """The annexes of one document."""

    def __init__(self, path: Path) -> None:
        document = lower(read_document(path.read_bytes()))
        year = re.search(r"20\d\d", path.stem)
        self.report = Report(path.stem, int(year.group()) if year else 2024, "department", "", "0" * 64, "", 1, document.reader)
        annexes = [a for a in Outline(document).annexes if a.rows]
        read = [read_form(a) for a in annexes if a.kind == "self_evaluation"]
        scored = [(a.title, a.evaluation, scoring_rows(a)) for a in annexes if a.evaluation is not None]
        tables = [ScoringTable(e.shown, e.number, title, "table", rows) for title, e, rows in scored if e is not None and rows]
        self.parts = {
            "form": [f.form for f in read if isinstance(f, FormRead)],
            "summary": [row for a in annexes if a.kind == "summary" for row in summary_rows(a)[0]],
            "evaluation": [*tables, *read_text_breakdowns(document)],
            "stated": read_stated_scores(document),
        }

    def violated(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        """Equation → how it is violated."""
        out, numbers = Collector(self.report, "bench/1"), Counter[int]()
        for order, form in enumerate(parts["form"], start=1):
            emit_form(out, order, form, 0)
        emit_summary(out, 1, parts["summary"])
        for table in parts["evaluation"]:
            numbers[table.evaluation_no] += 1
            emit_scores(out, numbers[table.evaluation_no], table)
        emit_stated(out, parts["stated"])
        tables = {name: tuple(rows) for name, rows in out.rows.items()}
        found = confront(ReportContents(self.report, tuple(out.figures), tables), RULES).findings
        return {f["finding_id"]: (f["printed"], f["expected"]) for f in found}


def bench(path: Path, sample: int, rng: random.Random) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], list[str]]:
    """Detected and tried by (what, change), and the changes that were missed."""
    annex = Annex(path)
    before = annex.violated(annex.parts)
    by_kind: dict[str, list[tuple[str, Printed]]] = defaultdict(list)
    seen: set[int] = set()
    for group, part in annex.parts.items():
        for leaf, kind in leaves(part, "", group):
            if id(leaf) not in seen:
                seen.add(id(leaf))
                by_kind[kind].append((group, leaf))
    tried: Counter[tuple[str, str]] = Counter()
    detected: Counter[tuple[str, str]] = Counter()
    missed = []
    for kind, places in by_kind.items():
        for group, leaf in rng.sample(places, min(sample, len(places))):
            name = rng.choice(list(CHANGES))
            number = _NUMBER.search(leaf.text)
            if number is None:
                continue
            text = leaf.text[: number.start()] + CHANGES[name](number.group(), rng) + leaf.text[number.end() :]
            if text == leaf.text:
                continue
            after = annex.violated({**annex.parts, group: edited(annex.parts[group], leaf, text)})
            tried[kind, name] += 1
            if any(before.get(key) != value for key, value in after.items()):
                detected[kind, name] += 1
            else:
                missed.append(f"{path.stem}: {kind}: {leaf.text} → {text} (line {leaf.place.line}, page {leaf.place.page})")
    return detected, tried, missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, default=40, help="numbers of one kind and document that are changed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", type=int, default=0, help="how many missed changes to print")
    options = parser.parse_args()
    documents = options.documents or sorted((ROOT.parent / "shared" / "reports").glob("*.txt"))
    if not documents:
        print("no document is given, and the optional folder ../shared is absent")
        return 2
    rng = random.Random(options.seed)
    detected: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    missed: list[str] = []
    start = time.perf_counter()
    for path in documents:
        own, of, lost = bench(path, options.sample, rng)
        detected.update(own)
        tried.update(of)
        missed += lost
    kinds = sorted({kind for kind, _ in tried})
    print(f"{'':28}" + "".join(f"{name:>14}" for name in CHANGES) + f"{'all':>14}")
    for kind in [*kinds, ""]:
        cells = []
        for name in [*CHANGES, ""]:
            hit = sum(n for (k, c), n in detected.items() if (not kind or k == kind) and (not name or c == name))
            of_all = sum(n for (k, c), n in tried.items() if (not kind or k == kind) and (not name or c == name))
            cells.append(f"{hit}/{of_all} {100 * hit / of_all:3.0f} %" if of_all else "—")
        print(f"{kind or 'all':28}" + "".join(f"{c:>14}" for c in cells))
    print(f"{len(documents)} documents, {sum(tried.values())} changes, {time.perf_counter() - start:.0f} s")
    for line in rng.sample(missed, min(options.missed, len(missed))):
        print("missed", line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
