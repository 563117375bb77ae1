"""The published DuckDB warehouse: its tables as metadata, its marts, and the way it is published.

What belongs here: names, types, units and comments of every table (one source for DDL, Parquet schemas,
comments, the data dictionary and schema checks) and the atomic swap.  What may not: how a value is read or judged.
"""
