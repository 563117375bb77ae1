"""What the database knows of the locked versions is told; an answer to something else is none."""

from __future__ import annotations

import runpy
from pathlib import Path

import httpx
import pytest

SCRIPT = str(Path(__file__).resolve().parents[1] / "bin" / "vulnerabilities.py")
script = runpy.run_path(SCRIPT)
LOCK = "idna==3.10 \\\n    --hash=sha256:0\n    # via httpx\nJinja2==3.1.2 ; python_version < '4'\n"


def test_every_package_of_the_lock_is_asked_about_once() -> None:
    assert script["locked"](LOCK + LOCK) == [("idna", "3.10"), ("jinja2", "3.1.2")]


def test_entries_are_named_by_package() -> None:
    packages = script["locked"](LOCK)
    assert script["known"](packages, {"results": [{}, {"vulns": [{"id": "GHSA-2"}, {"id": "GHSA-1"}]}]}) == ["jinja2 3.1.2: GHSA-1, GHSA-2"]
    assert script["known"](packages, {"results": [{}, {}]}) == []
    with pytest.raises(ValueError, match="something else"):
        script["known"](packages, {"results": [{}]})


@pytest.mark.parametrize(("vulns", "status", "says"), [([], 0, "none known"), ([{"id": "PYSEC-1"}], 1, "PYSEC-1"), (None, 0, "skipped")])
def test_the_exit_status_tells_what_is_known_and_not_that_nothing_could_be_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], vulns: list[dict[str, str]] | None, status: int, says: str
) -> None:
    def post(url: str, json: dict[str, list[object]], timeout: float) -> httpx.Response:
        if vulns is None:
            raise httpx.ConnectError("no route")
        results = [{"vulns": vulns} if vulns else {} for _ in json["queries"]]
        return httpx.Response(200, json={"results": results}, request=httpx.Request("POST", url))

    monkeypatch.setattr(httpx, "post", post)
    assert script["main"]() == status
    assert says in capsys.readouterr().out
