"""`sys.stdout` and `sys.stderr` for the code of a life: lines of its log, in place of the harness's own output."""

import io
import sys
from typing import TextIO

from harness.virtual.hosted.life import HostedLife, current_life

__all__ = ["Output", "install"]

_KEPT = 1000
"""Lines of one life's log."""


class Output(io.TextIOBase):
    """Writes to the log of the life whose code runs; everybody else's goes where it went before."""

    def __init__(self, original: TextIO) -> None:
        self._original = original

    def write(self, text: str) -> int:
        life = current_life()
        if life is None:
            return self._original.write(text)
        _append(life, text)
        return len(text)

    def flush(self) -> None:
        if current_life() is None:
            self._original.flush()

    def fileno(self) -> int:
        return self._original.fileno()

    def isatty(self) -> bool:
        return current_life() is None and self._original.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the stub has it writable
        return self._original.encoding


def _append(life: HostedLife, text: str) -> None:
    begun = life.log.pop() if life.log else ""
    life.log.extend((begun + text).split("\n"))
    del life.log[:-_KEPT]


def install() -> None:
    """Catch what a life prints, from now on."""
    if not isinstance(sys.stdout, Output):
        sys.stdout = Output(sys.stdout)
    if not isinstance(sys.stderr, Output):
        sys.stderr = Output(sys.stderr)
