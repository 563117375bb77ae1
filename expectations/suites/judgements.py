"""What is stated of judging itself: reports that the code could not judge.

What belongs here: statements about ``checks.judgements``.  What may not: how a report is judged (``expectations.judging``).
"""

from __future__ import annotations

from expectations.judging import JUDGEMENTS, REPORT_JUDGED
from expectations.suites.base import Statement, no_rows

_FAILING = f"SELECT publisher, report_id AS place, problem AS printed FROM {JUDGEMENTS} WHERE state = 'failed' ORDER BY ALL"

EVERY_REPORT_WAS_JUDGED = Statement(
    REPORT_JUDGED.rule_id, JUDGEMENTS, REPORT_JUDGED.title, REPORT_JUDGED.title_zh, REPORT_JUDGED.formula, REPORT_JUDGED.citation,
    REPORT_JUDGED.severity, (no_rows(_FAILING),),
)  # fmt: skip
