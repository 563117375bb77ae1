"""Small reports of the project's own making, so that a fresh clone has something to run on.

What belongs here: amounts as published reports have them, the inconsistent ones included, under invented names (``input/``), the
typesetter that prints them in the layouts departments use, and the printed PDFs (``reports/``).  The prose is the project's own.
What may not: a publisher that exists, and anything that the pipeline imports.
"""
