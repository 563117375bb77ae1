"""Forms of invented dialects, each printed in every layout: what is read is what was made, and every number has an account."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import golden
import pytest
from performance import annex, dialects

from pipeline.lexicon import VARIABLE, lexicon
from pipeline.model.parts import tally
from pipeline.reading import read_document
from pipeline.reading.document import Document
from pipeline.recognition.annexes import PerformancePart, read_performance

_AMOUNTS = ("initial", "adjusted", "executed")


def read(printed: Document | bytes) -> PerformancePart:
    return read_performance(read_document(printed) if isinstance(printed, bytes) else printed, golden.report())


@pytest.mark.parametrize("layout", dialects.LAYOUTS)
@pytest.mark.parametrize("seed", range(25))
def test_a_form_in_any_words_order_and_layout(seed: int, layout: str) -> None:
    rng = random.Random(seed)
    what, style = dialects.facts(rng), dialects.Style.drawn(rng)
    part = read(dialects.document(what, style, layout))
    assert held(part, what, style) == []


@pytest.mark.parametrize("layout", ["ruled", "aligned", "text"])
@pytest.mark.parametrize("seed", range(25, 45))
def test_a_page_break_anywhere(seed: int, layout: str) -> None:
    rng = random.Random(seed)
    what, style = dialects.facts(rng), dialects.Style.drawn(rng)
    style.turned = False
    cut = rng.randrange(1, len(dialects.rows(what, style)))
    part = read(dialects.document(what, style, layout, cut))
    assert held(part, what, style) == []


def held(part: PerformancePart, what: dialects.Facts, style: dialects.Style) -> list[str]:
    """What is not as it was made."""
    wrong: list[str] = []
    (form,) = part.tables["core.self_evaluations"]
    for name, own in (
        ("project", what.project),
        ("competent_department", what.department),
        ("implementing_unit", what.unit),
        ("total_score_number", Decimal(what.score)),
    ):
        if form[name] != own:
            wrong.append(f"{name}: {form[name]} for {own}")
    wrong += amounts_wrong(part, what)
    if style.unit[0] != "万元" and any(f.doubt == "unit_assumed" for f in part.figures):
        wrong.append("a printed unit is assumed")
    rows = part.tables["core.indicators"]
    if len(rows) != len(what.items):
        return [*wrong, f"{len(rows)} rows for {len(what.items)}"]
    for row, item in zip(rows, what.items, strict=True):
        weight = row["weight_number"] if style.weights == "column" else row["level3_declared_weight_number"]
        one = (row["level1"], row["level2"], row["level3"], row["target"], row["actual"], weight, row["score_number"])
        two = (item.level1, item.level2, item.name, "".join(item.target), item.actual, item.weight, Decimal(item.score))
        if one != two:
            wrong.append(f"{one} for {two}")
    if tally(part.parts)["unread"]:
        wrong += [f"unread {n.text} in {n.sentence}: {n.kind}" for p in part.parts for n in p.numbers if n.account == "unread"]
    return wrong


def amounts_wrong(part: PerformancePart, what: dialects.Facts) -> list[str]:
    """The form's amounts by source of funds that are not as they were made."""
    wrong: list[str] = []
    figures = {(f.side, f.row_order, f.measure): f for f in part.figures}
    for fund, amounts in what.amounts.items():
        for name, amount in zip(_AMOUNTS, amounts, strict=True):
            figure = figures.get((fund, 0, name))
            if figure is None or figure.value != Decimal(amount) or figure.unit != "万元":
                wrong.append(f"{fund} {name}: {figure and figure.value} for {amount}")
    return wrong


# ---------------------------------------------------------------- words that the lexicon does not know


@pytest.mark.parametrize("seed", range(60))
def test_a_word_that_is_not_known_costs_its_column_or_part_and_moves_no_other(seed: int) -> None:
    rng = random.Random(seed)
    what, style = dialects.facts(rng), dialects.Style.drawn(rng)
    whole = dialects.document(what, style, rng.choice(["ruled", "aligned", "sheet", "text"]))
    assert isinstance(whole, Document)
    part = read(dialects.with_one_word_changed(whole, what, rng))
    lost, wrong = dialects.compared(part, what, style)
    assert wrong == []
    if lost:
        assert tally(part.parts)["unread"] or any(p.state == "unread" for p in part.parts)


def test_a_province_is_added_by_data_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = annex.ARCHIVE.replace("项目支出绩效自评表", "项目绩效自查呈报单").replace("年度指标值", "期望达到数").replace("全年执行数", "列支额")
    before = read(text.encode())
    assert [r["target"] for r in before.tables["core.indicators"]] == ["", "", ""]
    assert any(n.text == "50" for p in before.parts for n in p.numbers if n.account == "unread")
    entry = '[[entry]]\nconcept = "{}"\nwords = ["{}"]\nscope = ["{}"]\nseen = "a test"\nexample = "{}"\n'
    headings = [("target", "期望达到数", "indicator"), ("executed", "列支额", "budget")]
    titles = [("self_evaluation", "项目绩效自查呈报单", "title")]
    (tmp_path / "annexes_headings.toml").write_text("".join(entry.format(c, w, s, w) for c, w, s in headings), encoding="utf-8")
    (tmp_path / "annexes_titles.toml").write_text("".join(entry.format(c, w, s, w) for c, w, s in titles), encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    lexicon.cache_clear()
    after = read(text.encode())
    assert [r["target"] for r in after.tables["core.indicators"]] == ["≥100万页", "≤1%", "≤10分钟"]
    assert [r["executed"] for r in after.tables["core.self_evaluations"]] == ["50"]
    assert tally(after.parts)["unread"] == 0
