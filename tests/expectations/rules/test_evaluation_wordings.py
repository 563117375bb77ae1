"""Evaluation reports in other structures and wordings: whole they give no finding, and every single edit gives the finding that it should."""

from __future__ import annotations

import pytest
from performance import annex
from performance.evaluation_reports import REPORTS

from expectations.confront import confront
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.performance import PERFORMANCE_RULES
from pipeline.model.contents import ReportContents

OWN = {r.rule_id: r for r in (*NARRATIVE_RULES, *PERFORMANCE_RULES)}
HEAD = "第三部分 2024年度部门决算情况说明\n\n十三、预算绩效情况说明\n\n（一）预算绩效管理工作开展情况\n\n{}\n\n第四部分 附件\n\n"
BREACHES = [(name, *breach) for name, (_, _, breaches) in REPORTS.items() for breach in breaches]


def contents(name: str, old: str = "", new: str = "") -> ReportContents:
    """A report with one edit, as a text whose tables are parted by tabs."""
    narrative, report, _ = REPORTS[name]
    whole = HEAD.format(narrative) + report
    assert old in whole
    lines = []
    for line in whole.replace(old, new, 1).split("\n") if old else whole.split("\n"):
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
