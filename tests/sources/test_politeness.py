"""Politeness, measured by the server's own log."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.sources.client import USER_AGENT
from pipeline.sources.politeness import MAX_CRAWL_DELAY, HostGate
from pipeline.sources.registry import HostLimits, load_registry
from pipeline.sources.store import Store
from pipeline.sources.wire import wait_asked
from pipeline.sources.yearly import collect_year
from tests.sources.bodies import pdf
from tests.sources.habits import article, page, rows
from tests.sources.site import Handler, Resource, Site, most_at_once
from tests.sources.world import SETTINGS

FAST, SLOW, CRAWL = "127.0.0.71", "127.0.0.72", "127.0.0.73"


def registry_of(site: Site, folder: Path, text: str) -> Path:
    file = folder / "r.yaml"
    entries = "".join(
        f'  - {{name: 某市{host[-2:]}局, kind: department, division: "990100", level: city, '
        f'sites: [{{kind: list, url: "{site.url(host, "/")}", allow_private: true}}]}}\n'
        for host in (FAST, SLOW, CRAWL)
    )
    file.write_text(f"{text}\npublishers:\n{entries}", encoding="utf-8")
    return file


def put_up(site: Site, host: str, attachments: int, delay: float = 0.0) -> None:
    name = f"某市{host[-2:]}局"
    parts = "".join(f"<a href='/{i}.pdf'>附件{i}：{name}2024年度决算公开表{i}.pdf</a>" for i in range(attachments))
    site.put(host, "/", page(rows(("/d.html", f"{name}2024年度部门决算", "2025-08-20"))))
    site.put(host, "/d.html", article(f"{name}2024年度部门决算", "2025-08-20", parts))

    def late(number: int) -> Resource | None:
        return Resource(pdf(f"{host}{number}"), "application/pdf")

    for i in range(attachments):
        resource = late(i)
        assert resource is not None

        def give(handler: Handler, resource: Resource = resource) -> None:
            time.sleep(delay)
            handler.give(resource)

        site.play(host, f"/{i}.pdf", give)


class Time:
    """A clock that stands still but for those who sleep."""

    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def turns(gate: HostGate, time: Time, count: int) -> list[float]:
    """When so many turns began, from the first on."""
    began = []
    for _ in range(count):
        with gate.turn():
            began.append(time.now)
    return [round(at - began[0], 6) for at in began]


def test_turns_of_a_host_come_no_faster_than_its_rate_its_crawl_delay_and_its_waits() -> None:
    time = Time()
    gate = HostGate(HostLimits(requests_per_second=10), sleep=time.sleep, clock=lambda: time.now)
    assert turns(gate, time, 4) == [0, 0.1, 0.2, 0.3]
    gate.pause(5)
    assert turns(gate, time, 1) == [0]
    assert time.now == pytest.approx(1005.3), "everybody waits as long as the server asks"
    gate.slow_down(0.4)
    gate.slow_down(None)
    turns(gate, time, 1)
    assert turns(gate, time, 3) == [0, 0.4, 0.8]
    gate.slow_down(1e9)
    assert gate.interval == MAX_CRAWL_DELAY


def test_concurrency_robots_and_agent(tmp_path: Path) -> None:
    site = Site()
    put_up(site, FAST, 12, delay=0.15)
    put_up(site, SLOW, 6)
    put_up(site, CRAWL, 2)
    site.put(CRAWL, "/robots.txt", "User-agent: *\nCrawl-delay: 0.4\nDisallow: /1.pdf\n", "text/plain")
    limits = (
        "defaults: {requests_per_second: 1000, concurrency: 3}\n"
        f"hosts:\n  {SLOW}: {{requests_per_second: 10, concurrency: 2}}\n  {CRAWL}: {{requests_per_second: 100, concurrency: 2}}"
    )
    with site:
        got = collect_year(load_registry(registry_of(site, tmp_path, limits)), 2024, Store(tmp_path / "s"), settings=SETTINGS)
    by_host = {host: [h for h in site.hits if h.host == host] for host in (FAST, SLOW, CRAWL)}
    assert most_at_once(by_host[FAST]) <= 3
    assert most_at_once(by_host[SLOW]) <= 2
    assert "/1.pdf" not in {h.path for h in by_host[CRAWL]}, "robots.txt is obeyed"
    assert all(next(h.path for h in hits) == "/robots.txt" for hits in by_host.values())
    assert all(sum(h.path == "/robots.txt" for h in hits) == 1 for hits in by_host.values())
    assert {h.agent for h in site.hits} == {USER_AGENT}
    assert sum(d.publisher == "某市71局" for d in got.documents) == 12
    [problem] = got.problems
    assert problem.url.endswith("/1.pdf")


def test_a_page_that_must_wait_is_asked_again_and_one_that_must_wait_too_long_is_left_alone(tmp_path: Path) -> None:
    site = Site()
    for host in (FAST, SLOW, CRAWL):
        put_up(site, host, 4)
    asked = {"1": 0, "99999999": 0}

    def busy(wait: str, times: int) -> Callable[[Handler], None]:
        def play(handler: Handler) -> None:
            asked[wait] += 1
            if asked[wait] <= times:
                handler.answer(429, b"", [("Retry-After", wait)])
            else:
                handler.give(Resource(pdf(wait), "application/pdf"))

        return play

    site.play(FAST, "/0.pdf", busy("1", 1))
    site.play(SLOW, "/0.pdf", busy("99999999", 99))
    with site:
        text = "defaults: {requests_per_second: 1000, concurrency: 1}"
        got = collect_year(load_registry(registry_of(site, tmp_path, text)), 2024, Store(tmp_path / "s"), settings=SETTINGS)
    assert asked == {"1": 2, "99999999": 1}
    [problem] = got.problems
    assert problem.url == site.url(SLOW, "/0.pdf")
    assert "asks to wait 99999999 s" in problem.line
    others = {f"/{n}.pdf" for n in range(4)}
    assert {h.path for h in site.hits if h.host == SLOW} >= others, "the wait of a page is not that of its host's other documents"


def test_a_host_that_never_answers_is_given_up(tmp_path: Path) -> None:
    site = Site()
    for host in (FAST, SLOW, CRAWL):
        put_up(site, host, 10)
    for i in range(10):
        site.play(FAST, f"/{i}.pdf", lambda handler: time.sleep(2))
    with site:
        text = "defaults: {requests_per_second: 1000, concurrency: 4}"
        got = collect_year(load_registry(registry_of(site, tmp_path, text)), 2024, Store(tmp_path / "s"), settings=SETTINGS)
    asked = [h for h in site.hits if h.host == FAST and h.path.endswith(".pdf")]
    assert len(asked) < 10, "links of a dead host are not all waited for"
    lines = [p.line for p in got.problems]
    assert len(lines) == 10
    assert any("given up for this run" in line for line in lines)
    assert {d.publisher for d in got.documents} == {"某市72局", "某市73局"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0), ("", None), (None, None), ("soon", None), ("Wed, 01 Jan 2020 00:00:00 GMT", 0.0), ("²", None), ("9" * 5000, None),
        ("Fri, 99 Jan 2020 99:99:99 GMT", None),     ],
)  # fmt: skip
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert wait_asked(value) == seconds
