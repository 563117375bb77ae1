"""What people see, in a real browser: the page of evidence, and from the link that a run prints to the picture of a suspect.

With ``SCREENSHOTS`` set to a folder, what is seen is kept there (those of ``docs/images`` are made so).
"""

from __future__ import annotations

import os
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

from pipeline.exports.evidence import reports_of, write_evidence
from pipeline.store.home import PROJECT, Home
from pipeline.warehouse.publish import connect_readonly
from tests.browser.chromium import CHROMIUM, Page, browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (apt-get install chromium)")
KEEP = os.environ.get("SCREENSHOTS")


def seen(page: Page, name: str) -> None:
    if KEEP:
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


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    """The user interface over a home in which the samples were run; the address that the run prints."""
    command = [sys.executable, "-m", "pipeline.cli"]
    subprocess.run([*command, "run", "samples/reports", "--home", str(home.root), "--quiet"], cwd=PROJECT, check=True, timeout=900)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*command, "ui", "--home", str(home.root), "--port", str(port)], cwd=PROJECT, stdout=subprocess.DEVNULL, start_new_session=True
    )
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


@pytest.mark.long
def test_from_the_landing_page_to_the_picture(address: str, page: Page) -> None:
    page.open(address)
    page.wait_for("document.body.innerText.includes('yearly_tables')")
    assert "No runs" not in page.ask("document.body.innerText"), "the landing page shows the run"
    seen(page, "landing-page")
    page.open(f"{address}/assets/marts/triage?view=checks&checkDetail=triage_no_open_error")  # as `run` and `ui` print it
    page.wait_for("document.body.innerText.includes('do not hold')")
    assert page.ask("[...document.querySelectorAll('td')].every(c => c.getBoundingClientRect().right <= innerWidth)"), "the failing rows fit"
    seen(page, "open-cases")
    page.clicks = 0
    page.click("a", "[Show Markdown]")  # the last one: pictures
    page.wait_for("[...document.images].some(i => i.src.startsWith('data:image/png') && i.naturalWidth > 300)")
    assert page.clicks <= 3
    seen(page, "suspect")
