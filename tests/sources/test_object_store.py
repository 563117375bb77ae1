"""The store behind a real S3 protocol: a server on loopback, spoken to by s3fs as any object store would be."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.orchestration.resources import Sources
from pipeline.sources.archive import Archive
from pipeline.sources.handover import hand_over
from pipeline.sources.media import PDF
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources.bodies import pdf
from tests.sources.conftest import World
from tests.sources.world import SETTINGS


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, found as the documentation says: by the usual variables, without a word in the code."""
    s3fs = pytest.importorskip("s3fs", reason="needs s3fs: pip install final-accounts[s3]")
    server = pytest.importorskip("moto.server", reason="needs moto, a server that speaks S3")
    import boto3

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    for name, value in {
        "ACCESS_KEY_ID": "key",
        "SECRET_ACCESS_KEY": "secret",
        "DEFAULT_REGION": "us-east-1",
        "ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    s3fs.S3FileSystem.clear_instance_cache()
    name = f"originals-{uuid.uuid4().hex}"  # all servers of one process share their memory
    boto3.client("s3").create_bucket(Bucket=name)
    yield f"s3://{name}/final/accounts"
    running.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def test_a_year_and_its_repetition(world: World, bucket: str, tmp_path: Path) -> None:
    registry = world.registry.model_copy(update={"publishers": world.registry.publishers[:4]})
    expected = {e.publisher: e.hashes for e in world.expected if e.publisher in {p.name for p in registry.publishers}}
    assert len(expected) > 2
    first = collect_year(registry, 2024, Sources(store=bucket).originals(), settings=SETTINGS)
    found = {name: {d.sha256 for d in first.documents if d.publisher == name} for name in expected}
    assert found == expected
    documents, faults = Store(bucket).verify()
    assert documents >= len({d.sha256 for d in first.documents})
    assert not faults
    second = collect_year(registry, 2024, Store(bucket), settings=SETTINGS)
    assert second.downloads == 0
    assert second.documents == first.documents
    archive = Archive(tmp_path / "archive")
    assert hand_over(second, Store(bucket), archive) == len({(d.sha256, d.source_url) for d in second.documents})


def test_documents_come_whole_or_not_at_all(bucket: str) -> None:
    """A writer that is gone before it is done leaves nothing; bytes that are there are not sent again."""
    store, data = Store(bucket), pdf("x" * 5000)
    with store, store.spool() as spool:
        spool.write(data[:100])
    assert store.verify() == (0, [])
    with store:
        for new in (True, False):
            with store.spool() as spool:
                spool.write(data)
                kept = store.keep(spool, PDF)
                assert kept.new is new
    assert Store(bucket).verify() == (1, [])
    assert Store(bucket).read_bytes(kept.path) == data
    assert store.address(kept.path) == f"{bucket}/{kept.path}"


def test_verify_names_what_was_changed_behind_our_back(bucket: str) -> None:
    import boto3

    store, data = Store(bucket), pdf("y")
    assert not store.has("documents/none.pdf")
    with store, store.spool() as spool:
        spool.write(data)
        kept = store.keep(spool, PDF)
    boto3.client("s3").put_object(Bucket=bucket.split("/")[2], Key=f"final/accounts/{kept.path}", Body=data[:-9])
    [fault] = Store(bucket).verify()[1]
    assert "its bytes have the hash" in fault.problem
    assert store.read_json("links/none.json") is None
    assert not store.has(kept.path, len(data)), "what the store holds is asked, not remembered"
