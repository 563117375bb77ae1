"""The nine statutory forms as data, the recognition of a table as a form, and printed cell → figure.

What belongs here: titles, headers, columns and codes, and how they become figures.  What may not:
file formats (``pipeline.reading``) and what figures must satisfy across forms (``expectations``).
"""
