"""Evaluation reports in other structures and wordings: whole they give no finding, and every single edit gives the finding that it should."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import count

import golden
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from performance import annex
from performance.evaluation_reports import REPORTS

from expectations.confront import ENGINE_ERROR, confront
from expectations.rules.evaluation_calculations import computes, written
from expectations.rules.evaluation_reasons import numbers_of
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.performance import PERFORMANCE_RULES
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Place
from pipeline.model.numbers import MOST_DIGITS
from pipeline.model.parts import Part
from pipeline.reading.document import Cell, Table
from pipeline.recognition.captions import caption_rows

OWN = {r.rule_id: r for r in (*NARRATIVE_RULES, *PERFORMANCE_RULES)}
HEAD = "第三部分 2024年度部门决算情况说明\n\n十三、预算绩效情况说明\n\n（一）预算绩效管理工作开展情况\n\n{}\n\n第四部分 附件\n\n"
BREACHES = [(name, *breach) for name, (_, _, breaches) in REPORTS.items() for breach in breaches]


def printed(name: str) -> str:
    narrative, report, _ = REPORTS[name]
    return HEAD.format(narrative) + report


def contents(name: str, old: str = "", new: str = "") -> ReportContents:
    """A report with one edit."""
    whole = printed(name)
    assert old in whole
    return as_text(whole.replace(old, new, 1) if old else whole)


def as_text(whole: str) -> ReportContents:
    """A report as a text whose tables are parted by tabs."""
    lines = []
    for line in whole.split("\n"):
        cells = line.strip("|").split("|") if line.startswith("|") else [line]
        lines += ["\t".join("" if c in "^<" else c for c in cells), *([] if len(cells) > 1 else [""])]
    return annex.contents(text="\n".join(lines))


def told(whole: ReportContents) -> list[tuple[str, str, str]]:
    return [(str(f["rule_id"]), str(f["printed"]), str(f["expected"])) for f in confront(whole, OWN).findings if f["severity"] != "info"]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_agrees_with_itself_gives_no_finding(name: str) -> None:
    assert told(contents(name)) == []


@pytest.mark.parametrize(("name", "old", "new", "rule", "printed", "expected"), BREACHES)
def test_a_single_edit_is_found(name: str, old: str, new: str, rule: str, printed: str, expected: str) -> None:
    assert (rule, printed, expected) in told(contents(name, old, new))


@given(st.text("0123456789.%×÷+-=()分", max_size=60))
@example("9" * 5000 + "+1=2")
@example("+".join("1" * 5000) + "=5000")
@example("(" * 5000 + "1+2=3")
@example("1÷0=1")
def test_whatever_is_written_is_computed_or_left_alone(text: str) -> None:
    for calculation, result in written(text):
        value = computes(calculation, result)
        assert value is None or value.denominator > 0


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("absurd", ["9" * 5000, "1" * 20 + ".5", "0." + "1" * 50, "0", "0.0"])
def test_no_rule_fails_on_an_absurd_number(name: str, absurd: str) -> None:
    """Each third number of the report is replaced: what no amount can be is unread, and a rule that fails would be lost on the report."""
    turn = count()
    whole = as_text(re.sub(r"\d+(?:\.\d+)?", lambda m: absurd if next(turn) % 3 == 2 else m[0], printed(name)))
    assert all(abs(f.value) < Decimal(10) ** (MOST_DIGITS + 2) for f in whole.figures if f.value is not None)
    assert not [r["reason"] for r in confront(whole, OWN).equations if str(r["reason"] or "").startswith(ENGINE_ERROR)]


def test_points_taken_off_without_the_word_for_it_beside_others_are_taken_off() -> None:
    assert numbers_of("taken", "目标不清晰,1分;指标不明确,扣0.5分") == [Decimal("0.5")]
    assert numbers_of("taken_in_short", "目标不清晰,1分;指标不明确,扣0.5分") == [Decimal(1)]
    assert numbers_of("taken_in_short", "指标满分5分,评价得分4分。") == []


def test_a_list_of_graded_bodies_in_an_evaluation_report() -> None:
    rows = (("序号", "区县", "评价得分", "评价等级"), ("1", "甲区", "92.5", "良"), ("2", "乙区", "84", "良"), ("3", "丙县", "78.6", "中等"))
    cells = tuple(Cell(r, c, text, place=Place(line=r + 1)) for r, row in enumerate(rows) for c, text in enumerate(row))
    part = Part("evaluation", "evaluation1/other1", "附表2 评价结果汇总表", "read", blocks={0})
    made = tuple(caption_rows([part], {0: Table(cells, 4, 4, Place(line=1), "test")}, golden.report(), 1))
    assert [(r["words"], r["basis"]) for r in made] == [("甲区:良", "92.5"), ("乙区:良", "84"), ("丙县:中等", "78.6")]
    assert ("grade_of_score", "良", "优") in told(replace(contents("overview"), tables={"core.remarks": made}))
    right = tuple({**r, "words": "甲区:优"} if r["basis"] == "92.5" else r for r in made)
    assert told(replace(contents("overview"), tables={"core.remarks": right})) == []
