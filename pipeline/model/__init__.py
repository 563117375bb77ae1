"""Values that the whole pipeline speaks in: figures with their places, printed numbers, parts, equations, classifications.

What may not: how a document is read, and what a report must satisfy.
"""
