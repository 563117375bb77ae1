"""The programs that print: where they are, how each is told to make a PDF.

What belongs here: finding and running them.  What may not: what they print.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OFFICES = ("soffice", "libreoffice")
INSTALL = (
    "apt-get install -y --no-install-recommends chromium libreoffice-writer libreoffice-calc fonts-noto-cjk fonts-wqy-zenhei "
    "fonts-arphic-uming fonts-arphic-ukai fonts-liberation fonts-dejavu-core"
)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def browser() -> str | None:
    return next((p for b in BROWSERS if (p := shutil.which(b))), None)


def office() -> str | None:
    return next((p for b in OFFICES if (p := shutil.which(b))), None)


def missing(producers: tuple[str, ...]) -> list[str]:
    """What the producers need and this machine lacks."""
    lacks = []
    if "browser" in producers and browser() is None:
        lacks.append("a Chromium browser")
    if set(producers) - {"browser"} and office() is None:
        lacks.append("LibreOffice (writer and calc)")
    return lacks


def print_page(page: str, furniture: bool) -> bytes:
    """A web page printed by the browser; ``furniture``: with its own heads and feet (date, title, address)."""
    program = browser()
    if program is None:
        raise FileNotFoundError(INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8")
        command = [program, *QUIET, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        command += [] if furniture else ["--no-pdf-header-footer"]
        done = subprocess.run([*command, source.as_uri()], capture_output=True, timeout=180, check=False)
        if not target.exists():
            raise RuntimeError(f"the browser printed nothing: {done.stderr.decode(errors='replace')[-400:]}")
        return target.read_bytes()


def convert(documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Documents by file name printed by the office programs, all in one start; those that failed are not there."""
    program = office()
    if program is None:
        raise FileNotFoundError(INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        for name, data in documents.items():
            Path(folder, name).write_bytes(data)
        command = [program, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"]
        command += ["--convert-to", "pdf", "--outdir", f"{folder}/out", *(str(Path(folder, n)) for n in documents)]
        subprocess.run(command, capture_output=True, timeout=120 + 60 * len(documents), check=False)
        made = {name: Path(folder, "out", f"{Path(name).stem}.pdf") for name in documents}
        return {name: path.read_bytes() for name, path in made.items() if path.exists()}
