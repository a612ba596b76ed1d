"""The connection of a generator to the process that started it: rows go there, commands come from there."""

import socket
from collections.abc import Callable

import gevent
import gevent.socket

from harness.load.wire import GeneratorCommand, decode_command

__all__ = ["Parent"]


class Parent:
    """descriptor: of a socket that this process was born with. on_command: called with each command. on_end: called
    when the other side is gone."""

    def __init__(
        self, descriptor: int, on_command: Callable[[GeneratorCommand], object], on_end: Callable[[], object]
    ) -> None:
        self._socket = gevent.socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=descriptor)
        self._on_command = on_command
        self._on_end = on_end
        gevent.spawn(self._listen)

    def send(self, lines: bytes) -> None:
        """Raises nothing where nobody listens any more: `on_end` says so."""
        try:
            self._socket.sendall(lines)
        except OSError:
            return

    def _listen(self) -> None:
        with self._socket.makefile("rb") as lines:
            try:
                for line in lines:
                    self._on_command(decode_command(line))
            except OSError:
                pass
        self._on_end()
