"""Writes one reply to a channel as its plan says, then tells that it is done."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from connector.chance import Chance
from connector.protocol import WireReply
from fake_clusters.plans import OutputPlan
from fake_clusters.server.output import Drip, spoil

__all__ = ["Ink", "Printer", "Sink"]

_AS_IS = OutputPlan()


class Sink(Protocol):
    """Where a reply's bytes go."""

    def write(self, data: bytes) -> None: ...

    def write_stderr(self, data: bytes) -> None: ...

    def is_closing(self) -> bool: ...


class Ink(Protocol):
    """What a printer needs of a service."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...

    @property
    def noise(self) -> Chance: ...


class Printer:
    """The writing side of one channel. terminal: one stream with CR LF at line ends, as behind a pty."""

    __slots__ = ("_channel", "_coordinate", "_drip", "_replies", "_service", "terminal")

    def __init__(self, service: Ink, channel: Sink, *coordinate: int) -> None:
        self._service = service
        self._channel = channel
        self._coordinate = coordinate
        self._drip: Drip | None = None
        self._replies = 0
        self.terminal = False

    def write(self, text: str) -> None:
        """Write to standard output."""
        self._stdout(self._encoded(text))

    def echo(self, text: str) -> None:
        """Write what a terminal is to show, with the line ends that it has."""
        self._stdout(text.encode())

    def print(self, reply: WireReply, plan: OutputPlan, done: Callable[[int | None], None]) -> None:
        """Send the reply's output, then call `done` with its exit status."""
        self._replies += 1
        stdout, stderr = self._encoded(reply.stdout), self._encoded(reply.stderr)
        if plan != _AS_IS:
            where = (*self._coordinate, self._replies)
            stdout = spoil(stdout, plan, self._service.noise, *where, 1)
            stderr = spoil(stderr, replace(plan, extra=0), self._service.noise, *where, 2)
        if self.terminal:
            stdout, stderr = stdout + stderr, b""
        if plan.rate is None:
            self._stdout(stdout)
            self._stderr(stderr)
            done(reply.status)
        else:
            after = partial(self._drip_out, stderr, plan.rate, self._stderr, partial(done, reply.status))
            self._drip_out(stdout, plan.rate, self._stdout, after)

    def stop(self) -> None:
        """Send nothing more of what is under way."""
        if self._drip is not None:
            self._drip.stop()

    def _drip_out(self, data: bytes, rate: float, write: Callable[[bytes], None], done: Callable[[], None]) -> None:
        if data:
            self._drip = Drip(self._service.loop, data, rate, write, done)
        else:
            done()

    def _encoded(self, text: str) -> bytes:
        return (text.replace("\n", "\r\n") if self.terminal else text).encode()

    def _stdout(self, data: bytes) -> None:
        if data and not self._channel.is_closing():
            self._channel.write(data)

    def _stderr(self, data: bytes) -> None:
        if data and not self._channel.is_closing():
            self._channel.write_stderr(data)
