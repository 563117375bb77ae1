"""All that speaks Dagster and is no asset: partitions, resources, schedules, sensors, jobs, the run.

What may not: work that could be done without Dagster.
"""
