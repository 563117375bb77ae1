"""Suites as Great Expectations keeps them: one suite, validation definition and checkpoint a family, in a context under the home.

What belongs here: the context, and running one family for one year.  What may not: what is expected, and what a result means.

``<home>/great_expectations`` is a context like any other: suites, definitions and results can be opened and listed there, and a checkpoint
run again (``import expectations.suites.query`` first, then ``context.checkpoints.get("core_tables").run({"year": 2024})``).  The batch of a
family and year is a small Parquet file beside it: each value that occurs in a column that an expectation of the library looks at, once.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock
from great_expectations.data_context.types.base import ProgressBarsConfig

from expectations.suites import SUITES
from expectations.suites.base import NO_FAILING_ROWS, RULES_HOLD, YEAR_COLUMN, Expectation, Suite
from expectations.suites.query import DATABASE, ExpectNoFailingRows, ExpectRulesToHold
from pipeline.schema import TABLES
from pipeline.schema.ddl import identifier, qualified
from pipeline.store.disk import of_all
from pipeline.store.home import home

_OWN = {NO_FAILING_ROWS: ExpectNoFailingRows, RULES_HOLD: ExpectRulesToHold}
#: Folders of the context that keep a family's parts, each in a file of its name.
_STORES = ("checkpoints", "expectations", "validation_definitions")
_SOURCE = "years"  # also the name of its one asset
_ONLY_THE_YEAR = "year"  # the batch of the families that look at no column's values
#: What a kept expectation tells of itself: the statements that it decides, and its place in each.
_DECIDES = "decides"
_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 50}


def validated(suite: Suite, database: duckdb.DuckDBPyConnection, year: int) -> dict[str, list[Any]]:
    """rule_id → the validation result of each of its expectations; a text where the family's values could not be had."""
    root = home().root / "great_expectations"
    results: dict[str, list[Any]] = {s.rule_id: [None] * len(s.expectations) for s in suite.statements}
    try:
        _write_batch(root / _SOURCE / _batch_of(suite) / f"{year}.parquet", suite, database, year)
    except duckdb.Error as error:
        return {rule: [str(error)] * len(own) for rule, own in results.items()}
    token = DATABASE.set(database)
    try:
        outcome = _checkpoint(_context(str(root), year), suite).run(batch_parameters={"year": year})
    finally:
        DATABASE.reset(token)
    for validation in outcome.run_results.values():
        for result in validation.results:
            meta: Any = result.expectation_config and result.expectation_config.meta
            for rule, i in meta[_DECIDES]:
                results[rule][i] = result
    return results


@cache
def _context(root: str, year: int) -> Any:
    """The context; one a year, for a context lists its batches once."""
    with FileLock(Path(root, ".context.lock")):
        context = _opened(root)
        Path(root, "gx", "uncommitted", "config_variables.yml").unlink(missing_ok=True)  # it has none, and would be parsed at every step
        if _SOURCE not in context.data_sources.all():
            source = context.data_sources.add_pandas_filesystem(_SOURCE, base_directory=Path(root, _SOURCE))
            source.add_parquet_asset(_SOURCE)
        for name in dict.fromkeys(map(_batch_of, SUITES)):
            _batch(context, name)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _opened(root: str) -> Any:
    """The context of a folder; one whose configuration a full disk or a kill has cut short is configured anew, its suites and results stay."""
    try:
        return gx.get_context(mode="file", project_root_dir=root)
    except Exception as error:  # the library raises many kinds on a damaged file
        if of_all(error):
            raise
    Path(root, "gx", "great_expectations.yml").unlink(missing_ok=True)
    return gx.get_context(mode="file", project_root_dir=root)


def _batch_of(suite: Suite) -> str:
    """The batch that a family looks at: its own, where it looks at values."""
    return suite.name if any(e.column for s in suite.statements for e in s.expectations) else _ONLY_THE_YEAR


def _batch(context: Any, name: str) -> Any:
    """The definition of a batch; one that the context does not know yet is added."""
    asset = context.data_sources.get(_SOURCE).get_asset(_SOURCE)
    if name not in (known.name for known in asset.batch_definitions):
        asset.add_batch_definition_yearly(name, regex=rf"{name}/(?P<year>\d{{4}})\.parquet")
    return asset.get_batch_definition(name)


def _checkpoint(context: Any, suite: Suite) -> Any:
    """The family's checkpoint as the context keeps it; one of an older version of the suite, or a damaged one, is replaced."""
    batch, made_from = _batch(context, _batch_of(suite)), hash_of(suite)
    folder = Path(context.root_directory)
    with FileLock(folder.parent / ".context.lock"):  # runs of two years would both add it
        try:
            if _made_from(folder, suite) == made_from:
                kept = context.checkpoints.get(suite.name)
                [known] = kept.validation_definitions
                if known.batch_definition.name == batch.name:
                    return kept
        except Exception as error:  # there is none, or a file that a full disk or a kill has cut short: the library raises many kinds
            if of_all(error):
                raise
        for store in _STORES:  # it deletes nothing that it cannot read
            (folder / store / f"{suite.name}.json").unlink(missing_ok=True)
        fresh = gx.ExpectationSuite(name=suite.name, expectations=_all_of(suite), meta={"title": suite.title, "made_from": made_from})
        definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=context.suites.add(fresh))
        definitions = [context.validation_definitions.add(definition)]
        return context.checkpoints.add(gx.Checkpoint(name=suite.name, validation_definitions=definitions, result_format=_FORMAT))


def _made_from(folder: Path, suite: Suite) -> Any:
    """What the kept suite was made from; asked of the file, for the library complains at length of expectations that there are no more."""
    return json.loads(Path(folder, "expectations", f"{suite.name}.json").read_bytes())["meta"]["made_from"]


def hash_of(suite: Suite) -> str:
    """Tells a suite from an older version of it, or one that was kept in another manner."""
    return hashlib.sha256(f"{_DECIDES}{suite!r}".encode()).hexdigest()[:16]


def _all_of(suite: Suite) -> list[Any]:
    """The suite's expectations, each with the statements that it decides and its place in them."""
    decides: dict[int, tuple[Expectation, str, list[tuple[str, int]]]] = {}
    for statement in suite.statements:
        for i, expectation in enumerate(statement.expectations):
            decides.setdefault(id(expectation), (expectation, statement.table, []))[2].append((statement.rule_id, i))
    return [_built(expectation, table, {_DECIDES: of}) for expectation, table, of in decides.values()]


def _built(expectation: Expectation, table: str, meta: dict[str, Any]) -> Any:
    arguments = dict(expectation.arguments)
    if expectation.column:
        arguments["column"] = f"{table}.{expectation.column}"
    kind: Any = _OWN.get(expectation.type) or getattr(gx.expectations, expectation.type)
    return kind(**arguments, meta=meta)


def _write_batch(path: Path, suite: Suite, database: duckdb.DuckDBPyConnection, year: int) -> None:
    """Every value of the columns that expectations look at, once each, in columns named ``core.figures.unit``, and the year."""
    looked_at = dict.fromkeys((s.table, e.column) for s in suite.statements for e in s.expectations if e.column)
    values = {f"{table}.{column}": _distinct(database, table, str(column)) for table, column in looked_at}
    longest = max(1, *map(len, values.values())) if values else 1
    padded = {name: [*own, *[None] * (longest - len(own))] for name, own in values.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    pq.write_table(pa.table({YEAR_COLUMN: [year] * longest} | padded), fresh)
    os.replace(fresh, path)


def _distinct(database: duckdb.DuckDBPyConnection, table: str, column: str) -> list[Any]:
    name = identifier(column)
    rows = database.execute(f"SELECT DISTINCT {name} FROM {qualified(TABLES[table])} WHERE {name} IS NOT NULL ORDER BY 1").fetchall()
    return [value for (value,) in rows]
