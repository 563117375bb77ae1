"""The usual weight of a kind of indicator ranks explanations that the equations cannot tell apart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from golden import report
from reconciliation.small import fig, relate

from pipeline.model.contents import ReportContents
from pipeline.model.equations import Sum
from pipeline.reconciliation.localise import localise
from pipeline.reconciliation.peers import LEAST, usual_weights

KINDS = (("产出指标", "数量指标"), ("满意度指标", "服务对象满意度指标"))


def forms(*weights):
    """Self-evaluations with two indicators each, by their printed weights."""
    figures, rows = [], []
    for n, pair in enumerate(weights, 1):
        for row, (printed, kind) in enumerate(zip(pair, KINDS, strict=True), 1):
            figure = fig(f"{row}/weight", printed, f"form{n}", section="self_evaluation", side="indicator", resolution=Decimal(0))
            figures.append(replace(figure, figure_id=f"2024-test/self_evaluation/form{n}/indicator/{row}/weight"))
            rows.append({"form_no": n, "row_no": row, "level1": kind[0], "level2": kind[1]})
    return ReportContents(report(), tuple(figures), {"core.indicators": tuple(rows)})


def test_what_most_other_forms_print_is_usual_and_a_form_s_own_print_is_not_asked():
    usual = usual_weights(forms(("20", "10"), ("20", "10"), ("20", "10"), ("20", "20")))
    assert {key.split("/", 2)[2]: str(v) for key, v in usual.items() if "form4" in key} == {
        "form4/indicator/1/weight": "20",
        "form4/indicator/2/weight": "10",
    }


def test_few_forms_or_forms_of_many_minds_have_no_usual_weight():
    assert usual_weights(forms(*[("20", "10")] * LEAST)) == {}
    assert usual_weights(forms(("20", "10"), ("30", "10"), ("40", "10"), ("50", "10"))).keys() == {
        f"2024-test/self_evaluation/form{n}/indicator/2/weight" for n in (1, 2, 3, 4)
    }


def test_of_two_weights_that_exceed_the_sum_the_unusual_one_is_blamed():
    contents = forms(("20", "10"), ("20", "10"), ("20", "10"), ("20", "20"))
    one, other = (f for f in contents.figures if f.statement == "form4")
    equation = relate(Sum.of(one, other), Sum.of(constant=30), "weights add up to 30")
    (blind,) = localise(contents.figures, [equation]).cases
    assert blind.ties == 2
    assert len({r.score for r in blind.explanations}) == 1
    (case,) = localise(contents.figures, [equation], usual=usual_weights(contents)).cases
    (suspect,) = case.best.suspects
    assert (suspect.figure.figure_id, suspect.suggested) == (other.figure_id, Decimal(10))
    assert suspect.reasons[-1] == "most other forms print so in this row"
    assert case.ties == 2, "it ranks, and does not decide"
