"""The dashboard of ``docs/bi`` in a real Superset: imported, rendered in a browser, and every chart asked for its rows.

    python -m benchmarks.superset VENV [WAREHOUSE] [--picture FILE]

VENV is an environment with ``apache-superset``, ``duckdb-engine`` and ``duckdb<2``, which this project neither needs nor installs; a WAREHOUSE is
copied, by default that of the demo is run first.  Superset keeps its own records in a folder that is thrown away, listens on loopback, and lets
anybody in: it is a trial.

What belongs here: the trial.  What may not: the dashboard.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.bars import Bar, show
from benchmarks.clients import demo

ROOT = Path(__file__).resolve().parents[1]
PORT = 8199
_ADDRESS = f"http://127.0.0.1:{PORT}"
_WAIT_SECONDS = 240
_SETTINGS = """SECRET_KEY = "of a trial on loopback, thrown away after it"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = False
AUTH_ROLE_PUBLIC = "Admin"
"""
#: What the picture of the demo must show: a publisher, an amount, a rule.
SHOWN = ("示例市大数据局", "4888.91", "收入支出决算总表各项收入")


def prepared(folder: Path, warehouse: Path) -> None:
    """The dashboard with this warehouse's address, zipped, and the settings."""
    shutil.copy(warehouse, folder / "final_accounts.duckdb")
    shutil.copytree(ROOT / "docs" / "bi" / "superset", folder / "zip" / "superset")
    database = folder / "zip" / "superset" / "databases" / "final_accounts.yaml"
    text = re.sub(r"duckdb:///[^?]+", f"duckdb:///{folder}/final_accounts.duckdb", database.read_text(encoding="utf-8"))
    database.write_text(text, encoding="utf-8")
    shutil.make_archive(str(folder / "dashboard"), "zip", folder / "zip")
    (folder / "superset_config.py").write_text(_SETTINGS.format(folder=folder), encoding="utf-8")


def rendered(picture: Path | None) -> str:
    """The page as the browser has it once its charts are drawn."""
    browser = next(b for b in ("chromium", "chromium-browser", "google-chrome") if shutil.which(b))
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1600,1000", "--virtual-time-budget=90000"]
    page = f"{_ADDRESS}/superset/dashboard/1/?standalone=1"
    if picture:
        subprocess.run([*command, f"--screenshot={picture.resolve()}", page], check=True, capture_output=True, timeout=300)
    return subprocess.run([*command, "--dump-dom", page], check=True, capture_output=True, text=True, timeout=300).stdout


def run(venv: Path, warehouse: Path, picture: Path | None) -> list[Bar]:
    """Import, serve, render."""
    with tempfile.TemporaryDirectory(prefix="superset-") as name:
        folder, superset = Path(name), str(venv.absolute() / "bin" / "superset")
        prepared(folder, warehouse)
        settings = {"SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"), "FLASK_APP": "superset.app"}
        environment = {**os.environ, **settings, "PYTHONWARNINGS": "ignore"}
        who = ["--username", "admin", "--firstname", "a", "--lastname", "b", "--email", "a@example.invalid", "--password", "admin"]
        import_it = ["import-dashboards", "--path", str(folder / "dashboard.zip"), "--username", "admin"]
        for step in (["db", "upgrade"], ["fab", "create-admin", *who], ["init"], import_it):
            done = subprocess.run([superset, *step], env=environment, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                return [Bar(" ".join(step[:2]), "ends well", (done.stderr or done.stdout)[-200:], False)]
        with subprocess.Popen([superset, "run", "--host", "127.0.0.1", "--port", str(PORT)], env=environment, cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # fmt: skip
            try:
                _wait()
                page = rendered(picture)
            finally:
                server.terminate()
    return [Bar(f"the dashboard shows {text}", "yes", "yes" if text in page else "no", text in page) for text in SHOWN]


def _wait() -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{_ADDRESS}/health", timeout=5):
                return
        except OSError:
            time.sleep(2)
    raise TimeoutError(f"Superset does not answer on {_ADDRESS}")


def main() -> int:
    """The exit status is 1 where the dashboard cannot be imported or does not show what it must."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("venv", type=Path)
    ask.add_argument("warehouse", nargs="?", type=Path)
    ask.add_argument("--picture", type=Path)
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as home:
        return show(run(given.venv, given.warehouse or demo(Path(home)), given.picture))


if __name__ == "__main__":
    sys.exit(main())
