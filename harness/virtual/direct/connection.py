"""The life of one connection as its plan says: accept, banner, key exchange, login, and every way to end."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, assert_never

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.sites import Site
from fake_clusters.plans import AuthPlan, BannerPlan, CutHow, KexPlan
from harness.virtual.direct.side import ClusterSide
from harness.virtual.hosts import Host

__all__ = ["DirectConnection"]

_GRACE = 120.0
"""Seconds until a connection that has not logged in is closed, as `ServerOptions.login_grace` has it."""

_WAITED_FOR = {Site.SSH_BANNER: "banner", Site.SSH_KEX: "key exchange", Site.SSH_AUTH: "answer to the login"}
_ENDS = {
    CutHow.RESET: "the connection was reset",
    CutHow.CLOSE: "the connection was closed",
    CutHow.HALF_CLOSE: "the connection was closed",  # a client that is told the end closes its own side
}


class Carried(Protocol):
    """A command on a connection."""

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        ...

    def lost(self, why: str) -> None:
        """The connection ended under it."""
        ...


class DirectConnection:
    """Both ends at once. client: the host that opened it. when_lost: called when it is over, unless the client died.

    over: told of its end in any case. calls: what is under way on it.
    """

    def __init__(self, side: ClusterSide, client: Host, *, over: Callable[["DirectConnection"], None]) -> None:
        self.side = side
        self._over = over
        self.client = client
        self.context = client.context()
        self.number, self._plan = side.model.open_connection()
        self.site = Site.SSH_BANNER
        self.lost = False
        self.logged_in: asyncio.Future[None] = side.loop.create_future()
        self.when_lost: Callable[[], None] | None = None
        self.calls: dict[Carried, None] = {}
        self.opened = 0
        self._ended = False
        self._failure: CallStopped | None = None
        self._timers: list[asyncio.TimerHandle] = []

    def begin(self) -> None:
        """Start the first phase."""
        plan = self._plan
        if plan.cut is not None:
            self._after(plan.cut_after, partial(self._cut, plan.cut))
            if plan.cut_after <= 0:
                return
        if plan.silent:
            self._note("silent")
            return
        self._after(_GRACE, self._time_is_up)
        self._note("banner_delay")
        match plan.banner:
            case BannerPlan.NORMAL:
                self._after(plan.banner_delay, self._send_banner)
            case BannerPlan.GARBAGE:
                self._after(plan.banner_delay, self._send_garbage)
            case BannerPlan.MISSING:
                self._note("banner")
            case _:
                assert_never(plan.banner)

    async def log_in(self, seconds: float) -> None:
        """Wait for the login; a connection for which nobody waits any more is closed. Raises `CallStopped`."""
        timer = self.side.loop.deadline_in(seconds, self._too_late, seconds, context=self.context)
        try:
            await self.logged_in
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            timer.cancel()
        if self._failure is not None:
            raise self._failure

    def _too_late(self, seconds: float) -> None:
        """At the deadline itself: a moment later the site may be another."""
        message = f"no {_WAITED_FOR[self.site]} within {seconds:g} s"
        self._lose(CallStopped(Code.TIMEOUT, self.site, message, sent=False))

    def end(self, how: CutHow) -> None:
        """The cluster's side ends it; the client learns of it when that gets through."""
        self._ended = True
        why = CallStopped(Code.REFUSED, self.site, _ENDS[how], sent=False)
        self.to_client(lambda: self._lose(why))

    def close(self) -> None:
        """The client ends it."""
        self._lose(CallStopped(Code.REFUSED, self.site, "the connection was closed", sent=False))

    def vanish(self) -> None:
        """The client is dead: only the cluster's side learns of it."""
        self.when_lost = None
        for call in list(self.calls):
            call.abandon()
        self._release()

    def round_trip(self, step: Callable[[], None]) -> None:
        """Take a step that needs a request and its answer: now, or when partitions have healed, unless it is over."""
        partitions, here, there = self.side.partitions, self.client.name, self.side.host.name
        partitions.deliver(here, there, lambda: self.to_client(lambda: None if self.lost else step()))

    def to_cluster(self, step: Callable[[], None]) -> None:
        """Take a step that the client brings about at the cluster, unless that has ended the connection by then."""
        self.side.partitions.deliver(self.client.name, self.side.host.name, lambda: None if self._ended else step())

    def to_client(self, step: Callable[[], None]) -> None:
        """Take a step that the cluster brings about at the client."""
        self.side.partitions.deliver(self.side.host.name, self.client.name, lambda: self._reach(step))

    def _reach(self, step: Callable[[], None]) -> None:
        """A client that is paused reads when it runs again, after its timers: a deadline that is over by then holds."""
        if self.client.runs:
            step()
        else:
            self.client.hold(lambda: self.side.later(0.0, step))

    def _lose(self, why: CallStopped) -> None:
        if self.lost:
            return
        self._release()
        for call in list(self.calls):
            call.lost(why.message)
        if not self.logged_in.done():
            self._failure = why
            self.logged_in.set_result(None)
        if self.when_lost is not None:
            self.when_lost()

    def _release(self) -> None:
        if self.lost:
            return
        self.lost = True
        for timer in self._timers:
            timer.cancel()
        self._over(self)
        self.side.model.close_connection(self.number)

    def _cut(self, how: CutHow) -> None:
        self._note("cut", "cut_after")
        self.end(how)

    def _note(self, *fields: str) -> None:
        """These fields of the plan are being carried out."""
        self._plan.note(self.side.model.now, *fields)

    def _send_banner(self) -> None:
        self.site = Site.SSH_KEX
        if self._plan.kex is KexPlan.STALL:
            self._note("kex")
        else:
            self._note("kex_delay")
            self._after(self._plan.kex_delay, self._exchange_keys)

    def _send_garbage(self) -> None:
        self._note("banner")
        self._lose(CallStopped(Code.REFUSED, self.site, "the server speaks another protocol", sent=False))

    def _exchange_keys(self) -> None:
        self._note("kex")
        match self._plan.kex:
            case KexPlan.OTHER_HOST_KEY:
                self._lose(CallStopped(Code.UNTRUSTED, self.site, "the host key is not the pinned one", sent=False))
            case KexPlan.BAD_SIGNATURE:
                message = "the server did not prove that it has its host key"
                self._lose(CallStopped(Code.UNTRUSTED, self.site, message, sent=False))
            case KexPlan.NORMAL | KexPlan.STALL:
                self.site = Site.SSH_AUTH
                if self._plan.auth is AuthPlan.STALL:
                    self._note("auth")
                else:
                    self._note("auth_delay")
                    self._after(self._plan.auth_delay, self._authenticate)
            case _:
                assert_never(self._plan.kex)

    def _authenticate(self) -> None:
        if self._plan.auth is AuthPlan.REJECT:
            self._note("auth")
            self._lose(CallStopped(Code.REFUSED, self.site, "the login was refused", sent=False))
            return
        self.side.model.authenticated(self.number)
        if not self.logged_in.done():  # who gave up at this very instant is on the way to close it
            self.site = Site.SSH_CHANNEL
            self.logged_in.set_result(None)

    def _time_is_up(self) -> None:
        if not self.logged_in.done():
            self.end(CutHow.CLOSE)

    def _after(self, delay: float, step: Callable[[], None]) -> None:
        """Even at once a step waits for all that is awake now, as the bytes of a real login do.

        So who needs a connection at the same instant opens one of his own.
        """
        self._timers.append(self.side.later(delay, self.round_trip, step))
