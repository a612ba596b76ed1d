"""Writes one reply to a channel as its plan says, then tells that it is done."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from connector.chance import Chance
from connector.protocol import WireReply
from fake_clusters.model import ClusterModel
from fake_clusters.plans import OutputPlan
from fake_clusters.server.output import Outflow, Source, note_spoiled, source_of, spoil

__all__ = ["ReplySink", "ReplyWriter", "WriterContext"]

_AS_IS = OutputPlan()


class ReplySink(Protocol):
    """The channel that a reply is written to."""

    def write(self, data: bytes) -> None: ...

    def write_stderr(self, data: bytes) -> None: ...

    def is_closing(self) -> bool: ...


class WriterContext(Protocol):
    """What a reply writer needs of the server context."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...

    @property
    def model(self) -> ClusterModel: ...

    @property
    def noise(self) -> Chance: ...


class ReplyWriter:
    """The writing side of one channel. one_stream: errors go where the output goes. line_end: behind a pty CR LF.

    unsent: how many bytes of the connection the network has not taken yet.
    """

    __slots__ = ("_channel", "_coordinate", "_outflow", "_replies", "_service", "_unsent", "line_end", "one_stream")

    def __init__(
        self, service: WriterContext, channel: ReplySink, *coordinate: int, unsent: Callable[[], int] = lambda: 0
    ) -> None:
        self._service = service
        self._channel = channel
        self._coordinate = coordinate
        self._unsent = unsent
        self._outflow: Outflow | None = None
        self._replies = 0
        self.one_stream = False
        self.line_end = "\n"

    def through(self, sink: ReplySink) -> None:
        """Write to this one from now on."""
        self._channel = sink

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
            note_spoiled(plan, self._service.model.now, stdout, stderr)
            stderr = spoil(stderr, plan, self._service.noise, *where, 2)
            if plan.rate is not None or plan.extra:
                source = source_of(stdout, plan, self._service.noise, *where, 1)
                self._let_out(source, stderr, plan.rate, partial(done, reply.status))
                return
            stdout = spoil(stdout, plan, self._service.noise, *where, 1)
        if self.one_stream:
            stdout, stderr = stdout + stderr, b""
        self._stdout(stdout)
        self._stderr(stderr)
        done(reply.status)

    def hold(self) -> None:
        """Stop sending until `resume`."""
        if self._outflow is not None:
            self._outflow.hold()

    def resume(self) -> None:
        if self._outflow is not None:
            self._outflow.resume()

    def stop(self) -> None:
        """Send nothing more of what is under way."""
        if self._outflow is not None:
            self._outflow.stop()
            self._outflow = None

    def _let_out(self, stdout: Source, stderr: bytes, rate: float | None, done: Callable[[], None]) -> None:
        """First the one, then the other."""
        write = self._stdout if self.one_stream else self._stderr
        self._flow(stdout, rate, self._stdout, lambda: self._flow(Source(stderr), rate, write, done))

    def _flow(
        self, source: Source, rate: float | None, write: Callable[[bytes], None], done: Callable[[], None]
    ) -> None:
        self._outflow = None
        if source.left:
            self._outflow = Outflow(self._service.loop, source, rate, write=write, unsent=self._unsent, done=done)
            self._outflow.start()
        else:
            done()

    def _encoded(self, text: str) -> bytes:
        return (text if self.line_end == "\n" else text.replace("\n", self.line_end)).encode()

    def _stdout(self, data: bytes) -> None:
        if data and not self._channel.is_closing():
            self._channel.write(data)

    def _stderr(self, data: bytes) -> None:
        if data and not self._channel.is_closing():
            self._channel.write_stderr(data)
