"""Throughput of fetching: a year of 1,000 documents from the local site, beside a plain httpx loop with the same limits.

    python -m benchmarks.fetching [--documents 1000] [--kilobytes 200]

The site runs in a process of its own.  Both fetch the same addresses with the same number of connections at a time and the
same size limit, streaming to disk; ours also asks robots.txt, checks addresses, hashes, tells types, syncs every file to disk,
and writes sidecars and link records.  Memory is the peak of the process, for a tenth of the documents and for all.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from pipeline.sources.exchange import Limits
from pipeline.sources.registry import load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import Settings, collect_year
from tests.sources.bodies import pdf
from tests.sources.habits import article, page, rows
from tests.sources.site import Site

_PROJECT = Path(__file__).resolve().parents[1]
CONCURRENCY = 4
HOSTS = tuple(f"127.0.2.{n}" for n in range(1, 5))
LIMIT = 50 * 1024 * 1024


def _name(number: int) -> str:
    return f"第{number:04d}局"


def _serve(documents: int, kilobytes: int) -> None:
    """The site: on each host a list, and behind each row a detail page with one attachment."""
    site = Site()
    filler = os.urandom(kilobytes * 1024 // 2).hex()
    for index, host in enumerate(HOSTS):
        mine = range(index, documents, len(HOSTS))
        site.put(host, "/", page(rows(*((f"/{n}.html", f"{_name(n)}2024年度部门决算", "2025-08-20") for n in mine))))
        for n in mine:
            site.put(host, f"/{n}.html", article(f"{_name(n)}2024年度部门决算", "2025-08-20", f"<a href='/{n}.pdf'>2024年度部门决算.pdf</a>"))
            body = pdf(_name(n)).replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + filler.encode() + b"\n")
            site.put(host, f"/{n}.pdf", body, "application/pdf")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with site:
        print(site.port, flush=True)
        stop.wait()


def _registry(port: int, documents: int, folder: Path) -> Path:
    lines = [f"defaults: {{requests_per_second: 1000, concurrency: {CONCURRENCY}}}", "publishers:"]
    lines += [
        f'  - {{name: {_name(n)}, kind: department, division: "990000", level: city, '
        f'sites: [{{kind: detail, url: "http://{HOSTS[n % len(HOSTS)]}:{port}/{n}.html", fiscal_year: 2024, allow_private: true}}]}}'
        for n in range(documents)
    ]
    file = folder / f"{documents}.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _ours(file: Path, store: Path) -> dict[str, Any]:
    phases: dict[str, tuple[float, float]] = {}
    registry = load_registry(file)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()

    def progress(phase: str, done: int, of: int) -> None:
        if done == of:
            phases[phase] = (time.perf_counter() - started, time.process_time())

    settings = Settings(limits=Limits(document_bytes=LIMIT), workers=CONCURRENCY * len(HOSTS))
    got = collect_year(registry, 2024, Store(store), settings=settings, progress=progress)
    return {
        "documents": len(got.documents), "downloads": got.downloads, "requests": got.requests, "seconds": got.seconds,
        "fetching": phases["links asked"][0] - phases["publishers asked"][0],
        "processor": phases["links asked"][1] - phases["publishers asked"][1], "problems": len(got.problems), "before": before,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }  # fmt: skip


def _plain(port: int, documents: int, folder: Path) -> dict[str, Any]:
    """What one would write in an hour: httpx, a pool of threads, a size limit, a file each."""
    folder.mkdir(parents=True)
    started, processor = time.perf_counter(), time.process_time()
    with httpx.Client(limits=httpx.Limits(max_connections=CONCURRENCY * len(HOSTS)), timeout=20) as client:

        def fetch(n: int) -> int:
            size = 0
            with client.stream("GET", f"http://{HOSTS[n % len(HOSTS)]}:{port}/{n}.pdf") as response, (folder / f"{n}.pdf").open("wb") as file:
                response.raise_for_status()
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > LIMIT:
                        raise ValueError("too large")
                    file.write(piece)
            return size

        with ThreadPoolExecutor(CONCURRENCY * len(HOSTS)) as pool:
            sizes = list(pool.map(fetch, range(documents)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "documents": len(sizes), "seconds": time.perf_counter() - started, "peak": peak, "processor": time.process_time() - processor,
    }  # fmt: skip


def _run(*arguments: object) -> dict[str, Any]:
    """One measurement in a fresh process, so that each peak of memory is its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_PROJECT), str(_PROJECT / "tests")])}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fetching", "--child", *map(str, arguments)],
        cwd=_PROJECT, env=environment, capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _child(kind: str, *arguments: str) -> None:
    if kind == "serve":
        _serve(int(arguments[0]), int(arguments[1]))
    elif kind == "ours":
        print(json.dumps(_ours(Path(arguments[0]), Path(arguments[1]))))
    else:
        print(json.dumps(_plain(int(arguments[0]), int(arguments[1]), Path(arguments[2]))))


def main() -> int:
    """Print the comparison."""
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        _child(*sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_PROJECT), str(_PROJECT / "tests")])}
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fetching", "--child", "serve", str(options.documents), str(options.kilobytes)],
        cwd=_PROJECT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            few, many = options.documents // 10, options.documents
            small = _run("ours", _registry(port, few, folder), folder / "small")
            # In turns, and the best of each: a machine that does other work meanwhile slows both, not one.
            plains, firsts = [], []
            for n in range(options.rounds):
                plains.append(_run("plain", port, many, folder / f"plain{n}"))
                firsts.append(_run("ours", _registry(port, many, folder), folder / f"store{n}"))
            plain, first = min(plains, key=lambda r: r["seconds"]), min(firsts, key=lambda r: r["fetching"])
            second = _run("ours", _registry(port, many, folder), folder / "store0")
    finally:
        server.terminate()
        server.wait(10)
    assert first["documents"] == plain["documents"] == many
    assert second["downloads"] == 0
    print(f"{many} documents of {options.kilobytes} KB, {CONCURRENCY} connections a host, {len(HOSTS)} hosts")
    print(
        f"plain httpx loop        {plain['seconds']:6.1f} s  {many / plain['seconds']:6.0f} documents/s  "
        f"{plain['processor']:5.1f} s of processor  peak {plain['peak'] // 1024} MB"
    )
    print(
        f"fetching into the store {first['fetching']:6.1f} s  {many / first['fetching']:6.0f} documents/s  {first['processor']:5.1f} s of processor  "
        f"({first['fetching'] / plain['seconds']:.2f} times the plain loop)"
    )
    print(f"the whole collection    {first['seconds']:6.1f} s  (discovery and {first['requests']} requests)  peak {first['peak'] // 1024} MB")
    print(f"the same again          {second['seconds']:6.1f} s  ({second['requests']} requests, {second['downloads']} downloads)")
    growth = [(r["peak"] - r["before"]) // 1024 for r in (small, first)]
    print(f"memory beyond the start {growth[0]} MB for {few} documents, {growth[1]} MB for {many}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
