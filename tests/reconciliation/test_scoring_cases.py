"""Real reports read whole: the figure that a careful reader would name stands first, with the value that he would write."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from golden import SHARED

from expectations.confront import judged
from pipeline.reconciliation.year import reconcile
from pipeline.reports.read import read_report

#: Report → (section, measure, words of the row, printed, suggested) of figures that stand first in a case.
EXPECTED = {
    "yantai-big-data-bureau-2019": [
        ("narrative", "share_pct", "一般公共预算财政拨款支出", "53", "100"),  # 3522.89 of 3522.89
        ("self_evaluation", "rate", "等级保护测评", "100", "91.23"),  # 208 of 228
        ("self_evaluation_summary", "score", "交通一卡通", "95.5", "99.5"),  # the form says 99.5
        ("form", "project", "工业和信息产业支持", "2943.40", "2944.00"),
    ],
    "rongcheng-big-data-centre-2024": [
        ("narrative", "completion_pct", "数字山东", "90.06", "90.64"),  # 193.6 of 213.6; the form says 90.60
        ("self_evaluation", "rate", "新型数据中心资金成本", "200%", "100"),  # 3.5 of 3.5
        ("self_evaluation", "declared_weight", "打造信息核验场景时间", "10", "20"),  # scored 20, heading lacks 10
        ("self_evaluation", "declared_weight", "持续增强城市综合治理能力", "5", "10"),  # scored 10, heading lacks 5
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_careful_readers_suspect_stands_first(name):
    path = SHARED / "reports" / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"{name}: no report beside the repository (../shared)")
    contents = read_report(path.read_bytes())
    suspects = [s for f in reconcile(judged(contents), today=dt.date(2026, 1, 1)).files for s in f.suspects]
    for section, measure, words, printed, suggested in EXPECTED[name]:
        fitting = [
            s.suggested
            for s in suspects
            if (s.figure.section, s.figure.measure, s.figure.printed) == (section, measure, printed) and words in (s.figure.label or "")
        ]
        assert fitting == [Decimal(suggested)], (words, fitting)
