"""Finding and fetching each year's reports: registry of publishers, discovery, polite fetching, archive, inbox.

What belongs here: everything up to a document's bytes with their provenance.  What may not: reading them.
"""
