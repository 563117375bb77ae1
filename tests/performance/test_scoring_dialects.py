"""Scoring tables of invented dialects: levels, weights, scores and sums are read as they were made, and every number has an account."""

from __future__ import annotations

import random
from decimal import Decimal

import golden
import pytest
from performance import scoring_dialects as dialects

from pipeline.model.parts import tally
from pipeline.recognition.annexes import PerformancePart, read_performance


@pytest.mark.parametrize("layout", dialects.LAYOUTS)
@pytest.mark.parametrize("seed", range(30))
def test_a_scoring_table_in_any_words_and_layout(seed: int, layout: dialects.Found) -> None:
    rng = random.Random(seed)
    style = dialects.ScoringStyle.drawn(rng)
    made = dialects.items(rng, style)
    part = read_performance(dialects.document(dialects.grid(made, style), layout, "表3-1 绩效评价得分情况表"), golden.report())
    assert held(part, made, style) == []


@pytest.mark.parametrize("seed", range(30, 50))
def test_a_page_break_in_a_scoring_table(seed: int) -> None:
    rng = random.Random(seed)
    style = dialects.ScoringStyle.drawn(rng)
    made = dialects.items(rng, style)
    printed = dialects.grid(made, style)
    heads = 2 if style.weighted == "two" else 1
    cut = rng.randrange(heads + 1, len(printed))
    part = read_performance(dialects.document(printed, "aligned", "附件2 绩效评价指标体系", cut), golden.report())
    assert held(part, made, style) == []


def held(part: PerformancePart, made: list[dialects.Scored], style: dialects.ScoringStyle) -> list[str]:
    """What is not as it was made."""
    rows = part.tables["core.evaluation_scores"]
    found = [r for r in rows if r["row_kind"] == "item"]
    wrong = [] if len(found) == len(made) else [f"{len(found)} rows for {len(made)}"]
    for row, item in zip(found, made, strict=False):
        weight = Decimal(item.weight) if "weight" in style.values else None
        score = Decimal(item.score) if "score" in style.values else None
        one = (row["level1"], row["level2"], row["level3"], row["weight_number"], row["score_number"])
        if one != (*item.levels, weight, score):
            wrong.append(f"{one} for {item}")
    if not any(r["row_kind"] == "total" for r in rows):
        wrong.append("no total")
    if style.subtotals and sum(r["row_kind"] == "subtotal" for r in rows) != len({i.levels[0] for i in made}):
        wrong.append("subtotals")
    if tally(part.parts)["statement"] and not style.basis:
        wrong += [f"text {n.text} in {n.sentence}" for p in part.parts for n in p.numbers if n.account == "statement"]
    if tally(part.parts)["unread"]:
        wrong += [f"unread {n.text} in {n.sentence}: {n.kind}" for p in part.parts for n in p.numbers if n.account == "unread"]
    return wrong
