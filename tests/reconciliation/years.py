"""Small reports of consecutive years, for tests of what must hold between them."""

from __future__ import annotations

from decimal import Decimal

from golden import contents, report, table

from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Sum
from pipeline.model.figures import Figure, figure_id
from pipeline.reconciliation.year import Judged

SUMMARY = "income_expenditure_summary"


def summary(about, income, opening, expenditure, closing):
    """A summary that adds up, with its identities."""
    total = f"{Decimal(income) + Decimal(opening):.2f}"
    figures = [
        *table(about, SUMMARY, [f"|本年收入合计|{income}", f"|年初结转和结余|{opening}", f"|总计|{total}"], ["amount"], "income"),
        *table(
            about,
            SUMMARY,
            [f"|本年支出合计|{expenditure}", f"|年末结转和结余|{closing}", f"|总计|{total}"],
            ["amount"],
            "expenditure",
        ),
    ]
    i1, i2, i3, e1, e2, e3 = figures
    equations = (
        Equation("t", about.report_id, "income", Sum.of(i3), Sum.of(i1, i2)),
        Equation("t", about.report_id, "expenditure", Sum.of(e3), Sum.of(e1, e2)),
        Equation("t", about.report_id, "both", Sum.of(i3), Sum.of(e3)),
    )
    return figures, equations


def spoken(about, amount, change, of):
    """The sentence “本年收入合计 amount，比上年增加 change”, equal to a form's figure."""
    figures, rows = [], []
    for number, (measure, text) in enumerate((("amount", amount), ("change", change)), 1):
        figure = Figure(
            figure_id(about.report_id, "narrative", "income", None, number, measure), about.report_id, "narrative", "income", None,
            str(number), None, "本年收入合计", measure, Decimal(text), "万元", Decimal("0.01"), text,
        )  # fmt: skip
        figures.append(figure)
        rows.append(
            {"row_no": number, "part": "income", "section": "二", "quantity": "income_total", "subject": "本年收入合计", "measure": measure,
             "code": None, "basis": "last_year" if measure == "change" else None, "figure_id": figure.figure_id}
        )  # fmt: skip
    return figures, rows, Equation("n", about.report_id, "said", Sum.of(figures[0]), Sum.of(of))


def year(number, income, opening, expenditure, closing, change=None, publisher="某市大数据局"):
    about = report(publisher, number)
    figures, equations = summary(about, income, opening, expenditure, closing)
    tables = {}
    if change is not None:
        more, rows, equation = spoken(about, income, change, figures[0])
        figures, equations, tables = [*figures, *more], (*equations, equation), {"core.statements": tuple(rows)}
    return Judged(ReportContents(about, contents(about, figures).figures, tables), equations)
