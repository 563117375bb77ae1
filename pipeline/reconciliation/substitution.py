"""Equations with other figures in them: the same relation over corrected, reconciled or tampered values.

What belongs here: rebuilding expressions.  What may not: choosing the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.model.equations import Equation, Expression, Least, Product, Quotient, Sum
from pipeline.model.figures import Figure


def substitute(equation: Equation, figures: Mapping[str, Figure]) -> Equation:
    """The equation over ``figures`` (by id) instead of its own; the same object where none of its figures is among them."""
    if not any(f.figure_id in figures for f in equation.figures()):
        return equation
    return replace(equation, left=_expression(equation.left, figures), right=_expression(equation.right, figures))


def _expression(expression: Expression, figures: Mapping[str, Figure]) -> Expression:
    if isinstance(expression, Sum):
        return Sum(tuple((c, figures.get(f.figure_id, f)) for c, f in expression.terms), expression.constant)
    if isinstance(expression, Quotient):
        return Quotient(_expression(expression.numerator, figures), _expression(expression.denominator, figures), expression.scale)
    if isinstance(expression, Product):
        return Product(_expression(expression.left, figures), _expression(expression.right, figures), expression.scale)
    if isinstance(expression, Least):
        return Least(tuple(_expression(p, figures) for p in expression.parts))
    raise TypeError(f"no substitution is known for {type(expression).__name__}: add it in pipeline.reconciliation.substitution")
