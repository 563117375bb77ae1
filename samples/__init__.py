"""Small reports of the project's own making, so that a fresh clone has something to run on.

What belongs here: figures transcribed from published reports (``input/``), the typesetter that prints them in the layouts
departments use, and the printed PDFs (``reports/``).  The prose is the project's own; the figures, the inconsistent ones
included, are the publishers'.  What may not: anything that the pipeline imports.
"""
