"""A Chinese user's whole session: no English sentence anywhere, whatever goes wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import typer
from click.testing import CliRunner

from pipeline.cli.app import app
from pipeline.cli.help import in_the_users_language
from pipeline.store.home import Home
from pipeline.warehouse.publish import connect_readonly
from tests.conftest import Once
from tests.installed import SAMPLE, Installed, installed

pytestmark = pytest.mark.long

#: Three words in a row; what a person types (a query, an entry) is none.
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
TYPED = re.compile(r"duckdb -readonly|^\s*\w+ = |^\[\[|final-accounts ")


def command(*arguments: object) -> str:
    """What a command says, on both channels."""
    return CliRunner().invoke(in_the_users_language(typer.main.get_command(app)), [str(a) for a in arguments]).output


def english(output: str) -> list[str]:
    return [text for text in output.splitlines() if SENTENCE.search(text) and not TYPED.search(text)]


def test_a_chinese_session_has_no_english_sentence(once: Once[Installed], home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = once("installed", installed)
    shutil.copytree(ran.home.root, home.root, symlinks=True)
    monkeypatch.setenv("FINAL_ACCOUNTS_LANG", "zh")
    monkeypatch.setenv("FINAL_ACCOUNTS_ADJUDICATIONS", str(home.root / "decisions"))
    said = {"run": ran.run, "installation": ran.check, "nowhere": command("run", tmp_path / "nowhere")}
    with connect_readonly(home.warehouse) as warehouse:
        cases = [row[0] for row in warehouse.execute("SELECT case_id FROM marts.triage ORDER BY severity").fetchall()]
        report = warehouse.execute("SELECT report_id FROM core.reports").fetchone()
    assert cases
    assert report is not None
    by = ("--by", "审核员", "--note", "理由")
    said |= {
        "list": command("list", "--all"),
        "inspect": command("inspect", SAMPLE),
        "refused": command("inspect", ran.reports / "empty.pdf"),
        "assign": command("decide", cases[0], "--assign", "甲", *by),
        "decide": command("decide", cases[0], "--status", "keep_printed", *by),
        "again": command("decide", cases[0], "--status", "not_an_error", *by),
        "mistake": command("decide", "ffffffff", "--accept", *by),
        "no verdict": command("decide", cases[-1], "--status", "perhaps", *by),
        "sign": command("sign", report[0], "--by", "组长"),
        "export": command("export", "--evidence", tmp_path / "out", "--annotate", tmp_path / "pdf"),
        "nothing": command("export"),
        "check": command("check"),
        "withdraw": command("withdraw", "nothing.pdf"),
    }
    assert {name: lines for name, output in said.items() if (lines := english(output))} == {}
    assert all(re.search("[一-鿿]", output) for name, output in said.items() if name != "export"), "paths are all that an export says"
    for page in (tmp_path / "out").glob("*.html"):
        text = re.sub(r"<(script|style|code)[^>]*>.*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.findall(r"[A-Za-z]{2,} [a-z]{3,} [a-z]{2,}", text), page.name
