"""The lab as a child process (`python -P -m spoolproof._lab`): answers one request, and ends when its parent does."""

import json
import os
import select
import signal
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from threading import Event, Thread
from typing import Any, NoReturn

from spoolproof._protocol import PROTOCOL
from spoolproof._start import put_rooms_first

_STDIN = 0
_APART = 0.5
_ASKED = 20
"""How often it is asked to end, `_APART` seconds apart, before it ends at once."""


def main() -> NoReturn:
    """Exit codes mean nothing here: what there is to say is in the messages."""
    stdout = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not come between the messages

    def send(message: dict[str, Any]) -> None:
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(stdout, line) :]

    request = json.loads(_first_line())
    send({"lab": PROTOCOL, "version": _version()})
    if request["protocol"] != PROTOCOL:
        sys.exit()
    Thread(target=_end_with, args=(request["parent"],), daemon=True).start()
    put_rooms_first()
    try:
        from harness.lab.task import do

        do(request["task"], request["with"], send)
    except ModuleNotFoundError as error:
        where = f"{sys.executable} lacks libraries of the lab ({error})"
        send({"error": {"kind": "start", "message": f"{where}; SPOOLPROOF_PYTHON can name a Python that has them"}})
    except BrokenPipeError:  # the parent has gone
        os._exit(1)
    sys.exit()


def _first_line() -> bytes:
    """Of stdin, and not a byte more."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(_STDIN, 65_536)
        if not byte:
            sys.exit()
        line += byte
    return line


def _version() -> str:
    try:
        return version("spoolproof")
    except PackageNotFoundError:
        return "not installed"


def _end_with(parent: int) -> None:
    """Wait for the end of stdin or of the parent, then ask this process to end, and end it where it does not.

    The parent is watched too, since a process that it forked may hold its end of the pipe open.
    """
    poll = select.poll()
    poll.register(_STDIN, select.POLLIN)
    try:
        poll.register(os.pidfd_open(parent), select.POLLIN)
    except ProcessLookupError:
        os._exit(1)
    except (AttributeError, OSError):  # no Linux, or an old one
        pass
    poll.poll()
    for _ in range(_ASKED):
        with suppress(ProcessLookupError):
            os.kill(os.getpid(), signal.SIGTERM)
        Event().wait(_APART)
    os._exit(1)


if __name__ == "__main__":
    main()
