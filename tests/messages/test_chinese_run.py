"""A Chinese user's whole session, from a terminal: no English sentence anywhere, whatever goes wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.store.home import PROJECT, Home
from pipeline.warehouse.publish import connect_readonly

pytestmark = pytest.mark.long

SAMPLES = sorted((PROJECT / "samples").rglob("*.pdf"), key=lambda p: p.stat().st_size)
#: Three words in a row; what a person types (a query, an entry) is none.
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
TYPED = re.compile(r"duckdb -readonly|^\s*\w+ = |^\[\[|final-accounts ")


def command(home: Home, *arguments: object) -> str:
    """What a command says, on both channels."""
    environment = os.environ | {
        "FINAL_ACCOUNTS_LANG": "zh",
        "FINAL_ACCOUNTS_HOME": str(home.root),
        "FINAL_ACCOUNTS_ADJUDICATIONS": str(home.root / "decisions"),
    }
    done = subprocess.run([sys.executable, "-m", "pipeline.cli", *map(str, arguments)], cwd=PROJECT, env=environment, text=True,
                          capture_output=True, timeout=900, check=False)  # fmt: skip
    return done.stdout + done.stderr


def english(output: str) -> list[str]:
    return [text for text in output.splitlines() if SENTENCE.search(text) and not TYPED.search(text)]


def test_a_chinese_session_has_no_english_sentence(home: Home, tmp_path: Path) -> None:
    if not SAMPLES:
        pytest.skip("samples/ holds no PDFs")
    folder = tmp_path / "in"
    folder.mkdir()
    for sample in SAMPLES[:1]:
        (folder / sample.name).write_bytes(sample.read_bytes())
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "truncated.pdf").write_bytes(SAMPLES[0].read_bytes()[:9000])
    (folder / "letter.txt").write_text("致各位同事：\n请于周五前提交。\n", encoding="utf-8")
    said = {"run": command(home, "run", folder), "nowhere": command(home, "run", tmp_path / "nowhere")}
    with connect_readonly(home.warehouse) as warehouse:
        cases = [row[0] for row in warehouse.execute("SELECT case_id FROM marts.triage ORDER BY severity").fetchall()]
        report = warehouse.execute("SELECT report_id FROM core.reports").fetchone()
    assert cases
    assert report is not None
    by = ("--by", "审核员", "--note", "理由")
    said |= {
        "list": command(home, "list", "--all"),
        "inspect": command(home, "inspect", SAMPLES[0]),
        "refused": command(home, "inspect", folder / "empty.pdf"),
        "assign": command(home, "decide", cases[0], "--assign", "甲", *by),
        "decide": command(home, "decide", cases[0], "--status", "keep_printed", *by),
        "again": command(home, "decide", cases[0], "--status", "not_an_error", *by),
        "mistake": command(home, "decide", "ffffffff", "--accept", *by),
        "no verdict": command(home, "decide", cases[-1], "--status", "perhaps", *by),
        "sign": command(home, "sign", report[0], "--by", "组长"),
        "export": command(home, "export", "--evidence", tmp_path / "out", "--annotate", tmp_path / "pdf"),
        "nothing": command(home, "export"),
        "check": command(home, "check"),
        "withdraw": command(home, "withdraw", "nothing.pdf"),
    }
    assert {name: lines for name, output in said.items() if (lines := english(output))} == {}
    assert all(re.search("[一-鿿]", output) for name, output in said.items() if name != "export"), "paths are all that an export says"
    for page in (tmp_path / "out").glob("*.html"):
        text = re.sub(r"<(script|style|code)[^>]*>.*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.findall(r"[A-Za-z]{2,} [a-z]{3,} [a-z]{2,}", text), page.name
