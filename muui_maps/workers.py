"""Who does the work: this process, a pool of processes, or the machines of a Dask cluster. The tasks are the same.

A task is a function of its argument alone, so that it can be done anywhere, twice if need be: what a worker was at when
it died is done again by another.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import CancelledError, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

from muui_maps.errors import MuuiError, UsageError
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

CONNECT_SECONDS = 10
"""How long a scheduler may take to answer, and to come back when it went away."""

IN_FLIGHT = 4
"""Tasks given out for each worker: enough to keep it busy, few enough that results don't pile up."""


def do_all(
    do: Callable[[T], R], tasks: Sequence[T], *, workers: int, scheduler: str | None = None
) -> Iterator[tuple[T, R]]:
    """Each task with its result, as they are done.

    Parameters
    ----------
    do
        A function of a module, which another process can import.
    workers
        Processes to share the work; 1 does it here.
    scheduler
        Address of a Dask scheduler (`tcp://10.0.0.5:8786`) that gives the tasks to its workers instead.

    Raises
    ------
    UsageError
        If Dask is not installed, or nobody answers at the address.
    MuuiError
        If workers die, or the scheduler goes away, before all is done. What was yielded until then is done.
    """
    if scheduler is not None:
        yield from _on_a_cluster(do, tasks, scheduler)
    elif min(workers, len(tasks)) <= 1:
        yield from ((task, do(task)) for task in tasks)
    else:
        yield from _in_processes(do, tasks, min(workers, len(tasks)))


# ── helpers: processes that stay ─────────────────────────────────────────────


def do_beside(do: Callable[[T], R], tasks: Sequence[T], *, weight: Callable[[T], float], processes: int) -> list[R]:
    """The results of a few short tasks, in their order, with the help of processes that stay for the next ones.

    What holds the interpreter lets no thread run, and so none of those that feed a pool: each helper gets its whole
    share before this process begins with its own.

    Parameters
    ----------
    do
        A function of a module, which another process can import; it may be done twice.
    weight
        How much work a task is, beside the others.
    processes
        How many share the work, this one among them; with 1 it does all.
    """
    own, *others = shares([weight(task) for task in tasks], processes)
    done: dict[int, R] = {}
    try:
        asked = list(zip(_helpers(processes - 1) if others else (), others, strict=False))  # few tasks leave some idle
        for helper, share in asked:
            helper.send((do, [tasks[number] for number in share]))
        done |= {number: do(tasks[number]) for number in own}
        for helper, share in asked:
            done |= zip(share, _answer(helper), strict=True)
    except (OSError, EOFError):  # a helper died: nothing is lost but time
        call_helpers(0)
    except BaseException:  # what is still on its way must answer no later question
        call_helpers(0)
        raise
    return [done[number] if number in done else do(task) for number, task in enumerate(tasks)]


def call_helpers(processes: int) -> None:
    """Let the helpers of `do_beside` start now, while this process does something else first; others go."""
    _helpers.cache_clear()
    _helpers(max(processes - 1, 0))


def shares(weights: Sequence[float], processes: int) -> list[list[int]]:
    """Who does which task, as their numbers: the heaviest first, each to whoever has least to do. Nobody has none."""
    count = max(1, min(processes, len(weights)))
    load, given = [0.0] * count, [[] for _ in range(count)]  # type: tuple[list[float], list[list[int]]]
    for number in sorted(range(len(weights)), key=lambda each: -weights[each]):
        least = load.index(min(load))
        load[least] += weights[number]
        given[least].append(number)
    return given


@lru_cache(maxsize=1)
def _helpers(count: int) -> tuple[Connection, ...]:
    return tuple(_helper() for _ in range(count))


def _helper() -> Connection:
    context = get_context("spawn")
    here, there = context.Pipe()
    context.Process(target=_help, args=(there,), daemon=True).start()
    there.close()
    return here


def _help(asked: Connection) -> None:
    """Do what is asked until nobody is there to ask."""
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            do, tasks = asked.recv()
            try:
                asked.send([do(task) for task in tasks])
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                asked.send(error)


def _answer(helper: Connection) -> list[Any]:
    answer: list[Any] | Exception = helper.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


# ── many tasks ───────────────────────────────────────────────────────────────


def _in_processes(do: Callable[[T], R], tasks: Sequence[T], workers: int) -> Iterator[tuple[T, R]]:
    # Processes are started afresh: a copy of this one would copy its threads' locks too.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        waiting = {pool.submit(do, task): task for task in tasks}
        for future in as_completed(waiting):
            yield waiting.pop(future), future.result()
    except BrokenProcessPool:
        raise MuuiError(
            Text(
                "작업 프로세스가 갑자기 끝났어요(메모리가 모자랄 수 있어요). 끝난 역은 그대로 있어요. "
                "다시 실행하면 이어서 만들어요. --workers 1로 줄여 보세요.",
                "a worker process ended abruptly (memory may have run out). Finished stations are kept; "
                "run again to go on, perhaps with --workers 1.",
            )
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _on_a_cluster(do: Callable[[T], R], tasks: Sequence[T], address: str) -> Iterator[tuple[T, R]]:
    client, done = _cluster(address)
    try:
        left = list(reversed(tasks))
        room = IN_FLIGHT * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        waiting: dict[Any, T] = {}
        while left or waiting:
            while left and len(waiting) < room:
                future = client.submit(do, left[-1], pure=False)
                waiting[future] = left.pop()
                done.add(future)
            future = next(done)
            yield waiting.pop(future), future.result()
    except (CancelledError, OSError, StopIteration, TimeoutError) as error:
        raise _scheduler_gone(address, error) from None
    finally:
        client.close(timeout=CONNECT_SECONDS)


def _cluster(address: str) -> tuple[Any, Any]:
    """A client of the scheduler, and a place where its futures come back from as they are done."""
    try:
        import dask
        from distributed import Client, as_completed
    except ImportError:
        raise UsageError(
            Text(
                "--scheduler에는 Dask가 필요해요: pip install 'muui-maps[cluster]'",
                "--scheduler needs Dask: pip install 'muui-maps[cluster]'",
            )
        ) from None
    dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"})
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            Text(
                f"{address}에 Dask 스케줄러가 없어요. 주소를 확인하고 `dask scheduler`를 켜세요. ({error})",
                f"no Dask scheduler answers at {address}: check the address, and start `dask scheduler`. ({error})",
            )
        ) from None
    return client, as_completed([], loop=client.loop)  # type: ignore[no-untyped-call]


def _scheduler_gone(address: str, error: BaseException) -> MuuiError:
    return MuuiError(
        Text(
            f"스케줄러 {address}와 연결이 끊겼어요. 끝난 역은 그대로 있으니 다시 실행하면 이어서 만들어요. ({error!r})",
            f"the scheduler at {address} went away. Finished stations are kept; run again to go on. ({error!r})",
        )
    )
