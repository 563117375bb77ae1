"""Thin Dagster assets, one module a layer; a body reads like a sentence and calls ``pipeline``."""
