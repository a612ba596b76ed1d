"""One request and its answer between two hosts: the server's work on it, and how either side may end it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Generic, TypeVar

import httpx

from harness.virtual.hosts import Host
from harness.virtual.loop import running_loop

__all__ = ["Exchange", "Work"]

_LOG = logging.getLogger(__name__)

A = TypeVar("A")

Work = Coroutine[Any, Any, None]
"""What a server does with a request; it calls `Exchange.settle`."""


class Exchange(Generic[A]):
    """client, server: the hosts. task: the server at work on it. delay: seconds that the answer is under way."""

    def __init__(self, *, client: Host, server: Host, delay: float) -> None:
        self.client = client
        self.server = server
        self.task: asyncio.Task[None] | None = None
        self._loop = running_loop()
        self._delay = delay
        self._answered: asyncio.Future[A | None] = self._loop.create_future()
        self._late = False
        self._gone: asyncio.Future[None] | None = None
        self._hung_up = False

    def begin(self, work: Callable[[], Work], *, over: Callable[["Exchange[A]"], None], at_once: bool = False) -> None:
        """Let the server work on it. over: called at its end. at_once: here and now, as far as it goes without waiting,
        for work that does not ask whose task it is.

        work: called as the server begins, since a host may be killed before, and what it had to do is then never made.

        Its task is in no group: a killed host's tasks never end, and a group would wait for them. What the work raises
        is reported by `_run`, and `DirectHttp` waits for it where the host ends in peace.
        """
        context, run = self.server.context(), self._run(work, over)
        if at_once and self.server.runs:
            try:
                run = _carried_on(run, context.run(run.send, None))
            except StopIteration:
                return
        self.task = self._loop.create_task(run, name="a request", context=context)

    async def answer(self, patience: float | None) -> A:
        """The whole answer. Raises `httpx.ReadTimeout` after `patience` seconds, `httpx.ReadError` for a reset."""
        timer: asyncio.TimerHandle | None = None
        if patience is not None and (self._delay > 0 or not self._answered.done()):
            # A timer costs a third of `asyncio.timeout`, and every request of a run waits here.
            timer = self._loop.deadline_in(patience, self._give_up)
        try:
            answer = await self._answered
            if self._delay > 0:
                await asyncio.sleep(self._delay)
        finally:
            if timer is not None:
                timer.cancel()
        if self._late:
            raise httpx.ReadTimeout("no answer in time")
        if answer is None:
            raise httpx.ReadError("connection reset by peer")
        return answer

    def settle(self, answer: A | None) -> None:
        """The server's answer; None: it breaks off. Only the first one counts."""
        if not self._answered.done():
            self._answered.set_result(answer)

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
        if not self._hung_up and not self._answered.done():
            self._gone = self._loop.create_future()
            await self._gone

    def _give_up(self) -> None:
        self._late = not self._answered.done()
        self.settle(None)

    async def _run(self, work: Callable[[], Work], over: Callable[["Exchange[A]"], None]) -> None:
        try:
            await work()
        except Exception:  # noqa: BLE001 - a server outlives what its application raises
            _LOG.exception("the application failed")
        finally:
            self.settle(None)
            over(self)


async def _carried_on(run: Work, waits_for: Any) -> None:
    """The rest of work that has begun outside a task. waits_for: what it gave when it had to wait."""
    await _Rest(run, waits_for)


class _Rest:
    def __init__(self, run: Work, waits_for: Any) -> None:
        self._run = run
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            try:
                result = yield waits_for
            except BaseException as error:  # noqa: BLE001 - whatever a task is sent is the work's
                step = partial(self._run.throw, error)
            else:
                step = partial(self._run.send, result)
            try:
                waits_for = step()
            except StopIteration:
                return
