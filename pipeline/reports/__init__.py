"""One report from its documents' bytes to its contents, within limits, whatever the documents are.

What may not: the steps themselves (reading, tables, recognition, narrative).
"""
