"""One request and its answer between two hosts: the server's work on it, and how either side may end it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Generic, TypeVar

import httpx

from harness.virtual.hosts import Host
from harness.virtual.loop import VirtualLoop

__all__ = ["Exchange", "Work"]

_LOG = logging.getLogger(__name__)

A = TypeVar("A")

Work = Coroutine[Any, Any, A | None]
"""What a server does with a request: it gives the answer, or calls `Exchange.settle` and gives None."""


class Exchange(Generic[A]):
    """client, server: the hosts. delay: seconds that the answer is under way."""

    def __init__(self, loop: VirtualLoop, *, client: Host, server: Host, delay: float) -> None:
        self.client = client
        self.server = server
        self._loop = loop
        self._delay = delay
        self._task: asyncio.Task[None] | None = None
        self._rest: tuple[Coroutine[Any, Any, None], Any] | None = None
        self._answer: A | None = None
        self._is_answered = False
        self._is_late = False
        self._answered: asyncio.Future[None] | None = None
        self._gone: asyncio.Future[None] | None = None
        self._hung_up = False

    def begin(
        self,
        work: Callable[[], Work[A]],
        *,
        over: Callable[["Exchange[A]"], None],
        at_once: Callable[[], bool] | None = None,
    ) -> None:
        """Let the server work on it. over: called at its end.

        at_once: asked before each step but the first whether that can do without a task, for work that does not ask
        whose task it is; such work begins here and now. None: it has a task from the beginning.

        work: called as the server begins, since a host may be killed before, and what it had to do is then never made.

        Its task is in no group: a killed host's tasks never end, and a group would wait for them. What the work raises
        is reported by `_run`, and `DirectHttp` waits for it where the host ends in peace.
        """
        run = self._run(work, over)
        if at_once is None or not self.server.runs:
            self._start_task(run)
        else:
            self.server.context().run(self._step, run, at_once)

    def rest(self) -> asyncio.Task[None] | None:
        """The server at work on it, as a task from now on; None where that is over."""
        if self._task is None and self._rest is not None:
            self._start_task(_Rest(*self._rest))
        return self._task

    async def answer(self, patience: float | None) -> A:
        """The whole answer. Raises `httpx.ReadTimeout` after `patience` seconds, `httpx.ReadError` for a reset."""
        if not self._is_answered:
            self._answered = self._loop.create_future()
            # A timer costs a third of `asyncio.timeout`, and every request of a run waits here.
            timer = None if patience is None else self._loop.deadline_in(patience, self._give_up)
            try:
                await self._answered
            finally:
                if timer is not None:
                    timer.cancel()
        if self._delay > 0:
            await asyncio.sleep(self._delay)
        if self._is_late:
            raise httpx.ReadTimeout("no answer in time")
        if self._answer is None:
            raise httpx.ReadError("connection reset by peer")
        return self._answer

    def settle(self, answer: A | None) -> None:
        """The server's answer; None: it breaks off. Only the first one counts."""
        if self._is_answered:
            return
        self._is_answered, self._answer = True, answer
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    def hang_up(self) -> None:
        """The client closes the connection; a server that looks is told."""
        self._hung_up = True
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def reset(self) -> None:
        """One of the two hosts has died."""
        self.settle(None)
        self.hang_up()

    async def gone(self) -> None:
        """Until the client has its answer, or has hung up."""
        if not self._hung_up and not self._is_answered:
            self._gone = self._loop.create_future()
            await self._gone

    def _give_up(self) -> None:
        self._is_late = not self._is_answered
        self.settle(None)

    async def _run(self, work: Callable[[], Work[A]], over: Callable[["Exchange[A]"], None]) -> None:
        try:
            answer = await work()
            if answer is not None:
                self.settle(answer)
        except Exception:  # noqa: BLE001 - a server outlives what its application raises
            _LOG.exception("the application failed")
        finally:
            self.settle(None)
            over(self)

    def _step(self, run: Coroutine[Any, Any, None], at_once: Callable[[], bool]) -> None:
        """Let work go on outside a task until it waits, and again when that is done, as a task would."""
        self._rest = None
        try:
            waits_for = run.send(None)
        except StopIteration:
            return
        self._rest = run, waits_for
        if not isinstance(waits_for, asyncio.Future) or not self.server.alive:  # what a dead host waits for is kept
            self.rest()
            return
        waits_for._asyncio_future_blocking = False
        waits_for.add_done_callback(partial(self._go_on, run, at_once))

    def _go_on(self, run: Coroutine[Any, Any, None], at_once: Callable[[], bool], done: object) -> None:
        if self._task is None and at_once():
            self._step(run, at_once)
        else:
            self.rest()

    def _start_task(self, run: Coroutine[Any, Any, None]) -> None:
        self._task = self._loop.create_task(run, name="a request", context=self.server.context())


class _Rest(Coroutine[Any, Any, None]):
    """The rest of work that has begun outside a task, for a task. waits_for: what it gave when it had to wait."""

    def __init__(self, run: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._run = run
        self._waits_for = waits_for
        self._has_begun = False

    def send(self, value: Any) -> Any:
        if self._has_begun:
            return self._run.send(value)
        self._has_begun = True
        if isinstance(self._waits_for, asyncio.Future):
            self._waits_for._asyncio_future_blocking = True  # as whoever awaits it says
        return self._waits_for

    def throw(self, *error: Any) -> Any:
        return self._run.throw(*error)

    def close(self) -> None:
        self._run.close()

    def __await__(self) -> Generator[Any, Any, None]:
        raise AssertionError("a task sends to it")
