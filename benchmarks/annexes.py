"""How well annex tables are read in each family of layouts: ``python -m benchmarks.annexes --n 2 --seed 1``.

Typesets the samples that have a performance annex under random layouts, once a way of drawing rules, reads them back, and compares
the rows of self-evaluations, indicators and summaries with what was printed: equal, otherwise, lost, and more than printed.

What belongs here: annexes by family of rules.  What may not: cells of the nine forms (``benchmarks.layouts``).
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar, show
from pipeline.reports.read import read_report
from samples.build import read_input, sample_folders
from samples.layout import ASKED_FOR, CHOICES, possible, random_layout
from samples.performance import read_rows
from samples.report import typeset

#: Printed rows by the table that they are read into, with the columns compared.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "core.indicators": ("indicators", ("level1", "level2", "level3", "target", "actual", "score")),
    "core.self_evaluations": ("self_evaluations", ("project", "initial_budget", "adjusted_budget", "executed", "total_score")),
    "core.self_evaluation_summaries": ("self_evaluation_summary", ("project", "unit", "score", "grade")),
}
FAMILIES = tuple(dict.fromkeys((*CHOICES["rules"], *ASKED_FOR["rules"])))


def plain(value: Any) -> str:
    """A value as it is compared: numbers without what their spelling adds, words without blanks."""
    text = re.sub(r"\s", "", str("" if value is None else value)).translate(str.maketrans("（）：，％－—", "():,%--"))
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


def rows(table: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(plain(row.get(c)) for c in columns) for row in table]


def read_back(folder: Path, family: str, seed: str) -> Counter[str]:
    """One sample under one random layout: how many annex rows are ``printed``, ``equal``, ``otherwise``, ``lost``, ``more``."""
    figures, _, text = read_input(folder)
    layout = possible(replace(random_layout(random.Random(seed)), rules=family))
    contents = read_report(typeset(figures, layout, text, seed=1).pdf)
    found: Counter[str] = Counter()
    for table, (name, columns) in TABLES.items():
        want, have = rows(read_rows(folder / f"{name}.csv"), columns), rows(contents.tables.get(table, ()), columns)
        found["printed"] += len(want)
        for w, h in zip_longest(want, have):
            found["equal" if w == h else "lost" if h is None else "more" if w is None else "otherwise"] += 1
    return found


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--n", type=int, default=1, help="layouts of each sample and family")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--families", default=",".join(FAMILIES))
    asked = ask.parse_args()
    folders = [f for f in sample_folders() if (f / "indicators.csv").exists()]
    bars = []
    for family in asked.families.split(","):
        total: Counter[str] = Counter()
        for k in range(asked.n):
            for folder in folders:
                total += read_back(folder, family, f"{asked.seed}/{k}/{folder.name}")
        measured = f"{total['equal']} equal, {total['otherwise']} otherwise, {total['lost']} lost, {total['more']} more"
        bars.append(Bar(f"annex rows, rules={family}", f"{total['printed']} equal", measured, total["equal"] == total["printed"]))
        print(bars[-1].what, bars[-1].measured, "of", total["printed"], flush=True)
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
