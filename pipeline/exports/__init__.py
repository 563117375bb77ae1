"""What leaves the published warehouse for people's own tools: tables for spreadsheets, pages of evidence.

What belongs here: reading the warehouse and writing files.  What may not: any judgement, and what is typed (``pipeline.cli``).
"""
