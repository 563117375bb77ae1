"""The record of runs is there whole or not at all, whenever the process that makes it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipeline.orchestration.event_log import EventLog
from pipeline.store.home import PROJECT

#: Children that die at the nth statement to SQLite, as a kill would have it, or of a file that may not grow.
ENDS = """
import os, resource, sys
import sqlalchemy as sa
from pipeline.orchestration.event_log import EventLog
for case in sys.argv[1:]:
    folder, statement, bytes_of_a_file = case.rsplit(",", 2)
    if (child := os.fork()) == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_of_a_file),) * 2)
        left = [int(statement)]
        def counted(*_):
            left[0] -= 1
            if not left[0]:
                os._exit(9)
        sa.event.listen(sa.Engine, "before_cursor_execute", counted)
        EventLog.from_config_value(None, {"base_dir": folder})
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def test_one_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    cases = [(tmp_path / "begun", 22, -1), (tmp_path / "nearly made", 50, -1), (tmp_path / "full", 0, 20_000)]
    command = [sys.executable, "-c", ENDS, *(",".join(map(str, case)) for case in cases)]
    ended = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    assert ended.stdout.split() == ["9", "9", "1"]
    for folder, _, _ in cases:
        assert not (folder / "events" / "event_log.db").exists()
        for _ in range(2):
            log = EventLog.from_config_value(None, {"base_dir": str(folder)})  # type: ignore[arg-type]
            assert log.has_table("event_logs")
            assert log.has_secondary_index("asset_key_table"), "the last thing that is made"
            log.dispose()
