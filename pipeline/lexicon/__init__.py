"""The words of the documents as data, and their names for people: titles, headings, labels, units, verbs, each with its concept.

What may not: code that reads a document.
"""
