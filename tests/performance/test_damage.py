"""Damaged annexes: whatever is cut, blanked, doubled or fused, reading and judging go on, and nothing is invented."""

from __future__ import annotations

import random

import golden
from hypothesis import given, settings
from hypothesis import strategies as st
from performance import annex
from plain_annex import BUDGET, COLUMNS, HEAD, ROWS

from expectations.confront import ENGINE_ERROR, confront
from expectations.rules.performance import PERFORMANCE_RULES
from pipeline.model.contents import ReportContents
from pipeline.reading import read_document
from pipeline.recognition.annexes import read_performance
from pipeline.tables import lower

OWN = {r.rule_id: r for r in PERFORMANCE_RULES}
TEXTS = (annex.ANNEX, HEAD + BUDGET + COLUMNS + ROWS)


def damaged(text: str, rng: random.Random) -> str:
    """``text`` with a few of its lines or cells cut, blanked, doubled, exchanged or fused."""
    lines = text.split("\n")
    for _ in range(rng.randrange(1, 8)):
        i = rng.randrange(len(lines))
        cells = lines[i].split("\t")
        c = rng.randrange(len(cells))
        kind = rng.randrange(7)
        if kind == 0:
            del lines[i]
        elif kind == 1:
            lines = lines[:i]
        elif kind == 2:
            cells[c] = rng.choice(["", "—", "无", "12000%", "优", "NaN", "1,2,3", "（10分）", "总分", "项目名称"])
            lines[i] = "\t".join(cells)
        elif kind == 3:
            lines.insert(i, lines[i])
        elif kind == 4:
            del cells[c]
            lines[i] = "\t".join(cells)
        elif kind == 5:
            lines[i] = "\t".join(["", *cells])
        else:
            lines[i] = lines[i].replace("\t", "", 1)
        if not lines:
            return ""
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(TEXTS))
def test_damage_stops_neither_reading_nor_judging(seed: int, text: str) -> None:
    broken = damaged(text, random.Random(seed))
    part = read_performance(lower(read_document(("部门决算\n" + broken).encode())), golden.report())
    found = confront(ReportContents(golden.report(), part.figures, part.tables), OWN)
    assert not [e for e in found.equations if (e["reason"] or "").startswith(ENGINE_ERROR)]
    ids = [f.figure_id for f in part.figures]
    assert len(ids) == len(set(ids))
    if text is not annex.ANNEX:
        return  # without cells, a lost number fuses two rows
    compact = "".join(broken.split())
    for row in part.tables["core.indicators"]:
        for column in ("target", "actual", "weight", "score"):
            assert "".join(str(row[column]).split()) in compact, "a text that is not printed"
