"""A year collected from servers whose every answer is drawn by chance and mostly hostile, with well-meaning ones among them.

Run with ``python -m benchmarks.hostile`` (``--answers``, ``--seed``); prints what became of the links and a table of bars, and exits with 1 where one
is missed: the run ends by itself, every publisher has its row, nothing went wrong in a way that nobody expected, every report of a
well-meaning server is found, and memory stays bounded.  No answer is slow on purpose: times are not measured here.

What belongs here: the world and the counts.  What may not: what is sent (``tests.sources.hostile``).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.bars import Bar, peak_megabytes, show
from pipeline.sources.collected import Collected
from pipeline.sources.registry import load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources import hostile
from tests.sources.bodies import pdf
from tests.sources.habits import article, page, rows
from tests.sources.site import Handler, Site
from tests.sources.world import SETTINGS

_A_SITE = 2.6  # answers that a site is good for, more or less
_A_HOST = 20  # sites of one host
#: Waits of a hundredth: what a server asks for is obeyed, and the bench need not take long.
_LIMITS = replace(SETTINGS.limits, wait_initial=0.01, wait_max=0.05, host_waits=1.0, attempts=2, read=2.0)
_SITES = (
    "{{kind: list, url: '{url}/', allow_private: true}}",
    "{{kind: detail, url: '{url}/d.html', fiscal_year: 2024, allow_private: true}}",
    "{{kind: json, url: '{url}/s?p={{page}}', items: data.list, title: t, link: l, date: d, max_pages: 3, allow_private: true}}",
    "{{kind: json, url: '{url}/s', items: data.list, title: t.0, link: l, date: d.x, allow_private: true}}",
    "{{kind: direct, url: '{url}/r.pdf', fiscal_year: 2024, allow_private: true}}",
)


class World:
    """Hostile hosts and well-meaning ones, and the registry that names them; ``sent`` counts the hostile answers."""

    def __init__(self, answers: int, seed: int) -> None:
        self.site, self.seed, self.sent = Site(), seed, 0
        self._lock = threading.Lock()
        self.hostile = [(f"127.3.0.{n // _A_HOST + 1}", f"/{n}") for n in range(max(_A_HOST, int(answers / _A_SITE)))]
        self.good = [f"127.4.0.{n + 1}" for n in range(5)]
        for number, (host, folder) in enumerate(self.hostile):
            for name, make in (
                ("/", hostile.list_page), ("/d.html", hostile.list_page), ("/s", hostile.endpoint), ("/r.pdf", hostile.document),
                ("/x", hostile.document),
                *((f"/s?p={n}", hostile.endpoint) for n in range(1, 5)), *((f"/index_{n}.html", hostile.list_page) for n in range(1, 5)),
            ):  # fmt: skip
                self.site.play(host, folder + name, self._drawn(host, folder + name, make))
            if number % (4 * _A_HOST) == 0:
                self.site.play(host, "/robots.txt", self._drawn(host, "/robots.txt", hostile.robots))
        for host in self.good:
            self.site.put(host, "/", page(rows(("/d.html", f"{self.name(host)}2024年度部门决算", "2025-08-20"))))
            self.site.put(host, "/d.html", article(f"{self.name(host)}2024年度部门决算", "2025-08-20", "<a href='/r.pdf'>2024年度部门决算.pdf</a>"))
            self.site.put(host, "/r.pdf", pdf(host), "application/pdf")

    def _drawn(self, host: str, path: str, make: Callable[[random.Random], bytes]) -> Callable[[Handler], None]:
        """Answers of one address, each unlike the one before, the same in every run of a seed."""
        rng = random.Random(f"{self.seed}{host}{path}")

        def play(handler: Handler) -> None:
            with self._lock:
                self.sent += 1
                data = hostile.answer(rng, make)
            handler.raw(data)

        return play

    @staticmethod
    def name(host: str, folder: str = "") -> str:
        return f"某市{(host + folder).replace('.', '号').replace('/', '第')}局"

    def registry(self, folder: Path) -> Path:
        entries = []
        for number, (host, path) in enumerate([*self.hostile, *((host, "") for host in self.good)]):
            site = _SITES[number % len(_SITES) if path else 0].format(url=self.site.url(host, path))
            entries.append(f'  - {{name: "{self.name(host, path)}", kind: department, division: "990100", level: city, sites: [{site}]}}')
        file = folder / "hostile.yaml"
        file.write_text("defaults: {requests_per_second: 1000, concurrency: 4}\npublishers:\n" + "\n".join(entries), encoding="utf-8")
        return file


def collect(answers: int, seed: int, folder: Path) -> tuple[World, list[Collected]]:
    """Collect twice from one world (the second time what is kept is asked for again); every year's outcome."""
    world = World(answers, seed)
    with world.site:
        registry = load_registry(world.registry(folder))
        years = [collect_year(registry, 2024, Store(folder / "store"), settings=replace(SETTINGS, limits=_LIMITS)) for _ in range(2)]
    return world, years


def unexpected(year: Collected) -> list[str]:
    """Lines about what nobody expected."""
    return [f"{p.url}: {p.line}" for p in year.problems if "a fault of ours" in p.line]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--answers", type=int, default=1200, help="hostile answers, more or less")
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world, years = collect(asked.answers, asked.seed, Path(folder))
        documents, faults = Store(Path(folder, "store")).verify()
    counts = Counter(p.kind for year in years for p in year.problems)
    print(f"{world.sent:,} hostile answers; problems by kind: {dict(counts.most_common())}; {documents} documents kept")
    strange = [line for year in years for line in unexpected(year)]
    for line in strange[:20]:
        print(line)
    everyone = len(world.hostile) + len(world.good)
    rows_ = [len(year.publishers) for year in years]
    good = {world.name(h) for h in world.good}
    found = [sum(p.publisher in good and p.standing == "found" for p in year.publishers) for year in years]
    return show([
        Bar("hostile answers", f"≥ {asked.answers:,}", f"{world.sent:,}", world.sent >= asked.answers * 0.9),
        Bar("publishers with a row, in each of two runs", str(everyone), str(rows_), rows_ == [everyone] * 2),
        Bar("faults of our own", "0", str(len(strange)), not strange),
        Bar("reports of well-meaning servers", str(len(good)), str(found), found == [len(good)] * 2),
        Bar("faults in the store", "0", str(len(faults)), not faults),
        Bar("memory", "≤ 600 MB", f"{peak_megabytes()} MB", peak_megabytes() <= 600),
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
