"""Two consecutive years of one publisher, the second with an opening balance that is not the first's closing and a restated base.

What belongs here: invented pairs for what only two reports together can show.  What may not: single reports (``samples.invented``).
``python -m samples.consecutive FOLDER`` prints both as PDF.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from samples.figures import ReportFigures
from samples.invented import Inventor
from samples.layout import Layout
from samples.prose import Statement
from samples.report import ReportText, typeset

SMALLEST = Decimal("0.01")
LAYOUT = Layout()


@dataclass(frozen=True)
class Planted:
    """A pair of reports and what is wrong between them, in 万元."""

    earlier: ReportFigures
    later: ReportFigures
    earlier_text: ReportText
    later_text: ReportText
    closing: Decimal  # of the earlier year, as published
    opening: Decimal  # of the later year, as published
    published_total: Decimal  # the earlier year's 总计
    implied_total: Decimal  # the base that the later year's comparison implies


def amount(figures: ReportFigures, label: str) -> Decimal:
    """An amount of the income and expenditure summary."""
    lines = figures.forms["income_expenditure_summary"]
    return next(v for x in lines if x.label == label and (v := x.values["amount"]) is not None)


def planted_pair(seed: int = 1, opening_error: int = 12_345, restatement: int = 67_890) -> Planted:
    """A seeded pair; the errors are in units of 0.01 万元 and 0 plants none."""
    rng = random.Random(seed)
    first = Inventor(rng, SMALLEST, {"general": 54_321, "fund": 0, "state": 0, "own": 1_234})
    earlier = first.report()
    carried = first.closing
    carried["general"] += opening_error
    later = replace(Inventor(rng, SMALLEST, carried).report(), publisher=earlier.publisher, kind=earlier.kind, year=earlier.year + 1)
    before, now = amount(earlier, "总计"), amount(later, "总计")
    base = before + restatement * SMALLEST
    change = now - base
    rate = (change / base * 100).quantize(SMALLEST)
    section = "一、收入支出决算总体情况说明"
    told = [
        Statement(section, "收、支总计", "amount", f"{now}", "万元"),
        Statement(section, "收、支总计", "change", f"{change}", "万元"),
        Statement(section, "收、支总计", "change_pct", f"{rate}", "%"),
    ]
    return Planted(
        earlier,
        later,
        ReportText(statements=(Statement(section, "收、支总计", "amount", f"{before}", "万元"),)),
        ReportText(statements=tuple(told)),
        amount(earlier, "年末结转和结余"),
        amount(later, "年初结转和结余"),
        before,
        base,
    )


def printed_pair(pair: Planted, embed: bool = True) -> tuple[bytes, bytes]:
    """Both reports as PDF."""
    return (
        typeset(pair.earlier, LAYOUT, pair.earlier_text, embed=embed).pdf,
        typeset(pair.later, LAYOUT, pair.later_text, embed=embed).pdf,
    )


def main(folder: Path) -> None:
    pair = planted_pair()
    folder.mkdir(parents=True, exist_ok=True)
    for figures, pdf in zip((pair.earlier, pair.later), printed_pair(pair), strict=True):
        (folder / f"consecutive-{figures.year}.pdf").write_bytes(pdf)
    print(f"closing {pair.earlier.year}: {pair.closing}, opening {pair.later.year}: {pair.opening}")
    print(f"total {pair.earlier.year}: {pair.published_total}, implied by {pair.later.year}: {pair.implied_total}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
