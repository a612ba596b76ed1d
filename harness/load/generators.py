"""Generators: what the processes of a load report to the process that started them, and what they are told."""

import asyncio
from contextlib import suppress

from harness.errors import GeneratorFailed
from harness.load.wire import GeneratorCommand, Row, decode, encode_command, is_of_attempt, is_of_op
from reports.journal import GeneratorNote

__all__ = ["MASTER_GONE", "Generators"]

MASTER_GONE = 69
"""The exit status of a worker whose master is gone."""

_GRACE = 15.0
"""Seconds for generators to send what they know and end."""


class Generators:
    """Made by `open_generators`. history: lines of rows, as they came. states: how far each process has come.

    parts: how many processes play the load; 0 before it begins.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.history: list[bytes] = []
        self.rows: list[Row] = []
        self.states: dict[int, GeneratorNote] = {}
        self.parts = 0
        self.is_ready = asyncio.Event()
        self.changed = asyncio.Event()
        """Set with every row that is not of the history."""
        self.failure: str | None = None
        self.ending = False
        """Whether they have been told to end."""
        self.aborted: str | None = None
        self._heard = asyncio.Event()
        """Set when the other side has ended."""
        self._closed: set[int] = set()
        """Those that have sent all."""

    def tell(self, command: GeneratorCommand) -> None:
        """Send a command; one to nobody is dropped, since `failure` says so."""
        if not self._writer.is_closing():
            self._writer.write(encode_command(command))

    def fail(self, why: str) -> None:
        """The load cannot go on. The first reason counts."""
        self.failure = self.failure or why
        self.changed.set()
        self.is_ready.set()

    def check(self) -> None:
        """Raises `GeneratorFailed` where the load cannot go on."""
        if self.failure is not None:
            raise GeneratorFailed(self.failure)

    async def news(self, *, within: float) -> None:
        """Until they report something, at most so many seconds."""
        self.changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.changed.wait()

    async def finish(self) -> None:
        """Have them send all that they know, and end. Raises `GeneratorFailed`."""
        self.ending = True
        self.tell(GeneratorCommand(quit=True))
        try:
            async with asyncio.timeout(_GRACE):
                await self._heard.wait()
        except TimeoutError:
            self.fail(f"the load generators did not end within {_GRACE:g} s")
        missing = [number for number in self.states if number not in self._closed]
        if missing and self.failure is None:
            self.fail(f"load generator {missing[0]} did not send all its rows")
        self.check()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Until the other side has ended, or is killed: with commands unread, its connection is then reset."""
        with suppress(ConnectionResetError):
            while line := await reader.readline():
                if is_of_op(line) or is_of_attempt(line):
                    self.history.append(line)
                else:
                    self._note(decode(line))
        self._heard.set()
        self.changed.set()

    def _note(self, row: Row) -> None:
        if row.ready:
            self.is_ready.set()
        elif row.parts is not None:
            self.parts = row.parts
        elif row.state is not None:
            self.states[row.process] = row.state
        elif row.lost is not None:
            self.fail(row.lost)
        elif row.aborted is not None:
            self.aborted = row.aborted
        else:
            self.rows.append(row)
            if row.skipped is not None:
                self._closed.add(row.process)
        self.changed.set()
