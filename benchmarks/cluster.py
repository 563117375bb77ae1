#!/usr/bin/env python3
"""A year read and judged by a Dask cluster over an object store, a worker killed in the middle: the same tables as by local processes?

    python -m benchmarks.cluster [--documents 200]

Invented reports as text, in which every identity holds but where a digit was changed; an object store that speaks S3 on loopback (moto)
keeps readings, judgements and tables, the documents lie in a folder that both workers see.  The first batch that comes back costs one
worker its life.

What belongs here: the two years and their comparison.  What may not: what a batch is (``pipeline.batches``).
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import scale
from benchmarks.bars import Bar, show
from pipeline.batches import Engine
from pipeline.batches.cluster import Cluster
from pipeline.batches.processes import Processes
from pipeline.orchestration.resources import Documents
from pipeline.reports.intake import take_in
from pipeline.reports.workers import Workers
from pipeline.schema import CORE_TABLES, TABLES
from pipeline.store import tables as storage
from pipeline.store.home import HOME_VARIABLE, KEPT_VARIABLE, TABLES_VARIABLE
from samples.as_text import TextStyle, as_text
from samples.invented import invented
from samples.layout import Layout

_TABLES = ("core.documents", *CORE_TABLES, "checks.judgements", "checks.equations", "checks.equation_terms", "checks.findings", "checks.cases",
           "checks.suspects", "reconciled.amounts", "reconciled.balances")  # fmt: skip
_CITIES = "海河江湖山原林泉川洲岭湾岛港溪"
_BUREAUX = ("统计", "审计", "财政", "民政", "水利", "商务", "档案", "教育", "司法", "应急管理", "市场监督管理", "农业农村", "文化和旅游", "生态环境")


def put_down(folder: Path, number: int) -> None:
    """So many reports, each of another publisher, with one digit changed in every third."""
    for i in range(number):
        chance = random.Random(i)
        name = f"东{_CITIES[i % len(_CITIES)]}市{_BUREAUX[i // len(_CITIES) % len(_BUREAUX)]}局"
        text = as_text(replace(invented(chance), publisher=name, kind="部门", year=scale.YEAR), Layout(), TextStyle("tabs"))
        if i % 3 == 0:
            places = [at for at in range(len(text) - 3) if text[at].isdigit() and text[at + 1] == "."]
            at = chance.choice(places)
            text = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
        (folder / f"{i:04d}.txt").write_text(text, encoding="utf-8")


def year(folder: Path, home: Path, engine: Engine, began: Any = lambda: None) -> dict[str, list[str]]:
    """The year's tables, each as sorted rows; ``began`` is called when the first document has been read."""
    os.environ[HOME_VARIABLE] = str(home)
    reports = Documents()

    def watch(done: int, of: int, last: object) -> None:
        if done == 1:
            began()

    take_in(reports.library(), Workers(engine), folder, watch)
    storage.write_table("core.documents", scale.YEAR, [d.row() for d in reports.library().of_year(scale.YEAR)])
    scale.print_tables(reports)
    scale.judge(reports, engine)
    scale.put_together(reports)
    return {name: sorted(map(repr, storage.read_table(name, scale.YEAR))) for name in _TABLES if name in TABLES}


@contextmanager
def _object_store() -> Iterator[str]:
    """The address of an empty bucket on loopback."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    named: Mapping[str, str] = {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1",
                                "ENDPOINT_URL": f"http://{host}:{port}"}  # fmt: skip
    os.environ.update({f"AWS_{name}": value for name, value in named.items()})
    boto3.client("s3").create_bucket(Bucket="accounts")
    try:
        yield "s3://accounts"
    finally:
        server.stop()


def run(documents: int) -> list[Bar]:
    """The bars of this benchmark."""
    from distributed import LocalCluster

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "documents")
        folder.mkdir()
        put_down(folder, documents)
        clock = time.perf_counter()
        local = year(folder, Path(name, "local"), Processes(2))
        print(f"{documents} documents by two local processes: {time.perf_counter() - clock:.0f} s of the clock", flush=True)
        with _object_store() as address, LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            os.environ |= {KEPT_VARIABLE: address, TABLES_VARIABLE: f"{address}/tables"}
            killed: list[int] = []

            def kill() -> None:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

            clock = time.perf_counter()
            by_cluster = year(folder, Path(name, "cluster"), Cluster(cluster.scheduler_address, batch=max(2, documents // 10)), kill)
            print(f"by two Dask workers over S3, one killed: {time.perf_counter() - clock:.0f} s of the clock", flush=True)
    differing = [table for table in local if local[table] != by_cluster[table]]
    return [
        Bar("a worker was killed in the middle", "yes", "yes" if killed else "no", bool(killed)),
        Bar(f"reports of {documents} documents", str(documents), str(len(local["core.reports"])), len(local["core.reports"]) == documents),
        Bar(f"{len(local)} tables, {sum(map(len, local.values())):,} rows", "the same", ", ".join(differing) or "the same", not differing),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--documents", type=int, default=200)
    return show(run(ask.parse_args().documents))


if __name__ == "__main__":
    sys.exit(main())
