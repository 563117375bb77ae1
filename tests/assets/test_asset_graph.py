"""The graph of assets, checks and dependencies, as committed: a change of it shows in review.

``python -m tests.assets.test_asset_graph`` writes the snapshot anew.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from expectations.suites import RULE_SUITES
from pipeline.definitions import defs
from pipeline.orchestration import tags
from pipeline.orchestration.schedules import PUBLICATION_SEASON, accounts_published_in, publication_season
from pipeline.schema import TABLES
from pipeline.store import tables as storage

SNAPSHOT = Path(__file__).with_name("asset_graph.json")


def graph() -> dict[str, Any]:
    """Assets with group and dependencies, and their checks (``!``: stops what is downstream), all by name."""
    found = defs.resolve_asset_graph()
    checks: dict[str, list[str]] = {}
    for key in found.asset_check_keys:
        mark = "!" if found.get_check_spec(key).blocking else ""
        checks.setdefault(key.asset_key.to_user_string(), []).append(key.name + mark)
    return {
        node.key.to_user_string(): {
            "group": node.group_name,
            "deps": sorted(k.to_user_string() for k in node.parent_keys),
            "checks": sorted(checks.get(node.key.to_user_string(), [])),
        }
        for node in sorted(found.asset_nodes, key=lambda n: n.key.to_user_string())
    }


def as_text() -> str:
    return json.dumps(graph(), indent=1, ensure_ascii=False) + "\n"


def test_the_graph_is_the_committed_one() -> None:
    assert as_text() == SNAPSHOT.read_text(encoding="utf-8"), "python -m tests.assets.test_asset_graph writes it anew"


def test_every_table_is_an_asset_and_a_year_is_accepted_with_all_of_them() -> None:
    names = {name.replace(".", "/") for name in TABLES} | {"/".join(suite.asset) for suite in RULE_SUITES}
    assert names == set(graph()) - {"readings", "accepted_year", "warehouse"}
    assert set(graph()["accepted_year"]["deps"]) == names
    assert graph()["warehouse"]["deps"] == ["accepted_year"]


def test_no_asset_has_more_checks_than_the_user_interface_shows_at_once() -> None:
    assert max(len(node["checks"]) for node in graph().values()) < 60


def test_every_asset_says_which_code_made_it() -> None:
    found = defs.resolve_asset_graph()
    assert all(node.code_version for node in found.asset_nodes)
    assert found.get(dg.AssetKey(["core", "figures"])).code_version != found.get(dg.AssetKey(["checks", "findings"])).code_version


def test_a_table_is_a_frame_where_people_touch_it() -> None:
    storage.write_table("sources.publishers", 2024, [])
    frame = defs.load_asset_value(["sources", "publishers"], partition_key="2024", python_type=pd.DataFrame)
    assert list(frame.columns) == [c.name for c in TABLES["sources.publishers"].columns]


def test_every_asset_and_check_says_what_it_is() -> None:
    found = defs.resolve_asset_graph()
    for node in found.asset_nodes:
        assert node.description
        assert node.group_name != "default"
        assert node.owners
        assert node.kinds
        assert (node.partitions_def is None) == (node.key == dg.AssetKey("warehouse"))
    for key in found.asset_check_keys:
        spec = found.get_check_spec(key)
        assert spec.description
        assert spec.partitions_def is not None or spec.name == "freshness_check", "freshness looks at all partitions"


def test_only_promises_of_our_own_stop_a_year() -> None:
    found = defs.resolve_asset_graph()
    blocking = {k.to_user_string() for k in found.asset_check_keys if found.get_check_spec(k).blocking}
    rules = {k for k in blocking if k.startswith("suites/")}
    assert all(k.endswith("_was_decided") for k in rules)
    assert "core/figures:core_figures_keeps_its_promises" in blocking
    assert "reconciled/amounts:reconciled_amounts_keeps_its_promises" in blocking
    assert "marts/three_public:marts_three_public_keeps_its_promises" in blocking
    assert "core/reports:core_reports_every_report_has_figures_and_forms" in blocking
    assert "core/pages:core_pages_no_printed_decimal_is_lost" not in blocking
    assert "checks/judgements:report_judged" not in blocking, "a report that could not be judged costs itself"


@pytest.mark.parametrize("name", ["yearly_accounts", "yearly_tables"])
def test_no_step_is_split(name: str) -> None:
    """Each process of a run numbers the parts of a split step for itself; they would not mean the same part."""
    steps = {node.name for node in defs.resolve_job_def(name).nodes}
    assert not [step for step in steps if step.rstrip("0123456789").rstrip("_") in steps - {step}]


@pytest.mark.parametrize(
    ("day", "year", "why"),
    [
        ("2025-07-01", "2024", tags.DAILY), ("2025-10-31", "2024", tags.DAILY), ("2025-11-03", "2024", tags.WEEKLY),
        ("2025-12-29", "2024", tags.WEEKLY), ("2026-01-05", "2024", tags.WEEKLY), ("2026-06-29", "2024", tags.WEEKLY), ("2026-07-01", "2025", tags.DAILY),
    ],
)  # fmt: skip
def test_a_year_is_asked_for_daily_in_its_season_and_weekly_until_the_next(day: str, year: str, why: str) -> None:
    moment = datetime.fromisoformat(f"{day}T06:00:00+08:00")
    request = publication_season(dg.build_schedule_context(scheduled_execution_time=moment))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == year == accounts_published_in(moment)
    assert (request.tags[tags.FISCAL_YEAR], request.tags[tags.TRIGGER]) == (year, why)


def test_the_schedule_has_no_hole_in_the_year() -> None:
    assert publication_season.cron_schedule == PUBLICATION_SEASON
    assert publication_season.execution_timezone == "Asia/Shanghai"
    months: list[int] = []
    for cron in PUBLICATION_SEASON:
        for span in cron.split()[3].split(","):
            first, _, last = span.partition("-")
            months += range(int(first), int(last or first) + 1)
    assert sorted(months) == list(range(1, 13)), "each month is in one of the two"


def test_a_run_by_hand_says_so() -> None:
    assert {defs.resolve_job_def(name).run_tags[tags.TRIGGER] for name in ("yearly_accounts", "yearly_tables", "publish")} == {tags.BY_HAND}


if __name__ == "__main__":
    SNAPSHOT.write_text(as_text(), encoding="utf-8")


@pytest.mark.parametrize("job", ["yearly_accounts", "__ASSET_JOB"])
def test_a_run_takes_one_process_unless_it_is_told_to_take_many(job: str) -> None:
    def asked(execution: dict[str, Any]) -> dict[str, Any]:
        [chosen] = dg.validate_run_config(defs.resolve_job_def(job), execution)["execution"].values()
        return dict(chosen)

    assert list(asked({})) == ["in_process"], "whichever way it is launched"
    many = asked({"execution": {"config": {"multiprocess": {"max_concurrent": 3}}}})["multiprocess"]
    assert (many["max_concurrent"], many["start_method"]["forkserver"]["preload_modules"][0]) == (3, "pipeline.definitions")
