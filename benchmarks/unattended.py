"""The daemon by itself, as the services run it: a file in the inbox becomes findings, and a year that fails is told by a post on loopback.

    python -m benchmarks.unattended

A home with the samples published, Dagster's daemon over it with ``FINAL_ACCOUNTS_UNATTENDED=1`` and a listener of our own as
``FINAL_ACCOUNTS_WEBHOOK``.  A report of another year is put into the inbox: the ticks and runs until its findings are published are counted in
Dagster's own record.  Then a year is queued whose only publisher's site is away.

What belongs here: the waiting and counting.  What may not: what the daemon does.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar, show
from benchmarks.clients import demo
from benchmarks.inbox import YEAR, findings, put_in

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 900
_REGISTRY = """publishers:
  - {name: 示例市水利局, kind: department, division: "990100", level: city, sites: [{kind: list, url: "http://127.0.0.1:9/", allow_private: true}]}
"""
_COUNT = """import dagster as dg, json, sys
with dg.DagsterInstance.get() as instance:
    runs = [(r.status.value, r.tags.get("final_accounts/trigger", ""), r.tags.get("dagster/partition")) for r in instance.get_runs()]
    states = [s for s in instance.all_instigator_state() if s.instigator_name == "new_documents"]
    ticks = [t for s in states for t in instance.get_ticks(s.instigator_origin_id, s.selector_id) if t.run_ids]
    print(json.dumps({"runs": runs, "ticks": len(ticks)}))"""


class Listener:
    """Keeps what is posted to it on loopback."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


def _until(what: Callable[[], Any]) -> float:
    """Seconds until something is true."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > _PATIENCE:
            raise TimeoutError(f"not within {_PATIENCE} s")
        time.sleep(2)
    return time.monotonic() - began


def run(home: Path) -> list[Bar]:
    """The bars of both stories."""
    demo(home)
    registry = home / "publishers"
    registry.mkdir()
    listener = Listener()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "FINAL_ACCOUNTS_HOME": str(home), "DAGSTER_HOME": str(home / "dagster"),
        "FINAL_ACCOUNTS_UNATTENDED": "1", "FINAL_ACCOUNTS_WEBHOOK": listener.address,
    }  # fmt: skip
    workspace = ["--workspace", str(ROOT / "workspace.yaml")]
    (registry / "none.yaml").write_text("publishers: []", encoding="utf-8")
    with (home / "daemon.log").open("w") as log:
        daemon = subprocess.Popen([sys.executable, "-m", "dagster._daemon", "run", *workspace], env=environment, cwd=home, stdout=log, stderr=log,
                                  start_new_session=True)  # fmt: skip
    try:
        put_in(home / "inbox")
        waited = _until(lambda: findings(home, YEAR))
        counted = _counted(environment)
        of_year = [r for r in counted["runs"] if r[2] == str(YEAR)]
        (registry / "none.yaml").write_text(_REGISTRY, encoding="utf-8")
        launch = [sys.executable, "-m", "dagster", "job", "launch", *workspace, "--job", "yearly_accounts", "--tags", '{"dagster/partition": "2024"}']
        subprocess.run(launch, env=environment, cwd=home, check=True, capture_output=True)
        told = _until(lambda: listener.received)
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(60)
    print(f"posted: {json.dumps(listener.received[0], ensure_ascii=False)}")
    return [
        Bar("ticks that asked for a run", "1", str(counted["ticks"]), counted["ticks"] == 1),
        Bar("runs of the file's year", "1", str(len(of_year)), len(of_year) == 1),
        Bar("from the file in the inbox to its published findings, s", "no bar", f"{waited:.0f}", True),
        Bar("a year that fails is posted", "yes", f"after {told:.0f} s", listener.received[0]["fiscal_year"] == "2024"),
    ]


def _counted(environment: dict[str, str]) -> Any:
    done = subprocess.run([sys.executable, "-c", _COUNT], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(show(run(Path(folder))))
