"""A real browser, driven over its own protocol: open a page, click what a person would, take a picture."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PATIENCE = 90.0


class Page:
    """One tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection, self._numbers = connection, itertools.count(1)
        self.clicks = 0

    def _do(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=_PATIENCE))
            if answer.get("id") == number:
                return dict(answer.get("result", {}))

    def open(self, address: str) -> None:
        self._do("Page.navigate", url=address)

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self._do("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait_for(self, script: str, seconds: float = _PATIENCE) -> Any:
        """The first value of an expression that is true; fails where there is none in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if value := self.ask(script):
                return value
            time.sleep(0.2)
        raise AssertionError(f"{script} was never true; the page says:\n{self.ask('document.body.innerText')}")

    def click(self, selector: str, text: str = "") -> None:
        """Click the last visible element that has the text: the innermost, as a person would."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})].filter(e => e.getClientRects().length"
            f" && (e.innerText ?? '').trim().includes({json.dumps(text)}))"
        )
        where = (
            f"(() => {{ const e = {found}.at(-1); if (!e) return null; e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();"
            " const [x, y] = [r.x + r.width / 2, r.y + r.height / 2]; return e.contains(document.elementFromPoint(x, y)) && [x, y]; })()"
        )
        before, place = None, self.wait_for(where)
        while place != before:  # a page that is still being laid out moves it away from under the click
            time.sleep(0.2)
            before, place = place, self.wait_for(where)
        for kind in ("mousePressed", "mouseReleased"):
            self._do("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        self.clicks += 1

    def picture(self, path: Path) -> None:
        """What is seen, as PNG."""
        path.write_bytes(base64.b64decode(self._do("Page.captureScreenshot", format="png")["data"]))


@contextlib.contextmanager
def browser(folder: Path, width: int = 1600, height: int = 1000) -> Iterator[Page]:
    """A browser of its own, with one tab of that size."""
    assert CHROMIUM is not None
    arguments = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={folder}",
                 f"--window-size={width},{height}", "--no-first-run", "--lang=en", "about:blank"]  # fmt: skip
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ready, until = folder / "DevToolsActivePort", time.monotonic() + _PATIENCE
        while not (ready.exists() and ready.read_text().strip()):
            assert time.monotonic() < until, "the browser does not start"
            time.sleep(0.1)
        port = ready.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            address = next(t["webSocketDebuggerUrl"] for t in json.load(answer) if t["type"] == "page")
        with connect(address, max_size=None) as connection:
            page = Page(connection)
            page._do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
            yield page
    finally:
        process.terminate()
        process.wait()
