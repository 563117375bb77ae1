"""What a fresh installation does in an empty folder, by commands of its own and in Chinese: for the tests of the package and of the language."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.store.home import PROJECT, Home

#: With errors of every kind; the guide to triage decides one of them.
SAMPLE = PROJECT / "samples" / "reports" / "example-city-big-data-bureau-2019.pdf"


@dataclass(frozen=True)
class Installed:
    """What ``check`` and ``run`` said on both channels, and where; ``site`` is where the wheel was installed, none where there is no clone to make it of."""

    site: Path | None
    folder: Path
    check: str
    run: str

    @property
    def home(self) -> Home:
        return Home(self.folder / "var")

    @property
    def reports(self) -> Path:
        return self.folder / "reports"


def installed(at: Path) -> Installed:
    """Installs the project from its committed files, and runs it over a sample and three files that are no reports."""
    site, folder = _site(at), at / "empty"
    reports = folder / "reports"
    reports.mkdir(parents=True)
    (reports / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    (reports / "empty.pdf").write_bytes(b"")
    (reports / "truncated.pdf").write_bytes(SAMPLE.read_bytes()[:9000])
    (reports / "letter.txt").write_text("致各位同事：\n请于周五前提交。\n", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FINAL_ACCOUNTS_")}
    environment |= {"PYTHONPATH": str(site or PROJECT), "FINAL_ACCOUNTS_LANG": "zh"}
    if site is None:  # a source tree's home is in it unless it is named
        environment |= {"FINAL_ACCOUNTS_HOME": str(folder / "var"), "FINAL_ACCOUNTS_ADJUDICATIONS": str(folder / "adjudications")}

    def command(*arguments: str) -> str:
        done = subprocess.run([sys.executable, "-m", "pipeline.cli", *arguments], cwd=folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900, check=False)  # fmt: skip
        return done.stdout

    return Installed(site, folder, command("check"), command("run", "reports", "--workers", "1"))


def _site(at: Path) -> Path | None:
    pip, source, site = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"], at / "source", at / "site"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        return None
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((PROJECT / name).read_bytes())
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", at, source], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--target", site, next(at.glob("*.whl"))], check=True)
    return site
