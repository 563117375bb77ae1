"""``python -m tests.sources --port 8765``: the test site for trying the example registry by hand, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.sources import habits
from tests.sources.site import Site


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--log", type=Path, help="where to write every request at the end")
    options = parser.parse_args()
    site = Site(options.port, options.log)
    expected = habits.build(site)
    stop = threading.Event()
    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, lambda *_: stop.set())
    with site:
        print(f"{len(expected)} publishers on port {site.port}; Ctrl-C ends it", flush=True)
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
