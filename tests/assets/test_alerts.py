"""A run that fails is told: a JSON object arrives at an address on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dagster as dg
import httpx
import pytest

from pipeline.orchestration import tags
from pipeline.orchestration.alerts import Alerts, failed_runs

HOSTILE = "\x1b[31m某年度出错\n<b>x</b>"


class Listener:
    """Takes posts on loopback; answers the first ``busy`` of them with 503."""

    def __init__(self, busy: int = 0) -> None:
        self.received: list[dict[str, Any]] = []
        self.asked = 0
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.asked += 1
                if listener.asked > busy:
                    listener.received.append(json.loads(body))
                self.send_response(200 if listener.asked > busy else 503)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


@dg.op
def breaks() -> None:
    raise ValueError(HOSTILE)


@dg.job(tags={tags.FISCAL_YEAR: "2024", tags.TRIGGER: tags.BY_HAND})
def yearly() -> None:
    breaks()


def fail_and_tell(alerts: Alerts) -> Any:
    with dg.DagsterInstance.ephemeral() as instance:
        failed = yearly.execute_in_process(instance=instance, raise_on_error=False)
        assert not failed.success
        [event] = [e for e in failed.all_events if e.event_type_value == "PIPELINE_FAILURE"]
        context = dg.build_run_status_sensor_context("failed_runs", event, instance, failed.dagster_run, resources={"alerts": alerts})
        return failed_runs(context.for_run_failure())


def test_a_year_that_fails_is_posted_with_what_went_wrong(listener: Listener) -> None:
    fail_and_tell(Alerts(webhook=listener.address, ui="http://127.0.0.1:3000"))
    [said] = listener.received
    assert (said["fiscal_year"], said["job"], said["trigger"]) == ("2024", "yearly", "by hand")
    assert said["problem"] == "breaks: ValueError: [31m某年度出错 <b>x</b>"
    assert said["link"] == f"http://127.0.0.1:3000/runs/{said['run_id']}"
    assert said["text"].startswith("yearly 2024 failed 运行失败: breaks: ValueError")


@pytest.mark.parametrize(("kind", "path"), [("wecom", ("text", "content")), ("feishu", ("content", "text"))])
def test_the_messengers_of_chinese_offices_get_the_shape_they_want(listener: Listener, kind: str, path: tuple[str, str]) -> None:
    fail_and_tell(Alerts(webhook=listener.address, kind=kind))
    [said] = listener.received
    assert said[path[0]][path[1]].startswith("yearly 2024 failed")


def test_nobody_is_told_where_no_address_is_set() -> None:
    assert "is not set" in fail_and_tell(Alerts()).skip_message


def test_a_messenger_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = Listener(busy=1)
    fail_and_tell(Alerts(webhook=busy.address))
    assert (busy.asked, len(busy.received)) == (2, 1)
    busy.close()


def test_a_messenger_that_is_away_fails_the_tick_where_it_is_seen(listener: Listener) -> None:
    address = listener.address
    listener.close()
    with pytest.raises((dg.DagsterError, httpx.HTTPError)):
        fail_and_tell(Alerts(webhook=address))
