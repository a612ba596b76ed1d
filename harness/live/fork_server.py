"""A process that has imported the code of the parts, and forks each of them: milliseconds in place of an import.

Run as `python -m harness.live.fork_server PARENT MODULE...` with a socket as stdin. For each line that comes, a fork
becomes the process that it orders; each line that goes says that one was started, or how it ended. There is one thread
and no event loop, so that a fork is sound. Forks die with the server, and it with its parent. Linux only.
"""

import ctypes
import gc
import json
import os
import runpy
import select
import socket
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from harness.live.die_with_parent import tie_to_parent

__all__ = ["main"]

_PR_SET_NAME = 15
_NAME = 15
"""Bytes that the kernel keeps of a process's name."""


def main() -> None:
    """Import, then serve; a fork goes on as its module."""
    parent, *modules = sys.argv[1:]
    tie_to_parent(int(parent))
    gc.disable()  # what is imported stays: there is nothing to collect
    for module in modules:
        import_module(module)
    gc.freeze()
    gc.enable()
    own = os.getpid()
    with socket.socket(fileno=os.dup(0)) as lab:
        order = _serve(lab)
    if order is None:
        os._exit(0)
    tie_to_parent(own)
    _become(order)


def _serve(lab: socket.socket) -> Mapping[str, Any] | None:
    """Until the other end is closed: None; in a fork its order."""
    running: dict[int, int] = {}
    poll = select.poll()
    poll.register(lab, select.POLLIN)
    unread = b""
    while True:
        for ready, _ in poll.poll():
            if ready in running:
                pid = running.pop(ready)
                poll.unregister(ready)
                os.close(ready)
                _, status = os.waitpid(pid, 0)
                _tell(lab, {"ended": pid, "status": os.waitstatus_to_exitcode(status)})
                continue
            received = lab.recv(1 << 16)
            if not received:
                return None
            *lines, unread = (unread + received).split(b"\n")
            for line in lines:
                pid = os.fork()
                if not pid:
                    for other in running:
                        os.close(other)
                    order: Mapping[str, Any] = json.loads(line)
                    return order
                end = os.pidfd_open(pid)
                running[end] = pid
                poll.register(end, select.POLLIN)
                _tell(lab, {"started": pid})


def _tell(lab: socket.socket, row: Mapping[str, int]) -> None:
    lab.sendall(json.dumps(row).encode() + b"\n")


def _become(order: Mapping[str, Any]) -> None:
    """Run the module as `python -m` does, in a session of its own, with what it prints in its log."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_NAME, order["name"].encode()[:_NAME])
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(order["log"], os.O_WRONLY | os.O_APPEND)
    for stream, file in enumerate((nothing, log, log)):
        os.dup2(file, stream)
    os.close(nothing)
    os.close(log)
    module, *sys.argv[1:] = order["module"]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
