"""Performance annexes: self-evaluation forms, summary tables, evaluation scoring tables → figures.

What belongs here: their layouts and parsing.  What may not: the scoring rules (``expectations``).
"""
