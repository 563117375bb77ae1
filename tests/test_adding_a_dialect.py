"""``docs/adding-a-dialect.md``: a province is added by data alone, and the page's own examples are what is run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.cli.inspect import found_in
from pipeline.lexicon import Lexicon
from pipeline.store.readings import Limits

PAGE = (Path(__file__).parent.parent / "docs" / "adding-a-dialect.md").read_text(encoding="utf-8")


def inspected(document: Path) -> dict[str, Any]:
    """What ``inspect --json`` says, in this process."""
    found = json.loads(json.dumps(found_in(Limits(), ([(document.name, document.read_bytes())], None, None)), default=str))
    assert found["status"] == "read", found
    assert isinstance(found, dict)
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {part["title"]: part["state"] for part in found["parts"]}


def share(found: dict[str, Any]) -> str:
    numbers = found["numbers"]
    return f"{100 * (numbers['printed'] - numbers['unread']) / numbers['printed']:.2f} %"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(re.findall(r"```text\n(.*?)```", PAGE, re.S)[0], encoding="utf-8")
    return path


def test_what_is_not_known_is_unread_and_nobodys_error(report: Path) -> None:
    found = inspected(report)
    assert f"`{share(found)} accounted for`" in PAGE
    assert states(found)["来款结账表"] == "unread"
    assert states(found)["收入决算表"] == "unread"
    assert any("上浮" in n["reason"] for n in found["unread_numbers"])
    assert {f["rule_id"] for f in found["findings"] if f["severity"] == "error"} == set()


def test_three_entries_add_the_province(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    for name, entries in re.findall(r"```toml\n# (\w+\.toml)\n(.*?)```", PAGE, re.S):
        (folder / name).write_text(entries, encoding="utf-8")
    monkeypatch.setenv("FINAL_ACCOUNTS_LEXICON", str(folder))
    found = inspected(report)
    assert f"`{share(found).removesuffix(' %')} %` of its numbers" in PAGE
    assert states(found)["来款结账表"] == "read"
    income = {f["measure"]: f["value"] for f in found["figures"] if f["statement"] == "income" and f["code"] == "213"}
    assert income == {"total": "1000.00", "fiscal": "900.00", "other": "100.00"}
    changes = [s["value"] for s in found["statements"] if s["measure"] == "change"]
    assert changes == ["50.00"]


def test_every_file_of_words_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert {k for k, _ in Lexicon.built_in().kinds() if not k.startswith("annexes_")} <= named


def test_people_are_shown_the_same(report: Path) -> None:
    result = CliRunner().invoke(app, ["inspect", str(report)], terminal_width=200)
    assert result.exit_code == 0
    for shown in ("甲县水利局", "accounted for", "来款结账表", "unread", "words not known: 上浮"):
        assert shown in result.stdout


def test_what_the_document_leaves_open_is_decided_by_who_asks(report: Path) -> None:
    report.write_text(
        report.read_text(encoding="utf-8").replace("甲县水利局2023年度部门决算", "部门决算").replace("甲县水利局", ""), encoding="utf-8"
    )
    assert found_in(Limits(), ([(report.name, report.read_bytes())], None, None))["status"] == "refused"
    result = CliRunner().invoke(app, ["inspect", str(report), "--json", "--publisher", "乙县水利局", "--year", "2023"])
    assert json.loads(result.stdout)["report"]["publisher"] == "乙县水利局"
