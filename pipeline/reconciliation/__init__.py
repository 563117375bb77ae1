"""Which figure is wrong, and the one value kept for a quantity: localisation, adjudications, reconciled values.

What belongs here: quantities, solvers, decisions.  What may not: rules (``expectations``) and reading.
"""
