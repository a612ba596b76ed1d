"""Ends what a benchmark has started, however it ends: an interrupted one leaves no server behind."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

__all__ = ["without_children"]

_PATIENCE = 5.0
_PR_SET_CHILD_SUBREAPER = 36


@contextmanager
def without_children() -> Iterator[None]:
    """At the end of the context no process is left that was started in it, by this one or by one of those."""
    if sys.platform == "linux":  # those whose parent has ended are ours from then on
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        while children := psutil.Process().children(recursive=True):
            _end(children)


def _end(children: list[psutil.Process]) -> None:
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.terminate()
    _, alive = psutil.wait_procs(children, timeout=_PATIENCE)
    for child in alive:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(alive, timeout=_PATIENCE)
