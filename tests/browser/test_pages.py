"""What people see, in a real browser: pages of evidence, from the first page to the picture of a suspect, a case before and after it is decided.

With ``SCREENSHOTS`` set to a folder, what is seen is kept there (those of ``docs/images`` are made so).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pypdfium2 as pdfium
import pytest
from exports.small_warehouse import warehouse
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.exports.evidence import reports_of, write_evidence
from pipeline.messages import told
from pipeline.store.home import PROJECT, Home
from pipeline.warehouse.publish import connect_readonly
from tests.browser.chromium import CHROMIUM, Page, browser
from tests.conftest import Once
from tests.installed import SAMPLE, Installed, installed

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (apt-get install chromium)")
KEEP = os.environ.get("SCREENSHOTS")


def seen(page: Page, name: str) -> None:
    if KEEP:
        sleep(1)  # what fades in is there
        page.picture(Path(KEEP, f"{name}.png"))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with browser(tmp_path / "browser") as opened:
        yield opened


def test_the_page_of_evidence_filters_and_shows_its_picture(tmp_path: Path, page: Page) -> None:
    pdf = pdfium.PdfDocument.new()
    pdf.new_page(595, 842)
    pdf.save(tmp_path / "document")
    with connect_readonly(warehouse(tmp_path / "published.duckdb")) as connection:
        of_report, of_year = write_evidence(connection, lambda sha256: tmp_path / "document", tmp_path / "out", reports_of(connection))
    page.open(of_year.as_uri())
    assert page.wait_for("document.getElementById('left').textContent === '2'")
    page.click("a", "说明")
    page.wait_for("document.querySelectorAll('article').length === 2")
    assert page.ask("location.href") == f"{of_report.as_uri()}#finding-f2"
    assert page.ask("[...document.images].every(i => i.complete && i.naturalWidth > 300)")
    page.ask("(() => { const s = document.getElementById('severity'); s.value = 'warning'; s.dispatchEvent(new Event('change')); })()")
    assert page.ask("[...document.querySelectorAll('article')].map(a => a.hidden)") == [True, False]
    assert page.ask("document.getElementById('left').textContent") == "1"
    assert page.ask("window.alerted === undefined && document.querySelectorAll('script').length === 1"), "no word of a document runs"


def do(*arguments: str | Path) -> None:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output


def in_the_first_run(english: str, **values: object) -> str:
    """A message as the first run has left it: that of an installation is in Chinese."""
    return told(english, into="en" if KEEP else "zh", **values)


@pytest.fixture
def reports(home: Home, once: Once[Installed], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample that the guide to triage decides, run over; for pictures that are kept, all samples."""
    monkeypatch.setenv("DAGSTER_HOME", "")  # a run sets it: put back afterwards
    if KEEP:
        do("run", PROJECT / "samples" / "reports", "--home", home.root, "--quiet")
        return PROJECT / "samples" / "reports"
    ran = once("installed", installed)
    shutil.copytree(ran.home.root, home.root, symlinks=True)
    return ran.reports / SAMPLE.name


@pytest.fixture
def address(home: Home, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The user interface over a home in which samples were run."""
    monkeypatch.setenv("FINAL_ACCOUNTS_ADJUDICATIONS", str(tmp_path / "decisions"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "ui", "--home", str(home.root), "--port", str(port)],
        cwd=PROJECT, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info").close()
                break
            except (urllib.error.URLError, OSError):
                sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # it has nothing to lose; started in the background, Dagster's servers ignore the gentle ones
        server.wait()


PICTURE = "[...document.images].some(i => i.src.startsWith('data:image/png') && i.naturalWidth > 300)"
#: The case that the guide to triage decides.
CASE = """SELECT case_id, report_id FROM marts.triage
          WHERE fiscal_year = 2019 AND contains(rules, '每行合计 = 基本支出与项目支出之和') AND contains(entry, 'use_value"')"""
FIRST_ROW = "tbody > tr:first-child a"


@pytest.mark.long
def test_from_the_landing_page_to_the_picture_and_to_the_decision(address: str, home: Home, reports: Path, page: Page, tmp_path: Path) -> None:
    page.open(address)
    page.wait_for("document.body.innerText.includes('yearly_tables')")
    assert "No runs" not in page.ask("document.body.innerText"), "the landing page shows the run"
    seen(page, "landing-page")
    page.click("a", "yearly_tables")
    page.click("a", "Open cases")
    page.wait_for(f"document.body.innerText.includes({in_the_first_run('{n} do not hold', n='').strip()!r})")
    assert page.ask("[...document.querySelectorAll('td')].every(c => c.getBoundingClientRect().right <= innerWidth)"), "the failing rows fit"
    seen(page, "open-cases")
    page.click(FIRST_ROW, "[Show Markdown]")
    page.wait_for(PICTURE)
    assert page.clicks == 3
    seen(page, "suspect")

    check = f"{address}/assets/suites/form_identities?view=checks&checkDetail=general_budget_expenditure_row_total"
    page.open(check)
    page.click("*", "Execution history")
    page.wait_for(f"document.body.innerText.includes({'2019: ' + in_the_first_run('{n} do not hold', n=1)!r})")
    page.click("tr:has(td):last-child button")  # what the check of 2019 shows
    page.click("a", "[Show Markdown]")
    page.wait_for(PICTURE)

    with connect_readonly(home.warehouse) as warehouse:
        [(case, report)] = warehouse.execute(CASE).fetchall()
    do("export", "--evidence", tmp_path / "evidence", "--home", home.root, "--year", "2019")
    page.open((tmp_path / "evidence" / f"{report}.html").as_uri())
    page.wait_for(f"document.getElementById('case-{case}') !== null")
    page.ask(f"document.getElementById('case-{case}').closest('article').scrollIntoView()")
    seen(page, "evidence-page")

    do("decide", case, "--accept", "--note", "form 03 prints 2944.00", "--by", "reviewer", "--home", home.root)
    do("run", reports, "--home", home.root, "--quiet", "--workers", "1")
    page.open(check)
    page.click("*", "Execution history")
    page.wait_for("document.body.innerText.includes('2019: 9 of 10 evaluated hold, 0 of them by rounding; 1 decided')")
    seen(page, "decided-check")
