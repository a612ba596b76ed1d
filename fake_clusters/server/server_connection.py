"""One client, from the accept to the end: carries out the connection's plan, and is what asyncssh calls a transport."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any, assert_never

from fake_clusters.keys import KeyPairs
from fake_clusters.plans import BannerPlan, CutHow, KexPlan
from fake_clusters.server.connection import LeanConnection
from fake_clusters.server.login import LoginPolicy
from fake_clusters.server.output import noise
from fake_clusters.server.service import ServerContext
from fake_clusters.server.wire import TransportFactory

__all__ = ["ServerConnection"]

_HELD_EVENTS = 262_144
"""Bytes a client may send before its turn comes; a decent one sends 3 KB."""


class _InputState(Enum):
    """How incoming bytes are handled."""

    HELD = auto()
    DELAYED = auto()
    PASSED = auto()
    DISCARDED = auto()


class ServerConnection(asyncio.Transport):
    """One client. The phases follow one another, each may be held up or go wrong: banner, key exchange, login."""

    __slots__ = (
        "_grace",
        "_held",
        "_intake",
        "_leave",
        "_over",
        "_service",
        "_ssh",
        "_timers",
        "_wire",
        "number",
        "plan",
    )

    def __init__(
        self,
        service: ServerContext,
        carrier: TransportFactory,
        leave: Callable[["ServerConnection"], None],
    ) -> None:
        self.number, self.plan = service.model.open_connection()
        self._service = service
        self._leave = leave
        self._intake = _InputState.HELD
        self._held = b""
        self._over = False
        self._ssh: LeanConnection | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._timers: list[asyncio.TimerHandle] = []
        link = service.links(self.number) if service.links is not None else None
        self._wire = carrier(self, link)

    def begin(self) -> None:
        """Start the first phase."""
        plan, options = self.plan, self._service.options
        if options.login_grace > 0 and not plan.silent:
            self._grace = self._service.loop.call_later(options.login_grace, self.cut, CutHow.CLOSE)
        if plan.cut is not None:
            self._after(plan.cut_after, partial(self._refuse, plan.cut))
        if self._over:
            return
        if plan.cut is not None and plan.cut_after <= 0:  # it still reads (half_close), and no phase reaches anybody
            self._intake = _InputState.DISCARDED
            self._wire.read()
            return
        if plan.silent:
            self._note("silent")
            self._wire.never_read()
        else:
            self._wire.read()
            self._wire.batch(self._start_banner)

    # What comes from the wire.

    def received(self, data: bytes) -> None:
        if self._intake is _InputState.PASSED:
            assert self._ssh is not None
            self._ssh.data_received(data)
        elif self._intake is not _InputState.DISCARDED:
            self._held += data
            if len(self._held) > _HELD_EVENTS:
                self._wire.close()
            elif self._ssh is not None and self._intake is _InputState.HELD:
                self._exchange_keys()

    def gone(self) -> None:
        self._over = True
        for timer in self._timers:
            timer.cancel()
        self._stop_login_timer()
        if self._ssh is None:
            self.departed()
        else:
            self._ssh.connection_lost(None)

    def released(self) -> None:
        self._leave(self)

    # What the login tells.

    def authenticated(self) -> None:
        self._stop_login_timer()
        self._service.model.authenticated(self.number)

    def departed(self) -> None:
        self._service.model.close_connection(self.number)

    def cut(self, how: CutHow) -> None:
        self._wire.cut(how)

    def batch(self, step: Callable[[], None]) -> None:
        self._wire.batch(step)

    def unsent(self) -> int:
        return self._wire.unsent

    # What asyncssh asks of a transport.

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._wire.write(bytes(data))

    def abort(self) -> None:
        self._wire.close()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._wire.peer if name == "peername" else default

    def _refuse(self, how: CutHow) -> None:
        self._note("cut", "cut_after")
        if self.plan.last_line:
            self._wire.write(f"{self.plan.last_line}\r\n".encode())
        self._wire.cut(how)

    # The phases.

    def _start_banner(self) -> None:
        self._note("banner_delay")
        match self.plan.banner:
            case BannerPlan.NORMAL:
                self._after(self.plan.banner_delay, self._send_banner)
            case BannerPlan.GARBAGE:
                self._intake = _InputState.DISCARDED
                self._after(self.plan.banner_delay, self._send_garbage)
            case BannerPlan.MISSING:
                self._note("banner")
                self._intake = _InputState.DISCARDED
            case _:
                assert_never(self.plan.banner)

    def _send_garbage(self) -> None:
        self._note("banner")
        # The zero byte makes every client give up at once instead of waiting for a better line.
        self._wire.write(b"SSH-\0" + noise(self._service.noise, 32, self.number).replace(b"\n", b"") + b"\r\n")

    def _send_banner(self) -> None:
        service = self._service
        self._ssh = LeanConnection(service.loop, service.ssh, self._offered_keys(), LoginPolicy(service, self))
        self._ssh.connection_made(self)
        if self._held:
            self._exchange_keys()

    def _exchange_keys(self) -> None:
        self._intake = _InputState.DELAYED
        if self.plan.kex is KexPlan.STALL:
            self._note("kex")
        else:
            self._note("kex_delay")
            self._after(self.plan.kex_delay, self._pass_on)

    def _pass_on(self) -> None:
        self._note("kex")
        self._intake = _InputState.PASSED
        held, self._held = self._held, b""
        self.received(held)

    def _offered_keys(self) -> KeyPairs:
        keys = self._service.keys
        match self.plan.kex:
            case KexPlan.NORMAL | KexPlan.STALL:
                return keys.own
            case KexPlan.OTHER_HOST_KEY:
                return keys.other
            case KexPlan.BAD_SIGNATURE:
                return keys.false_signer
            case _:
                assert_never(self.plan.kex)

    def _note(self, *fields: str) -> None:
        """These fields of the plan are being carried out."""
        self.plan.note(self._service.model.now, *fields)

    def _after(self, delay: float, step: Callable[[], None]) -> None:
        if delay > 0:
            self._timers.append(self._service.loop.call_later(delay, step))
        else:
            step()

    def _stop_login_timer(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
