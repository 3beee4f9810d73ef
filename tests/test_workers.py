"""The same tasks, whoever does them; a worker that dies costs nothing, and whoever is gone is named."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muui_maps import build as building
from muui_maps.api import open_atlas
from muui_maps.errors import MuuiError, UsageError
from muui_maps.workers import call_helpers, do_all, do_beside, shares

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own warnings are not ours to mend


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@contextmanager
def cluster(workers: int) -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as started:
        yield started


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_done_once_and_told_with_its_result(workers: int) -> None:
    done = dict(do_all(abs, [-3, -2, -1], workers=workers))
    assert done == {-3: 3, -2: 2, -1: 1}


def test_a_process_that_dies_is_told_with_what_to_do() -> None:
    with pytest.raises(MuuiError, match="run again to go on") as told:
        list(do_all(os._exit, [3, 3], workers=2))
    assert "다시 실행하면" in told.value.message.ko


def test_an_address_where_nobody_answers_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muui_maps.workers.CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9") as told:
        list(do_all(abs, [-1], workers=1, scheduler="tcp://127.0.0.1:9"))
    assert "스케줄러가 없어요" in told.value.message.ko


def test_without_dask_the_way_to_get_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"muui-maps\[cluster\]"):
        list(do_all(abs, [-1], workers=1, scheduler="tcp://127.0.0.1:9"))


def test_a_cluster_that_loses_a_worker_in_the_middle_makes_the_same_bytes(tmp_path: Path) -> None:
    atlas = open_atlas()
    stations = [atlas.definition("판교"), atlas.definition("불광")]  # short ways, so that little is drawn
    building.build(atlas, stations, tmp_path / "here", workers=1)
    with cluster(2) as started:
        victim = next(iter(started.workers.values())).process.pid

        def kill_one(done: int, total: int, name: str) -> None:
            del total, name
            if done == 1:
                os.kill(victim, signal.SIGKILL)

        made = building.build(
            atlas, stations, tmp_path / "there", scheduler=started.scheduler_address, progress=kill_one
        )
    assert made.failed == ()
    assert digests(tmp_path / "there") == digests(tmp_path / "here")


def test_a_scheduler_that_goes_away_is_told_and_what_was_done_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muui_maps.workers.CONNECT_SECONDS", 2)
    code = (
        "from distributed import LocalCluster; import time\n"
        "if __name__ == '__main__':\n"
        "    how = dict(processes=False, protocol='tcp://', dashboard_address=None)\n"
        "    c = LocalCluster(n_workers=1, threads_per_worker=1, **how)\n"
        "    print(c.scheduler_address, flush=True); time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as scheduler:
        assert scheduler.stdout is not None
        working = do_all(time.sleep, [0.0, 60.0], workers=1, scheduler=scheduler.stdout.readline().strip())
        assert next(working) == (0.0, None)
        scheduler.kill()
        with pytest.raises(MuuiError, match="went away") as told:
            next(working)
    assert "연결이 끊겼어요" in told.value.message.ko


# ── with helpers ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_stand_in_the_order_of_their_tasks_whoever_did_them(processes: int) -> None:
    call_helpers(processes)
    for _ in range(3):  # helpers stay
        assert do_beside(abs, [-5, -1, -4, -2], weight=abs, processes=processes) == [5, 1, 4, 2]
    assert do_beside(abs, [], weight=abs, processes=processes) == []


def test_helpers_do_their_share_and_stay() -> None:
    first = do_beside(process_of, [1, 1, 1, 1], weight=float, processes=2)
    assert first.count(os.getpid()) == 2
    assert len(set(first)) == 2
    assert do_beside(process_of, [1, 1, 1, 1], weight=float, processes=2) == first


def process_of(task: int) -> int:
    del task
    return os.getpid()


@given(st.lists(st.integers(0, 9)), st.integers(1, 4))
def test_every_task_is_somebodys_and_nobody_has_much_more(weights: list[int], processes: int) -> None:
    found = shares(weights, processes)
    assert sorted(number for share in found for number in share) == list(range(len(weights)))
    assert len(found) == max(1, min(processes, len(weights)))
    loads = [sum(weights[number] for number in share) for share in found]
    assert max(loads) - min(loads) <= max(weights, default=0)


def test_helpers_that_a_few_tasks_leave_idle_are_there_for_the_next() -> None:
    many = do_beside(process_of, [1, 1, 1], weight=float, processes=3)
    assert len(set(many)) == 3
    assert set(do_beside(process_of, [1, 1], weight=float, processes=3)) < set(many)
    assert do_beside(process_of, [1], weight=float, processes=3) == [os.getpid()]
    assert set(do_beside(process_of, [1, 1, 1], weight=float, processes=3)) == set(many)


def test_helpers_that_die_cost_nothing_but_time() -> None:
    for _ in range(2):  # and the next ones are there again
        assert do_beside(die_elsewhere, [os.getpid()] * 4, weight=float, processes=2) == [os.getpid()] * 4
    assert do_beside(abs, [-2, -1], weight=abs, processes=2) == [2, 1]


def die_elsewhere(here: int) -> int:
    if os.getpid() != here:
        os._exit(3)
    return here


@pytest.mark.parametrize("tasks", [[1, 0], [0, 1], [0, 0]])
def test_what_goes_wrong_with_a_task_is_told_whoever_does_it(tasks: list[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        do_beside(one_over, tasks, weight=abs, processes=2)
    assert do_beside(one_over, [1, -1], weight=abs, processes=2) == [1.0, -1.0]


def one_over(number: int) -> float:
    return 1 / number
