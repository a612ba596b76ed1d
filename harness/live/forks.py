"""Starts parts as forks of one process that has imported their code: see `fork_server.py`."""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from harness.errors import ServiceUnavailable
from harness.live.cleaner import run_environment
from harness.live.launch import Launch
from harness.live.spawned import PartOfSystem, StartProcess, spawn
from harness.python_path import python_module

__all__ = ["forks_of"]

_QUOTED = 2000
"""Bytes of what the server printed that are quoted."""


@contextmanager
def forks_of(directory: Path, *modules: str) -> Iterator[StartProcess]:
    """What starts parts of the run in this directory, all of which end with the context. modules: imported before.

    The directory need not be there yet. Where the system cannot watch the child of another process, parts are spawned.
    """
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        yield spawn
        return
    with ExitStack() as stack:
        ours, theirs = map(stack.enter_context, socket.socketpair())
        log = stack.enter_context(open(os.memfd_create("fork-server"), "r+b"))
        server = subprocess.Popen(  # noqa: S603 - the command is our own
            python_module("harness.live.fork_server", str(os.getpid()), *modules),
            stdin=theirs.fileno(),
            stdout=log,
            stderr=log,
            env=run_environment(directory),
            start_new_session=True,  # what is sent to the harness's whole group must not reach it
        )
        theirs.close()
        stack.callback(server.wait)
        stack.callback(server.kill)  # its forks die with it
        ours.setblocking(False)
        forks = _Forks(ours, log)
        stack.callback(forks.close)
        yield forks.start


class _Forked:
    """A `PartOfSystem`: a child of the fork server, who tells how it ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        try:
            self._end = os.pidfd_open(pid)
        except ProcessLookupError:  # it has ended, and the server is about to say how
            self._end = -1

    @property
    def returncode(self) -> int | None:
        return self._status.result() if self._status.done() else None

    def has_ended(self) -> bool:
        if self._status.done() or self._end < 0:
            return True
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        return bool(poll.poll(0))

    async def wait(self) -> int:
        return await asyncio.shield(self._status)

    def end(self, status: int) -> None:
        """It ended with this status."""
        if not self._status.done():
            self._status.set_result(status)
            if self._end >= 0:
                os.close(self._end)


class _Forks:
    """The lab's side of a fork server. log: what the server printed."""

    def __init__(self, server: socket.socket, log: BinaryIO) -> None:
        self._server = server
        self._log = log
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: deque[asyncio.Future[_Forked]] = deque()
        self._running: dict[int, _Forked] = {}
        self._unread = b""

    async def start(self, launch: Launch, log: Path) -> PartOfSystem:
        """A `StartProcess`. Raises `ServiceUnavailable` where the server has ended."""
        if launch.module is None:
            return await spawn(launch, log)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._server, self._read)
        order = {"module": launch.module, "log": str(log), "name": launch.part}
        asked: asyncio.Future[_Forked] = self._loop.create_future()
        self._asked.append(asked)
        try:
            self._server.sendall(json.dumps(order).encode() + b"\n")
        except OSError as error:
            raise self._ended() from error
        return await asked

    def close(self) -> None:
        """Hear no more of it."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._server)
        for forked in self._running.values():
            forked.end(-signal.SIGKILL)

    def _read(self) -> None:
        try:
            received = self._server.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self.close()
            for asked in self._asked:
                if not asked.done():
                    asked.set_exception(self._ended())
            return
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            row = json.loads(line)
            if "started" in row:
                forked = self._running[row["started"]] = _Forked(row["started"])
                asked = self._asked.popleft()
                if not asked.cancelled():
                    asked.set_result(forked)
            else:
                self._running.pop(row["ended"]).end(row["status"])

    def _ended(self) -> ServiceUnavailable:
        said = os.pread(self._log.fileno(), _QUOTED, max(os.fstat(self._log.fileno()).st_size - _QUOTED, 0))
        quote = f"; its log ends: {said.decode(errors='replace').strip()}" if said else ""
        return ServiceUnavailable(f"the process that starts the parts has ended{quote}")
