"""What is kept: documents, readings, tables of years, accepted years, each under one home.

What may not: what the kept things mean.
"""
