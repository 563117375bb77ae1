"""The record of runs is there whole or not at all, whenever the process that makes it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.orchestration.event_log import EventLog
from pipeline.store.home import PROJECT

#: It dies at the nth statement to SQLite, as a kill would have it, or of a file that may not grow.
ENDS = """
import os, resource, sys
import sqlalchemy as sa
from pipeline.orchestration.event_log import EventLog
folder, statement, bytes_of_a_file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_of_a_file, bytes_of_a_file))
left = [statement]
def counted(*_):
    left[0] -= 1
    if not left[0]:
        os._exit(9)
sa.event.listen(sa.Engine, "before_cursor_execute", counted)
EventLog.from_config_value(None, {"base_dir": folder})
"""


@pytest.mark.parametrize(("statement", "largest", "status"), [(22, -1, 9), (50, -1, 9), (0, 20_000, 1)])
def test_one_that_was_half_made_is_made_again(tmp_path: Path, statement: int, largest: int, status: int) -> None:
    command = [sys.executable, "-c", ENDS, str(tmp_path), str(statement), str(largest)]
    assert subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode == status
    assert not (tmp_path / "events" / "event_log.db").exists()
    for _ in range(2):
        log = EventLog.from_config_value(None, {"base_dir": str(tmp_path)})  # type: ignore[arg-type]
        assert log.has_table("event_logs")
        assert log.has_secondary_index("asset_key_table"), "the last thing that is made"
        log.dispose()
