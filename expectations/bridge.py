"""The bridge from suites to Dagster: one asset check a statement, by fiscal year; one ``multi_asset_check`` a suite, or for those of one step.

What belongs here: how a verdict is shown and what it stops.  What may not: what is expected and how it is decided
(``expectations.suites``).

Severity is the rule's; a breach stops what is downstream only where it is one of our own promises.  An engine error is never
shown as somebody's inconsistency: the check says so in its first words, and the suite's own check ``…_was_decided`` stops the year.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster_duckdb import DuckDBResource
from duckdb import DuckDBPyConnection

from expectations.suites.base import Statement, Suite, Verdict
from expectations.suites.engine import decide
from pipeline.batches.progress import one_more
from pipeline.exports.pictures import Picture, Pictures
from pipeline.messages import language, shown, told
from pipeline.model.harmless import markdown
from pipeline.orchestration.partitions import FISCAL_YEARS
from pipeline.sources.archive import Archive
from pipeline.store.home import home
from pipeline.warehouse.year import year_tables

_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN, "info": dg.AssetCheckSeverity.WARN}
ENGINE_ERROR = "ENGINE ERROR, no verdict"
_SAID = ("suspects", "state", "printed", "expected")  # columns in which words of ours stand
_ENTRY = "entry to paste"  # a column that is shown as text to copy, line by line


def asset_key(table: str) -> dg.AssetKey:
    """``core.figures`` → ``core/figures``."""
    return dg.AssetKey(table.split("."))


def asset_checks(suites: Iterable[Suite]) -> list[dg.AssetChecksDefinition]:
    """The asset checks of all suites."""
    every = tuple(suites)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # partitions_def on a check
        return [_checks_of(name, own, len(every)) for name, own in steps(every).items()]


def steps(suites: Iterable[Suite]) -> dict[str, list[Suite]]:
    """The suites that are decided together, by the name of their step."""
    together: dict[str, list[Suite]] = {}
    for suite in suites:
        together.setdefault(suite.step or suite.name, []).append(suite)
    return together


def _checks_of(name: str, suites: Sequence[Suite], of: int) -> dg.AssetChecksDefinition:
    decided = {suite.name: _decided_spec(suite) for suite in suites}
    specs = [*(_spec(suite, s, _beside(suite)) for suite in suites for s in suite.statements), *decided.values()]

    @dg.multi_asset_check(name=f"{name}_checks", specs=specs, description="; ".join(s.title for s in suites), can_subset=True,
                          compute_kind="great_expectations")  # fmt: skip
    def check(context: dg.AssetCheckExecutionContext, duckdb: DuckDBResource) -> Iterator[dg.AssetCheckResult | dg.AssetCheckEvaluation]:
        selected, year, recorded = context.selected_asset_check_keys, int(context.partition_key), _Recorded(context.instance, context.partition_key)
        with _year(suites, year, duckdb) as database, Pictures(database, Archive(home().archive).path) as drawn:
            for suite in suites:
                chosen = [s for s in suite.statements if dg.AssetCheckKey(dg.AssetKey(suite.asset_of(s)), s.name) in selected]
                if not chosen and decided[suite.name].key not in selected:
                    continue
                verdicts = decide(suite, database, year, chosen)
                one_more("checking", of)
                pictures = pictures_of(suite, drawn, verdicts)
                for verdict in verdicts:
                    found = result(verdict, year, suite, pictures)
                    yield found if verdict.statement.promise else recorded.evaluation(found)
                if decided[suite.name].key in selected:
                    yield _was_decided(decided[suite.name], verdicts)

    return check


class _Recorded:
    """Verdicts that stop nothing, as Dagster records them, of the tables of one partition as they were written last.

    A result is an output to it as well, with an event of its own, and the table's last record looked up anew; for hundreds of checks that
    nothing waits for this takes longer than to decide them.
    """

    def __init__(self, instance: dg.DagsterInstance, partition: str) -> None:
        self._instance, self._partition = instance, partition
        self._written: dict[dg.AssetKey, AssetCheckEvaluationTargetMaterializationData | None] = {}

    def evaluation(self, found: dg.AssetCheckResult) -> dg.AssetCheckEvaluation:
        asset = found.asset_key
        assert asset is not None
        assert found.check_name is not None
        if asset not in self._written:
            self._written[asset] = self._last(asset)
        return dg.AssetCheckEvaluation(
            asset, found.check_name, found.passed, found.metadata, self._written[asset], found.severity, found.description, False, self._partition
        )

    def _last(self, asset: dg.AssetKey) -> AssetCheckEvaluationTargetMaterializationData | None:
        wanted = dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[self._partition])
        for record in self._instance.fetch_materializations(wanted, limit=1).records:
            return AssetCheckEvaluationTargetMaterializationData(
                storage_id=record.storage_id, run_id=record.event_log_entry.run_id, timestamp=record.timestamp
            )
        return None


@contextmanager
def _year(suites: Iterable[Suite], year: int, duckdb: DuckDBResource) -> Iterator[DuckDBPyConnection]:
    """The tables of one year that suites look at, as they are in storage."""
    tables = dict.fromkeys(t for suite in suites for t in (*suite.reads, *(s.table for s in suite.statements)))
    with duckdb.get_connection() as connection, closing(connection), year_tables(connection, year, tables) as database:
        yield database


def decide_step(suites: Sequence[Suite], year: int, duckdb: DuckDBResource) -> list[Verdict]:
    """The verdicts of the suites of one step on one year's tables as they are in storage."""
    with _year(suites, year, duckdb) as database:
        return [verdict for suite in suites for verdict in decide(suite, database, year)]


def decide_year(suite: Suite, year: int, duckdb: DuckDBResource, chosen: Iterable[Statement] | None = None) -> list[Verdict]:
    """The verdicts on one year's tables as they are in storage."""
    with _year([suite], year, duckdb) as database:
        return decide(suite, database, year, chosen)


def _beside(suite: Suite) -> list[dg.AssetKey]:
    """What a suite's queries look at as well, which must be there first."""
    checked = {suite.asset_of(s) for s in suite.statements}
    return [asset_key(t) for t in suite.reads if tuple(t.split(".")) not in checked]


def _decided_spec(suite: Suite) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        f"{suite.name}_was_decided",
        asset=dg.AssetKey(suite.asset_of(suite.statements[-1])),
        description=f"Every statement of the suite {suite.name} was decided: no engine error. 本组规则均已判定（无程序错误）。",
        blocking=True,
        partitions_def=FISCAL_YEARS,
    )


def pictures_of(suite: Suite, drawn: Pictures, verdicts: Sequence[Verdict]) -> dict[str, Picture]:
    """The pictures of the first open cases that each statement's failing rows name, by case."""
    named: dict[str, dict[str, None]] = {}
    for case, row in (pair for v in verdicts for pair in _shown(suite, v).items()):
        named.setdefault(row["report_id"], {})[case] = None
    return {case: picture for report, cases in named.items() for case, picture in drawn.of(report, cases, len(cases)).items()}


def _shown(suite: Suite, verdict: Verdict) -> dict[str, Mapping[str, Any]]:
    """The first cases that are shown, each with the first failing row that names it."""
    first: dict[str, Mapping[str, Any]] = {}
    for row in verdict.failing:
        if row.get("case_id") and len(first) < suite.pictures:
            first.setdefault(row["case_id"], row)
    return first


def _album(rows: Mapping[str, Mapping[str, Any]], pictures: Mapping[str, Picture]) -> str:
    """The pictures of cases, each under its place and its suspects, or with the reason why there is none."""
    pages = []
    for case, row in rows.items():
        picture = pictures[case]
        about = row["suspects"] if "suspects" in row else f"{row['place']}: {row['printed']} ≠ {row['expected']}"
        head = f"**{markdown(row['where'])}** {markdown(about, 300)} · `{case}`"
        image = f"![{case}]({picture.address})\n\n" if picture.address else ""
        pages.append(f"{head}\n\n{image}{markdown(picture.why)}")
    return "\n\n".join(pages)


def _spec(suite: Suite, statement: Statement, beside: Sequence[dg.AssetKey]) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        statement.name,
        asset=dg.AssetKey(suite.asset_of(statement)),
        description="\n\n".join(filter(None, (_titles(statement), statement.formula, statement.citation))),
        additional_deps=beside,
        blocking=statement.promise,
        metadata={"rule": statement.rule_id},
        partitions_def=FISCAL_YEARS,
    )


def _titles(statement: Statement) -> str:
    """What should hold, in both languages, the user's first."""
    return f"{statement.title_zh}。{statement.title}." if language() == "zh" else f"{statement.title}. {statement.title_zh}。"


def result(verdict: Verdict, year: int, suite: Suite, pictures: Mapping[str, Picture] | None = None) -> dg.AssetCheckResult:
    """A verdict as Dagster shows it, with its counts and failing rows: what a person looks at comes first.

    What the statement says, its formula and where it is laid down are the check's description, shown above every result.
    """
    statement = verdict.statement
    metadata: dict[str, Any] = {}
    if verdict.failing:
        metadata["failing rows (table)"] = table(_with_place(verdict.failing))
        if pictures and (cases := _shown(suite, verdict)):
            metadata["case pictures"] = dg.MetadataValue.md(_album(cases, pictures))
    metadata |= {
        "rule": statement.rule_id,
        "severity": statement.severity,
        "fiscal year": year,
        **{name.replace("_", " "): plain(value) for name, value in verdict.counts.items()},
        "failing rows": verdict.failures,
    }
    if verdict.failing:
        entries = [str(row[_ENTRY]) for row in verdict.failing if row.get(_ENTRY)]
        if entries:
            metadata["entries to paste"] = dg.MetadataValue.md("```toml\n" + "\n\n".join(entries) + "\n```")
    if verdict.failures > len(verdict.failing):
        metadata["failing rows shown"] = told("the first {n} of {of}; all are in the warehouse (checks.findings)",
                                              n=len(verdict.failing), of=verdict.failures)  # fmt: skip
    if verdict.reasons:
        metadata["not evaluated because"] = table([{**row, "reason": shown(row.get("reason"))} for row in verdict.reasons])
    if verdict.engine_error:
        metadata["engine error"] = verdict.engine_error
    return dg.AssetCheckResult(
        passed=verdict.holds,
        asset_key=dg.AssetKey(suite.asset_of(statement)),
        check_name=statement.name,
        severity=dg.AssetCheckSeverity.ERROR if verdict.engine_error or verdict.broken else _SEVERITY[_worst(verdict)],
        description=_in_words(verdict, year),
        metadata=metadata,
    )


def _worst(verdict: Verdict) -> str:
    """The rule's severity, or a lesser one where each of its failing rows has one of its own: a doubt about the reading is no error."""
    found = {str(row.get("severity") or verdict.statement.severity) for row in verdict.failing}
    return next((s for s in ("error", "warning", "info") if s in found), verdict.statement.severity)


def _with_place(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows without what is shown elsewhere (entries, the severity) and without columns that say nothing: a pane is only so wide."""
    unused = {_ENTRY, "severity", "report_id"} | {name for name in ("page", "line", "link") if not any(_leads(row.get(name)) for row in rows)}
    return [{name: shown(value) if name in _SAID else value for name, value in row.items() if name not in unused} for row in rows]


def _leads(value: Any) -> bool:
    """Whether a cell says where to look: a file's name alone is no link."""
    return value is not None and (not isinstance(value, str) or "://" in value)


def _in_words(verdict: Verdict, year: int) -> str:
    """What came out, in a line that says its year: lists of checks show another year's result beside it."""
    if verdict.engine_error:
        return f"{told(ENGINE_ERROR)}: {verdict.engine_error}"
    said = _holds_or_not(verdict, year)
    if not verdict.broken:
        return f"{year}: {said}"
    return f"{year}: {told('{error} on some reports ({why}); of the others {said}', error=ENGINE_ERROR, why='; '.join(verdict.broken), said=said)}"


def _holds_or_not(verdict: Verdict, year: int) -> str:
    statement, counts = verdict.statement, verdict.counts
    if not (statement.since_year or 0) <= year <= (statement.until_year or 9999):
        return told("the rule does not apply to that year")
    if verdict.failures:
        return told("{n} do not hold", n=verdict.failures)
    if statement.table == "checks.equations" and not counts.get("evaluated"):
        return told("nothing could be evaluated ({n} not evaluated): not a pass, only no breach", n=counts.get("not_evaluated", 0))
    if "evaluated" in counts:
        decided, of = counts.get("violated_but_decided") or 0, counts["evaluated"]
        if decided:
            return told("{n} of {of} evaluated hold, {rounding} of them by rounding; {decided} decided", n=of - decided, of=of,
                        rounding=counts["held_by_rounding"], decided=decided)  # fmt: skip
        return told("all {of} evaluated hold, {rounding} of them by rounding", of=of, rounding=counts["held_by_rounding"])
    return told("holds for {n} rows", n=counts.get("rows_checked", 0))


def _was_decided(spec: dg.AssetCheckSpec, verdicts: Sequence[Verdict]) -> dg.AssetCheckResult:
    errors = [{"rule": v.statement.rule_id, "error": v.engine_error} for v in verdicts if v.engine_error]
    metadata: dict[str, Any] = {"statements": len(verdicts), "engine errors": len(errors)}
    if errors:
        metadata["errors (table)"] = table(errors)
    of = len(verdicts)
    failed = told("{error} for {n} of {of} statements", error=ENGINE_ERROR, n=len(errors), of=of)
    words = failed if errors else told("all {of} statements were decided", of=of)
    return dg.AssetCheckResult(passed=not errors, asset_key=spec.asset_key, check_name=spec.name, description=words, metadata=metadata)


def table(rows: Sequence[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """Rows as a table of Dagster's metadata; all have the columns of the union, in order of first use."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [dg.TableColumn(name, "string") for name in names]
    records = [dg.TableRecord({name: plain(row.get(name)) for name in names}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def plain(value: Any) -> str | int | float | bool:
    """A value that Dagster's metadata takes: numpy scalars unwrapped, decimals as printed, nothing as an empty text."""
    if value is None:
        return ""
    if hasattr(value, "item") and callable(value.item):
        value = value.item()
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        return _short(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    return re.sub(r"\s+", " ", str(value))


def _short(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
