"""The same work by every engine: this process, worker processes, a Dask cluster; a worker that dies costs nobody else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline.batches import Inline, Lost, Work, WorkFailed, cluster, engine
from pipeline.batches.cluster import Cluster, do_batch
from pipeline.batches.processes import Processes
from pipeline.store.readings import Limits

DOUBLED = Work("tests.test_batches:doubled", "settings", Limits(seconds=300, megabytes=4096))


def doubled(settings: str, task: int) -> tuple[str, int]:
    """What the tests' tasks ask for; one of them kills its process."""
    if task == 13:
        os._exit(3)
    return settings, 2 * task


def killed_once(folder: str, task: int) -> int:
    """The worker of a task dies the first time."""
    mark = Path(folder, str(task))
    if not mark.exists():
        mark.touch()
        os._exit(3)
    return task


def process_of(folder: str, task: int) -> int:
    """The process that does a task."""
    return os.getpid()


def answers(by, tasks, work=DOUBLED):
    return sorted((t, a) for t, a in by.run(work, tasks) if not isinstance(a, Lost))


def test_every_engine_gives_the_same_answers() -> None:
    expected = [(t, ("settings", 2 * t)) for t in range(5)]
    assert answers(Inline(), range(5)) == expected
    assert answers(Processes(2), range(5)) == expected


def test_a_task_that_kills_its_process_is_lost_and_the_others_are_done() -> None:
    found = dict(Processes(1).run(DOUBLED, [1, 13, 2]))
    assert found[13] == Lost("died", 3)
    assert (found[1], found[2]) == (("settings", 2), ("settings", 4))


def test_a_worker_that_is_killed_once_is_replaced(tmp_path: Path) -> None:
    assert answers(Processes(1), [7], Work("tests.test_batches:killed_once", str(tmp_path))) == [(7, 7)]


def test_work_that_no_worker_can_do_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkFailed, match="before it has seen a task"):
        list(Processes(1).run(Work("tests.nowhere:nothing"), [1]))


def test_a_cluster_does_batches_and_one_that_is_away_is_told() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=False) as started:
        by = engine(2, started.scheduler_address)
        assert isinstance(by, Cluster)
        assert answers(Cluster(started.scheduler_address, batch=2), range(5)) == [(t, ("settings", 2 * t)) for t in range(5)]
    with pytest.raises(WorkFailed, match="cannot be reached"):
        list(Cluster("tcp://127.0.0.1:9", patience=1).run(DOUBLED, [1]))


def test_batches_of_one_work_share_a_process_which_ends_when_none_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_IDLE_SECONDS", 0.2)
    work, other = Work("tests.test_batches:process_of", "one"), Work("tests.test_batches:process_of", "other")
    [(_, first)], [(_, second)], [(_, third)] = (do_batch(w, [1]) for w in (work, work, other))
    assert first == second != third
    for process in (first, third):
        while Path(f"/proc/{process}/stat").exists():
            time.sleep(0.05)
    assert not cluster._idle
