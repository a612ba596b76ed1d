"""An asyncio loop whose clock is virtual: it never waits but jumps to the next timer, so the same run is the same.

It opens no sockets: connections and servers are the in-memory network's. Executor jobs run inline, since a thread would
bring back the wall clock. It stands on `asyncio.BaseEventLoop` alone, so unmodified asyncio code runs on it.
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, Protocol, TypeVar, TypeVarTuple

from connector.clock import Clock
from harness.toxics.door import Door, Doorkeeper
from harness.virtual.dead_tasks import DeadTasks
from harness.virtual.errors import Deadlock, Livelock, RunHalted
from harness.virtual.hosts import CURRENT, NOWHERE, Host, current_host
from harness.virtual.steps import LoopStep, TimedStep
from harness.virtual.task import HostedTask
from harness.virtual.turns import BusyTasks, most_turns, place_of

__all__ = ["Net", "VirtualLoop", "run_virtually", "running_loop"]

_DEADLINE, _USUAL = 0, 1
"""Which of two timers of one instant comes first."""

_INSTANT = 0.001
"""Seconds. A clock that advances by less in many turns is as good as one that does not."""

_LOOK_EVERY = 100
"""Turns between two looks whether the run is to go on."""

_WATCHED = 1_000
"""Turns over which the busiest tasks of a livelock are counted."""

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class Net(Protocol):
    """What the loop asks of a network."""

    async def connect(self, factory: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> Any: ...

    async def listen(self, factory: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> Any: ...


class VirtualLoop(asyncio.BaseEventLoop):
    """`asyncio.Runner(loop_factory=...)` runs it like any other. `net`: where connections and servers live.

    turns: how many the loop may take at one instant. halted: asked now and then whether to end the run at once.
    Raises from `run_until_complete`: `Deadlock` when nothing is ready and no timer is left, `Livelock` when it has
    taken too many turns at one instant, `RunHalted`.
    """

    _ready: deque[LoopStep | TimedStep]
    _stopping: bool
    _closed: bool

    def __init__(
        self, net: Net | None = None, *, turns: int = most_turns(0), halted: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__()
        self.net = net
        self._most = turns
        self._halted = halted
        self._now = 0.0
        self._instant = 0.0
        self._turns = self._turns_before = self._look_at = 0
        self._numbers = itertools.count(1)
        self._dead_tasks = DeadTasks(self)
        # asyncio's own timer heap is not stable; with virtual time equal deadlines are the normal case.
        self._timers: list[tuple[float, int, int, TimedStep]] = []
        self._unsettled: list[asyncio.Future[None]] = []

    get_debug = staticmethod(bool)  # which says no; every future and every task asks

    def time(self) -> float:
        return self._now

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        step = LoopStep(callback, args, copy_context() if context is None else context)
        self._ready.append(step)
        return step

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        if self._closed:
            raise RuntimeError("Event loop is closed")
        rank = _DEADLINE if isinstance(getattr(callback, "__self__", None), asyncio.Timeout) else _USUAL
        return self._push(when, rank, TimedStep(when, callback, args, copy_context() if context is None else context))

    def deadline_in(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As `call_later`, before all else that is due at its instant: what comes at a deadline comes too late.

        Every `asyncio.timeout` is one.
        """
        when = self._now + delay
        return self._push(
            when, _DEADLINE, TimedStep(when, callback, args, copy_context() if context is None else context)
        )

    def _push(self, when: float, rank: int, timer: TimedStep) -> TimedStep:
        heapq.heappush(self._timers, (when, rank, next(self._numbers), timer))
        return timer

    def create_task(
        self, coro: Coroutine[Any, Any, Any] | Generator[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        return HostedTask(next(self._numbers), coro, loop=self, **options)

    def _look(self) -> None:
        self._look_at = self._turns + _LOOK_EVERY
        if self._halted():
            raise RunHalted(f"halted at {self._now:g} s of virtual time")
        if self._turns - self._turns_before > self._most:
            self._watch()

    def _watch(self) -> None:
        """Some more turns, and who runs in them. Raises `Livelock` unless time advances meanwhile."""
        busy, began = BusyTasks(), self._turns_before
        self._look_at = self._turns + 2 * _WATCHED  # nobody looks meanwhile
        for _ in range(_WATCHED):
            busy.note(self._ready)
            self._run_once()
            if self._turns_before != began:
                return
        raise Livelock(self._now, self._most, busy.most())

    def _run_once(self) -> None:
        """Take a turn, unless the run shall not go on: jump to the next timer when nothing is ready, then run what is
        ready now, not what it adds."""
        self._turns += 1
        if self._turns >= self._look_at:
            self._look()
        if not self._ready and not self._stopping:
            self._jump()
        ready = self._ready
        for _ in range(len(ready)):
            step = ready.popleft()
            if step._cancelled:
                continue
            context = step._context
            host = context.get(CURRENT, NOWHERE)  # `host_of`, without a call for each step of all
            if host.runs:
                try:
                    context.run(step._callback, *step._args)
                except BaseException as error:  # noqa: BLE001 - all but what ends the harness is told
                    self._raised(host, step, error)
            elif host.alive:
                host.held.append(step)
            else:
                self._dead_tasks.keep(step)

    def _raised(self, host: Host, step: LoopStep | TimedStep, error: BaseException) -> None:
        """As with any loop, it is told, and the loop goes on, unless it ends the host, or the harness."""
        if isinstance(error, SystemExit) and host.on_exit is not None:
            host.on_exit(error)
        elif isinstance(error, SystemExit | KeyboardInterrupt):
            raise error
        else:
            message = f"Exception in callback {step!r}"
            self.call_exception_handler({"message": message, "exception": error, "handle": step})

    def _jump(self) -> None:
        if self._unsettled:
            self._settle()
            return
        timers = self._timers
        while timers and timers[0][3]._cancelled:
            heapq.heappop(timers)
        if not timers:
            raise Deadlock(self._now, tuple(self._stuck()))
        self._now = max(self._now, timers[0][0])
        if self._now - self._instant >= _INSTANT:
            self._instant, self._turns_before = self._now, self._turns
        while timers and timers[0][0] <= self._now:
            *_, timer = heapq.heappop(timers)
            if not timer._cancelled:
                self._ready.append(timer)

    def settled(self) -> asyncio.Future[None]:
        """Done when all else that happens at this instant has happened, together with others that wait for that."""
        future: asyncio.Future[None] = self.create_future()
        self._unsettled.append(future)
        return future

    def _settle(self) -> None:
        unsettled, self._unsettled = self._unsettled, []
        for future in unsettled:
            if not future.done():
                future.set_result(None)

    def unix_clock(self) -> Clock:
        """The clock of the host that asks: this loop's time, and what the host's clock is ahead when it is read."""
        host = current_host()
        return lambda: self._now if host.is_right else host.unix_time(self._now)

    def unix_time(self) -> float:
        """What the clock of the host shows that asks."""
        host = CURRENT.get()
        return self._now if host.is_right else host.unix_time(self._now)

    async def open_door(self, keeper: Doorkeeper, host: str, port: int) -> Door:
        """See `harness.toxics.door.OpensDoors`."""
        from harness.virtual.relay_door import open_memory_door

        return await open_memory_door(keeper, host, port)

    def pause(self, host: Host) -> None:
        """Let nothing of a host run, as SIGSTOP does; its timers and what arrives for it pile up."""
        host.runs = False

    def resume(self, host: Host) -> None:
        """Let it run again, first what piled up, in order."""
        host.runs = host.alive
        held, host.held = host.held, []
        self._ready.extend(held)

    def detach(self, host: Host) -> None:
        """Forget the tasks of a killed host, so that nothing waits for them at the end of the run."""
        self.resume(host)
        self._dead_tasks.detach(host)

    def close_all(self) -> None:
        """Take apart what killed hosts left. To be called from a task, when all is told."""
        self._dead_tasks.close_all()

    def abandon(self) -> None:
        """Take apart all that is left, as if every host had been killed."""
        self._dead_tasks.abandon()

    def _asyncgen_firstiter_hook(self, agen: AsyncGenerator[Any, Any]) -> None:
        """Keep no list of generators to close at the end: those of the dead would wait for what never comes."""

    def _stuck(self) -> Iterator[str]:
        """Each task that waits, with the innermost line at which it does."""
        for task in sorted(asyncio.all_tasks(self), key=hash):
            yield f"{task.get_name()}: {place_of(task)}"

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are dropped when their turn comes."""

    def _process_events(self, event_list: Sequence[Any]) -> None:
        assert not event_list, "a virtual loop has no selector"

    def _write_to_self(self) -> None:
        """There is no selector to wake."""

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # asyncio's stub has a type variable tuple
        """The job, at once and in this thread; its result is there one turn later, as with a real executor."""
        future = self.create_future()
        try:
            result = func(*args)
        except Exception as error:  # noqa: BLE001 - whatever the job raised belongs to who awaits it
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    async def getaddrinfo(
        self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[tuple[Any, ...]]:
        """Every name is its own address. anyio passes IDNA bytes."""
        name = host.decode() if isinstance(host, bytes) else host
        return [(2, 1, 6, "", (name, port or 0))]

    async def create_connection(self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        assert self.net is not None, "this loop has no network"
        name = host.decode() if isinstance(host, bytes) else str(host)
        return await self.net.connect(protocol_factory, name, int(port))

    async def create_server(self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        assert self.net is not None, "this loop has no network"
        return await self.net.listen(protocol_factory, str(host), int(port or 0))


def run_virtually(
    main: Coroutine[Any, Any, R], net: Net | None = None, *, make: Callable[[Net | None], VirtualLoop] = VirtualLoop
) -> R:
    """Run to the end on a virtual loop of its own, as `asyncio.run` does. make: makes the loop. Raises what
    the loop raises.

    `asyncio.Runner` would do, but its handling of Ctrl-C spells out the result of every run, however long.
    """
    loop = make(net)
    try:
        return loop.run_until_complete(main)
    except (Livelock, RunHalted):  # what keeps the loop busy would keep it busy to the end
        loop.abandon()
        raise
    finally:
        try:
            _end_tasks(loop)
        finally:
            loop.close()


def _end_tasks(loop: VirtualLoop) -> None:
    """Cancel what is left, in order, and let it end as far as it can."""
    left = sorted(asyncio.all_tasks(loop), key=hash)
    for task in left:
        task.cancel()
    if left:
        with suppress(Deadlock):
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


def running_loop() -> VirtualLoop:
    """The loop that runs, where it can be no other."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop
