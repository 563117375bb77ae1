"""Slips of the hand, and the values that a cell can print."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reconciliation.small import fig

from pipeline.reconciliation.repairs import admits, middle_value, printable, slip, slip_values

CENT = Decimal("0.01")


@pytest.mark.parametrize(
    ("printed", "right", "kind"),
    [
        ("1234.56", "1243.56", "transposed digits"),
        ("123.45", "1123.45", "dropped digit"),
        ("5.20", "1005.20", "dropped digit"),
        ("11234.56", "1234.56", "inserted digit"),
        ("1234.56", "1734.56", "one digit differs"),
        ("12345.60", "1234.56", "shifted decimal point"),
        ("1234560.00", "1234.56", "another unit"),
        ("12300000000.00", "123.00", "another unit"),
        ("123000000000.00", "123.00", "shifted decimal point"),
        ("-12.00", "12.00", "sign"),
        ("1234.56", "1334.66", ""),
        ("1234.56", "1234.56", ""),
        ("0.00", "12.00", ""),
        ("234.56", "1987.65", ""),
        ("1987.65", "234.56", ""),
    ],
)
def test_slips(printed, right, kind):
    assert slip(Decimal(printed), Decimal(right), CENT) == kind


def test_a_cell_prints_what_rounds_from_the_interval():
    figure = fig("1", "5.00")
    assert printable(figure, Decimal("4.995"), Decimal("5.005")) == (Decimal("4.99"), Decimal("5.01"))
    assert admits(figure, Decimal("4.995"), None, Decimal("9.00"))
    assert not admits(figure, Decimal("4.995"), Decimal("5.005"), Decimal("5.02"))
    assert middle_value(figure, Decimal("4.98"), Decimal("5.04")) == Decimal("5.01")


def test_slips_are_looked_for_inside_the_interval_only():
    figure = fig("1", "12.34")
    assert (Decimal("13.24"), "transposed digits") in slip_values(figure, Decimal("13.23"), Decimal("13.25"))
    assert slip_values(figure, Decimal("15.55"), Decimal("15.56")) == []


def test_a_count_without_rounding_steps_by_one():
    figure = fig("1", "12", resolution=Decimal(0), unit="个")
    assert middle_value(figure, Decimal(21), Decimal(21)) == Decimal(21)
    assert slip_values(figure, Decimal(21), Decimal(21)) == [(Decimal(21), "transposed digits")]
