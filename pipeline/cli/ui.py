"""Dagster's user interface over one home.

What belongs here: which home is shown, and how the server is started.  What may not: what it shows (``pipeline.definitions``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from pipeline.messages import told
from pipeline.orchestration.run import OPEN_CASES
from pipeline.store.home import PROJECT, Home, work_in


def shown_home(root: Path | None, *, demo: bool) -> Home:
    """The home to show: the demo's where it is asked for, or where it is the only one that anything was run in."""
    at = work_in(root)
    only_demo = at.demo.dagster.is_dir() and not at.dagster.is_dir()
    return work_in(root, demo=True) if demo or only_demo else at


def _workspace(at: Home) -> Path:
    """The project's ``workspace.yaml``; of an installed package, which has none, the same in Dagster's own folder."""
    own = PROJECT / "workspace.yaml"
    if own.is_file():
        return own
    made = at.dagster / "workspace.yaml"
    made.write_text("load_from:\n  - python_module: {module_name: pipeline.definitions, location_name: final_accounts}\n", encoding="utf-8")
    return made


def serve(root: Path | None, *, demo: bool, port: int) -> NoReturn:
    """Become the server, started in Dagster's own folder, which holds its settings."""
    at = shown_home(root, demo=demo)
    os.chdir(at.prepare_dagster())
    commands = Path(sys.executable).parent  # dagster starts commands of its own from there
    os.environ["PATH"] = f"{commands}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["PYTHONWARNINGS"] = "ignore:Function"
    print(told("home       {path}", path=at.root))
    print(told("open cases {address} ({command})", address=f"http://127.0.0.1:{port}{OPEN_CASES}", command="Dagster"), flush=True)
    arguments = ["dev", "--workspace", str(_workspace(at)), "--host", "127.0.0.1", "--port", str(port)]
    os.execv(commands / "dagster", ["dagster", *arguments])
