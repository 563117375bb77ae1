"""Reports printed by the programs that departments use: a browser, a word processor, a spreadsheet.

What belongs here: a report as a sequence of lines and tables, its looks, and its files for those programs.  What may not:
figures (``samples``), or reading what was printed (``pipeline``).
"""
