"""A weaker rule that holds speaks for its figures; one that does not hold speaks against nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import golden
from reconciliation.small import fig, total

from pipeline.reconciliation.year import Judged, reconcile

ABOUT = golden.report()


def _suspects(acquitting):
    a, b, whole = (fig(name, text, report_id=ABOUT.report_id) for name, text in (("1", "95.45"), ("2", "40.00"), ("0", "140.45")))
    items = [fig(f"{n}", text, statement="narrative", report_id=ABOUT.report_id) for n, text in ((11, "50.00"), (12, "45.45"))]
    must = replace(total(whole, a, b), report_id=ABOUT.report_id)
    held = (replace(total(a, *items, place="items"), report_id=ABOUT.report_id),) if acquitting else ()
    judged = Judged(golden.contents(ABOUT, [a, b, whole, *items]), (must,), acquitting=held)
    found = reconcile(judged, today=dt.date(2026, 1, 1))
    return {s.figure.label for c in found.localisation.cases for r in c.explanations for s in r.suspects}


def test_the_sum_of_the_items_confirms_the_amount():
    assert _suspects(acquitting=False) == {"0", "1", "2"}
    assert _suspects(acquitting=True) == {"0", "2"}
