"""One session of a client, answered from a tape as the device answered it, and as fast or as slow."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import asyncssh

from connector.values import replace
from harness.tape.exchange import CutBy, Event, EventSource, TapedExchange
from harness.tape.matching import Deck, Miss, TapePart

__all__ = ["MISS_STATUS", "PlayedSession"]

MISS_STATUS = 125
"""The exit status of a command that the tape has no answer to."""
_CHUNK = 32_768


class _Gone(Exception):
    """The client has gone, or says no more."""


class _OtherStdin(Exception):
    """What came on stdin is not what is recorded."""


class PlayedSession(asyncssh.SSHServerSession[bytes]):
    """speed: how many times as fast; None: without waiting. forward: takes a session over that the tape has no answer
    to, or says that it does not; then the client is told. on_miss: called with each miss.

    begun_at_prompt: lines were answered from the tape, of which a device knows nothing.
    """

    def __init__(
        self,
        deck: Deck,
        group: asyncio.TaskGroup,
        *,
        speed: float | None,
        forward: "Callable[[PlayedSession], bool]",
        on_miss: Callable[[Miss], None],
    ) -> None:
        self._deck = deck
        self._group = group
        self._speed = speed
        self._forward = forward
        self._on_miss = on_miss
        self._changed = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self.channel: asyncssh.SSHServerChannel[bytes]
        self.command: str | None = None
        self.terminal: Mapping[str, Any] = {}
        self.received = bytearray()
        self._heard = bytearray()
        self.ended = False
        self.begun_at_prompt = False
        self._signals: list[str] = []
        self._gone = False
        self._serving: asyncio.Task[None] | None = None
        self.taken_over: asyncssh.SSHServerSession[bytes] | None = None

    # --- what the client does ---------------------------------------------------------------------------------------

    def connection_made(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        self.channel = chan

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Mapping[int, int]) -> bool:
        self.terminal = {"term_type": term_type, "term_size": term_size, "term_modes": dict(term_modes)}
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self.command = command
        return True

    def session_started(self) -> None:
        self._serving = self._group.create_task(self._serve())

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if self.taken_over is not None:
            self.taken_over.data_received(data, datatype)
        self.received += data
        self._changed.set()

    def eof_received(self) -> bool:
        if self.taken_over is not None:
            self.taken_over.eof_received()
        self.ended = True
        self._changed.set()
        return True

    def signal_received(self, signal: str) -> None:
        if self.taken_over is not None:
            self.taken_over.signal_received(signal)
        self._signals.append(signal)
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.taken_over is not None:
            self.taken_over.connection_lost(exc)
        self._gone = True
        if self._serving is not None:
            self._serving.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # --- what the tape answers --------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        try:
            if self.command is None:
                await self._shell()
            else:
                await self._exec(self.command)
        except _Gone:
            self._close()

    async def _exec(self, command: str) -> None:
        parts = self._deck.commands(command)
        if not parts:
            self._missed(lambda: self._deck.miss(command))
            return
        part = await self._with_stdin(parts)
        if part is None:
            self._missed(lambda: self._deck.miss(command, stdin=bytes(self.received)))
            return
        self._deck.use(part)
        part.played = 1
        try:
            await self._play(part.first)
        except _OtherStdin:
            self._missed(lambda: self._deck.other_stdin(part.first, bytes(self._heard)))

    async def _with_stdin(self, parts: list[TapePart]) -> TapePart | None:
        """Of several with the same command, the first whose stdin is what comes; None where it is another."""
        texts = {part.first.stdin for part in parts}
        if texts == {b""}:
            return parts[0]
        while True:
            got = bytes(self.received)
            for part in parts:
                if (part.first.stdin or self.ended) and self._deck.same_stdin(part.first.stdin, got):
                    return part
            only = parts[0].first.stdin
            if len(texts) == 1 and not self._deck.has_secret(only) and only.startswith(got) and not self.ended:
                return parts[0]  # nothing to choose: it may answer before all has come
            if self.ended or not any(self._may_become(got, text) for text in texts):
                return None
            await self._wait()

    def _may_become(self, got: bytes, wanted: bytes) -> bool:
        return wanted.startswith(got) or self._deck.has_secret(wanted)

    async def _shell(self) -> None:
        part = self._deck.shell()
        if part is None:
            self._missed(lambda: self._deck.miss("", at_prompt=True))
            return
        self._deck.use(part)
        self.begun_at_prompt = True
        for exchange in part.exchanges:
            if exchange.asked and not await self._typed(exchange):
                return
            part.played += 1
            await self._play(exchange)
        if not part.exchanges[-1].ends_session:
            await self._until_gone()

    async def _typed(self, exchange: TapedExchange) -> bool:
        """Wait until it is typed. False: something else was, and the client has been told."""
        wanted = _lines(exchange.asked)
        pattern = self._deck.pattern(wanted)
        while True:
            got = _lines(self.received.decode("utf-8", "replace"))
            size = self._size_of(wanted, pattern, got)
            if size:
                del self.received[:size]
                return True
            if size is None:
                self._missed(lambda: self._deck.typed_miss(self.received.decode("utf-8", "replace"), exchange))
                return False
            if self.ended:
                raise _Gone
            await self._wait()

    def _size_of(self, wanted: str, pattern: Any, got: str) -> int | None:
        """Bytes of what has come that are what is wanted; 0: not all of it has come; None: it is something else."""
        lines = wanted.count("\n")
        if not lines:
            return len(wanted.encode()) if got.startswith(wanted) else 0 if wanted.startswith(got) else None
        if got.count("\n") < lines:
            return 0
        parts = got.split("\n")
        whole = "\n".join(parts[:lines]) + "\n"
        if not wanted.endswith("\n"):
            whole += parts[lines]
        if pattern.fullmatch(self._deck.without_ignored(whole)) is None:
            return None
        return len(whole.encode())

    async def _play(self, exchange: TapedExchange) -> None:
        left = {
            EventSource.STDIN: exchange.stdin,
            EventSource.STDOUT: exchange.stdout,
            EventSource.STDERR: exchange.stderr,
        }
        last = 0.0
        for event in _whole(exchange):
            if event.source.is_output:
                await self._sleep(event.at - last)
                data, left[event.source] = left[event.source][: event.size], left[event.source][event.size :]
                await self._write(data, event.source)
            else:
                await self._await_client(event, exchange)
            last = event.at
        await self._sleep(exchange.took - last)
        await self._finish(exchange)

    async def _await_client(self, event: Event, exchange: TapedExchange) -> None:
        match event.source:
            case EventSource.STDIN:
                if self._deck.has_secret(exchange.stdin):
                    return  # all of it was compared, and a secret may be of another length
                while len(self.received) < event.size and not self.ended:
                    await self._wait()
                self._heard += self.received[: event.size]
                del self.received[: event.size]
                if not exchange.stdin.startswith(self._heard):
                    raise _OtherStdin
            case EventSource.END:
                while (exchange.stdin or exchange.typed is not None) and not self.ended:
                    await self._wait()
            case _:
                while event.name not in self._signals:
                    await self._wait()
                self._signals.remove(event.name)

    async def _finish(self, exchange: TapedExchange) -> None:
        if self._gone:
            return
        if exchange.refused is not None:
            self.channel.write(f"spoolproof tape: the device opened no session: {exchange.refused}\r\n".encode(), 1)
            self.channel.close()
        elif exchange.status is not None:
            self.channel.exit(exchange.status)
        elif exchange.signal is not None:
            self.channel.exit_with_signal(exchange.signal)
        elif exchange.cut is CutBy.DEVICE:
            self.channel.get_connection().abort()
        elif exchange.cut is not None:
            await self._until_gone()
        elif exchange.exec is not None:
            self.channel.close()  # it gave no exit status

    async def _until_gone(self) -> None:
        while not self._gone:
            await self._wait()

    async def _write(self, data: bytes, source: EventSource) -> None:
        datatype = asyncssh.EXTENDED_DATA_STDERR if source is EventSource.STDERR else None
        for at in range(0, len(data), _CHUNK):
            await self._writable.wait()
            if self._gone:
                raise _Gone
            self.channel.write(data[at : at + _CHUNK], datatype)

    async def _sleep(self, seconds: float) -> None:
        if self._speed is not None and seconds > 0:
            await asyncio.sleep(seconds / self._speed)

    async def _wait(self) -> None:
        """Until the client has done something. Raises `_Gone`."""
        if self._gone:
            raise _Gone
        self._changed.clear()
        await self._changed.wait()

    def _missed(self, miss: Callable[[], Miss]) -> None:
        found = miss()
        self._on_miss(found)
        if self._gone:
            return
        found.captured = self._forward(self)
        if found.captured:
            return
        self.channel.write(f"spoolproof tape: {found}\r\n".encode(), asyncssh.EXTENDED_DATA_STDERR)
        self.channel.exit(MISS_STATUS)

    def _close(self) -> None:
        if not self._gone:
            self.channel.close()


def _whole(exchange: TapedExchange) -> Iterator[Event]:
    """The events, with what they do not tell: stdin comes first, output with its stream's last event or at the end."""
    sizes = {
        EventSource.STDIN: len(exchange.stdin),
        EventSource.STDOUT: len(exchange.stdout),
        EventSource.STDERR: len(exchange.stderr),
    }
    for event in exchange.events:
        if event.source in sizes:
            sizes[event.source] -= event.size
    if sizes[EventSource.STDIN] > 0:
        yield Event(at=0.0, source=EventSource.STDIN, size=sizes[EventSource.STDIN])
    last = {event.source: index for index, event in enumerate(exchange.events)}
    for index, event in enumerate(exchange.events):
        rest = sizes[event.source] if event.source.is_output and last[event.source] == index else 0
        yield replace(event, size=event.size + max(0, rest))
    for source in (EventSource.STDOUT, EventSource.STDERR):
        if source not in last and sizes[source]:
            yield Event(at=exchange.took, source=source, size=sizes[source])


def _lines(text: str) -> str:
    """Whatever ends lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
