"""The command `spoolproof` for a page with many of them: one process imports it once, and each is a fork of that one.

`command.py ask SOCKET WORDS…` takes the place of the command: it hands over its streams, its folder and its
environment, passes signals on, and ends as the command does. That the command starts by itself, and what it imports
then, has tests of its own.
"""

import gc
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

__all__ = ["served_command"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LARGEST = 1 << 17
"""Bytes of a request: an environment, and the words of a command."""


@contextmanager
def served_command(folder: Path, root: Path) -> Iterator[str]:
    """What a shell runs instead of `spoolproof`, while the context lasts. root: where the packages lie."""
    address = str(folder / "commands")
    serving = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.docs.command", "serve", address],
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    )
    with serving:
        try:
            assert serving.stdout is not None
            assert serving.stdout.readline() == b"ready\n"
            yield shlex.join([sys.executable, "-I", "-S", __file__, "ask", address])
        finally:
            serving.terminate()


def _ask(address: str, *words: str) -> NoReturn:
    """Be the command: from its words to its exit status, or to the signal that ended it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # until it is known whom they are for
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(address)
        request = {"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}
        socket.send_fds(connection, [json.dumps(request).encode()], [0, 1, 2])
        command = int(connection.recv(_LARGEST))
        for number in _SIGNALS:
            signal.signal(number, lambda received, _: os.kill(command, received))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        code = os.waitstatus_to_exitcode(int(connection.recv(_LARGEST)))
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _serve(address: str) -> NoReturn:
    """Until SIGTERM."""
    _import_all()
    gc.collect()
    gc.freeze()  # a fork that looked through all of it would copy all of it
    signal.signal(signal.SIGTERM, _end)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(connection)
            connection.close()
            _wait_for_the_ended()


def _end(*_: object) -> NoReturn:
    _wait_for_the_ended()
    os._exit(0)


def _wait_for_the_ended() -> None:
    """What they cost is then the server's, and in the end the test's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _import_all() -> None:
    """What most commands need; it brings no thread along."""
    import harness.cli.entry
    import harness.cli.lint
    import harness.cli.run
    import harness.live.runner
    import harness.model.runner
    import harness.virtual.runner  # noqa: F401 - they are wanted imported


def _answer(connection: socket.socket) -> NoReturn:
    """Start the command, and tell its number and then its status."""
    message, streams, _, _ = socket.recv_fds(connection, _LARGEST, 3)
    request = json.loads(message)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    command = os.fork()
    if command == 0:
        connection.close()
        for number, (name, stream) in enumerate(zip(("stdin", "stdout", "stderr"), streams, strict=True)):
            os.dup2(stream, number)
            os.close(stream)
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115 - as long as it runs
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        sys.argv = ["spoolproof", *request["words"]]
        from spoolproof._start import main

        main()
    for stream in streams:
        os.close(stream)
    connection.send(str(command).encode())
    connection.send(str(os.waitpid(command, 0)[1]).encode())
    os._exit(0)


if __name__ == "__main__":
    {"ask": _ask, "serve": _serve}[sys.argv[1]](*sys.argv[2:])
