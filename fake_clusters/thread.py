"""Fake clusters for code that is not on an event loop: a farm in a thread of its own, used by plain calls."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from connector.injection import Injection
from connector.operations import ShareView
from connector.targets import Target
from fake_clusters.cluster import FakeCluster
from fake_clusters.effects import ClusterEffect
from fake_clusters.farm import Farm
from fake_clusters.faults.rule import FaultRule
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterSpec

__all__ = ["ClusterInThread", "FarmInThread", "clusters_in_thread"]

Result = TypeVar("Result")


class _Remote:
    """Runs calls where the farm lives, and hands back what they return or raise."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call(self, function: Callable[[], Result]) -> Result:
        async def on_the_loop() -> Result:
            return function()

        return self.wait(on_the_loop())

    def post(self, function: Callable[[], object]) -> None:
        """Call it soon, without waiting; nothing happens where the farm has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    def wait(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


class ClusterInThread:
    """`FakeCluster` by plain calls."""

    def __init__(self, remote: _Remote, cluster: FakeCluster) -> None:
        self._remote = remote
        self._cluster = cluster
        self.name = cluster.name

    def shares(self) -> tuple[ShareView, ...]:
        return self._remote.call(self._cluster.shares)

    def effects(self, after: int = 0) -> tuple[ClusterEffect, ...]:
        return self._remote.call(lambda: self._cluster.effects(after=after))

    def injections(self, after: int = 0) -> tuple[Injection, ...]:
        return self._remote.call(lambda: self._cluster.injections(after=after))

    def counters(self) -> Mapping[str, int]:
        return self._remote.call(self._cluster.counters)

    def set_profile(self, profile: Profile) -> None:
        self._remote.call(lambda: self._cluster.set_profile(profile))

    def add_fault(self, rule: FaultRule) -> None:
        self._remote.call(lambda: self._cluster.add_fault(rule))

    def remove_fault(self, label: str) -> FaultRule:
        return self._remote.call(lambda: self._cluster.remove_fault(label))

    def clear_faults(self) -> None:
        self._remote.call(self._cluster.clear_faults)

    def crash(self, *, down_for: float = 5.0, wipe: bool = False) -> None:
        self._remote.call(lambda: self._cluster.crash(down_for=down_for, wipe=wipe))

    def reset(self) -> None:
        self._remote.call(self._cluster.reset)

    def wait_for_count(self, counter: str, at_least: int, *, timeout: float) -> int:
        return self._remote.wait(self._cluster.wait_for_count(counter, at_least, timeout=timeout))


class FarmInThread:
    """`Farm` by plain calls."""

    def __init__(self, remote: _Remote, farm: Farm) -> None:
        self._remote = remote
        self._farm = farm

    def targets(self) -> list[Target]:
        return self._remote.call(self._farm.targets)

    def cluster(self, name: str) -> ClusterInThread:
        """Raises `FarmError`."""
        return ClusterInThread(self._remote, self._farm.cluster(name))


@contextmanager
def clusters_in_thread(
    specs: Sequence[ClusterSpec], rules: Sequence[FaultRule] = (), *, keys: Path, **options: Any
) -> Iterator[FarmInThread]:
    """A running farm; `options` are those of `Farm`. What the farm raises as it starts or ends is raised here."""
    begun: Future[tuple[_Remote, Farm, asyncio.Event]] = Future()
    ended: Future[None] = Future()

    async def live() -> None:
        async with Farm(specs, rules, keys=keys, **options) as farm:
            over = asyncio.Event()
            begun.set_result((_Remote(asyncio.get_running_loop()), farm, over))
            await over.wait()

    thread = Thread(target=_carry, args=(live, begun, ended), name="fake clusters")
    thread.start()
    try:
        remote, farm, _ = begun.result()
        yield FarmInThread(remote, farm)
    finally:
        # Even one who gave up waiting for the start (Ctrl-C) waits for the end.
        begun.add_done_callback(_stop)
        thread.join()
    ended.result()


def _stop(begun: Future[tuple[_Remote, Farm, asyncio.Event]]) -> None:
    if begun.exception() is None:
        remote, _, over = begun.result()
        remote.post(over.set)


def _carry(live: Callable[[], Coroutine[Any, Any, None]], *told: Future[Any]) -> None:
    """The thread: whoever still waits for a future learns how it ended."""
    begun, ended = told
    try:
        asyncio.run(live())
    except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
        for future in (begun, ended):
            if not future.done():
                future.set_exception(error)
    else:
        ended.set_result(None)
