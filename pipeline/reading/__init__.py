"""A document's bytes → pages with lines and tables, each with its place.  One module a format.

What belongs here: everything that depends on the file format, and nothing that depends on what the
tables mean.  What may not: titles, codes or columns of the nine forms (``pipeline.forms``).
"""
