"""Words that the lexicon does not have: what they name is right or said to be unread, and never called the publisher's error."""

from __future__ import annotations

import random

import pytest
from forms.test_dialects import REPORT

from benchmarks.strange import WORDS, breaches, changes, judge
from pipeline.reports.read import read_report


@pytest.mark.parametrize("kind", WORDS)
def test_a_strange_word_loses_nothing_and_blames_nobody(kind: str) -> None:
    before = read_report(REPORT.encode())
    own = [c for c in changes(REPORT, "forms", random.Random(kind)) if c.kind == kind][:12]
    assert own
    for change in own:
        ended, blamed = judge(before, "forms", breaches(before, "error", "info"), change.applied(REPORT))
        assert (ended["lost"], ended["misread"], blamed) == (0, 0, []), change


@pytest.mark.parametrize("statement", ["一般公共预算财政拨款收入支出决算表", "支出决算表"])
def test_a_total_under_a_strange_label_is_no_blank(statement: str) -> None:
    head, rest = REPORT.split(f"\n{statement}\n", 1)
    changed = f"{head}\n{statement}\n{rest.replace('合计', '总归', 1)}"
    before = read_report(REPORT.encode())
    assert judge(before, "forms", breaches(before, "error", "info"), changed)[1] == []
