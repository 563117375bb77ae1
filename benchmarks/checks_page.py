#!/usr/bin/env python3
"""The page of an asset's checks in the user interface: CPU seconds of the server, asset by asset, over a home of three years.

    python -m benchmarks.checks_page [--home HOME]

The server is Dagster's own over the project's code location; what is asked is what the page asks: each check of the asset with its last result
and all that the result shows.  By default the samples are run into a home of their own, one of them for a third year as well; ``--home`` names
another home.

What belongs here: asking, and the processor's clock of the server.  What may not: what checks show (``expectations.bridge``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples" / "reports"
MOST_SECONDS, MOST_CHECKS = 1.0, 60
_ASSETS = "{assetNodes {assetKey {path} assetChecksOrError {... on AssetChecks {checks {name}}}}}"
_PAGE = """query Page($key: AssetKeyInput!) {assetNodeOrError(assetKey: $key) {... on AssetNode {assetChecksOrError {... on AssetChecks {checks {
  name description blocking canExecuteIndividually executionForLatestMaterialization {id runId status timestamp stepKey evaluation {
    severity timestamp description success targetMaterialization {timestamp runId} metadataEntries {label description
      ... on TextMetadataEntry {text} ... on IntMetadataEntry {intRepr} ... on MarkdownMetadataEntry {mdStr} ... on UrlMetadataEntry {url}
      ... on TableMetadataEntry {table {records schema {columns {name type}}}}}}}}}}}}}"""


def _third_year(folder: Path) -> None:
    """One of the samples of 2024 as a text, a year earlier throughout."""
    import pypdfium2 as pdfium

    path = min(SAMPLES.glob("*2024.pdf"), key=lambda p: p.stat().st_size)
    with pdfium.PdfDocument(path) as document:
        text = "\f".join(page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document)
    (folder / "earlier.txt").write_text(re.sub(r"(?<!\d)20\d\d(?!\d)", lambda m: str(int(m[0]) - 1), text), encoding="utf-8")


def _made(home: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        for sample in SAMPLES.glob("*.pdf"):
            Path(name, sample.name).write_bytes(sample.read_bytes())
        _third_year(Path(name))
        subprocess.run([sys.executable, "-m", "pipeline.cli", "run", name, "--home", str(home), "--quiet"], cwd=ROOT, check=True)


@contextmanager
def _server(home: Path) -> Iterator[tuple[str, int]]:
    """Dagster's web server over a home: its address, and its process, which leads a group of its own."""
    from pipeline.store.home import Home

    folder = Home(home).prepare_dagster()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "dagster-webserver"), "-w", str(ROOT / "workspace.yaml"), "-h", "127.0.0.1", "-p", str(port)]
    environment = os.environ | {"FINAL_ACCOUNTS_HOME": str(home), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _asked(address: str, query: str, **variables: Any) -> dict[str, Any]:
    """What the server answers; it is waited for while it starts."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
    for _ in range(600):
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                answered: dict[str, Any] = json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
            continue
        if "errors" in answered:
            raise RuntimeError(answered["errors"][0]["message"])
        return dict(answered["data"])
    raise RuntimeError("the server does not answer")


def _processor(group: int) -> float:
    """CPU seconds of the processes of a group, so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(home: Path) -> list[tuple[float, int, str]]:
    """Each asset with checks: CPU seconds of its page, number of checks, name; the dearest first."""
    with _server(home) as (address, group):
        nodes = _asked(address, _ASSETS)["assetNodes"]
        checked = [(n["assetKey"]["path"], len(n["assetChecksOrError"].get("checks", []))) for n in nodes]
        pages = []
        for path, checks in sorted(checked):
            if checks:
                _asked(address, _PAGE, key={"path": path})  # the first time includes what the server makes once
                before = _processor(group)
                _asked(address, _PAGE, key={"path": path})
                pages.append((_processor(group) - before, checks, "/".join(path)))
    return sorted(pages, reverse=True)


def run(home: Path | None = None) -> list[Bar]:
    """The bars of this benchmark."""
    with tempfile.TemporaryDirectory() as name:
        if home is None:
            _made(home := Path(name, "home"))
        pages = measured(home)
    for seconds, checks, asset in pages[:8]:
        print(f"{asset}: {checks} checks, {seconds:.2f} CPU s")
    print(f"{len(pages)} assets with {sum(checks for _, checks, _ in pages)} checks, {sum(s for s, _, _ in pages):.2f} CPU s for all pages")
    most = max(checks for _, checks, _ in pages)
    return [
        Bar("the dearest page of checks, CPU s of the server", f"≤ {MOST_SECONDS:g}", f"{pages[0][0]:.2f}", pages[0][0] <= MOST_SECONDS),
        Bar("checks of one asset", f"< {MOST_CHECKS}", str(most), most < MOST_CHECKS),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--home", type=Path)
    return show(run(ask.parse_args().home))


if __name__ == "__main__":
    sys.exit(main())
