"""`sys.stdout` and `sys.stderr` for the code of a life: lines of its log, in place of the harness's own output."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from harness.virtual.hosted.life import HostedLife, current_life

__all__ = ["Output", "hear_logging", "install", "kept_logging"]

_DISABLE = "disable"
_KEPT = 1000
"""Lines of a part's log."""


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


def hear_logging() -> None:
    """Let a life log, though the harness has turned logging off for what it runs itself."""
    plain: Any = logging.Manager.disable  # a property, whatever the stubs say
    able = plain.getter(lambda manager: plain.fget(manager) if current_life() is None else logging.NOTSET)
    setattr(logging.Manager, _DISABLE, able)


def install() -> None:
    """Catch what a life prints, from now on."""
    if not isinstance(sys.stdout, Output):
        sys.stdout = Output(sys.stdout)
    if not isinstance(sys.stderr, Output):
        sys.stderr = Output(sys.stderr)


@contextmanager
def kept_logging() -> Iterator[None]:
    """Undo at the end what a service has configured of `logging`, which is one for the whole process."""
    root = logging.root
    handlers, level = root.handlers[:], root.level
    able = [logger for logger in logging.Logger.manager.loggerDict.values() if not getattr(logger, "disabled", True)]
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for logger in able:
            logger.disabled = False  # type: ignore[union-attr]  # placeholders have no such attribute, and are not in it
