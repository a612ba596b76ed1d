"""The standard streams, whatever they are: closed, full, or a terminal that cannot show a letter.

What nobody can be told on stderr costs nothing: a verdict does not depend on who hears how the run goes. Results that
stdout does not take are an error that the user hears of.
"""

import io
import os
import sys
from typing import TextIO

from harness.errors import OutputError

__all__ = ["forget_stdout", "take_streams"]


class _Results(io.TextIOWrapper):
    """A gone reader stays `BrokenPipeError`; raises `OutputError` for any other reason why nothing can be written."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise _refusal(error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise _refusal(error) from error


class _Progress(io.TextIOWrapper):
    """Says what it can."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            return


def take_streams() -> None:
    """Put streams of ours in the place of the standard ones. Once, before anything else is opened."""
    for descriptor in (0, 1, 2):
        _fill(descriptor)
    sys.stdout = _over(_Results, sys.stdout, 1)
    sys.stderr = _over(_Progress, sys.stderr, 2)


def forget_stdout() -> None:
    """Let the interpreter's last flush go nowhere, or it would complain about the same stream again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fill(descriptor: int) -> None:
    """What is closed leads nowhere: else the next file that is opened, a store even, would be the standard stream."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # the lowest that is free, so this one


def _over(kind: type[io.TextIOWrapper], stream: TextIO | None, descriptor: int) -> io.TextIOWrapper:
    """A letter that the terminal cannot show is spelled, rather than costing the verdict."""
    if isinstance(stream, io.TextIOWrapper):
        encoding, buffered = stream.encoding, stream.detach()
    else:
        encoding, buffered = "utf-8", open(descriptor, "wb", closefd=False)  # noqa: SIM115 - it stays open to the end
    line_buffering = kind is _Progress or os.isatty(descriptor)
    return kind(buffered, encoding=encoding, errors="backslashreplace", line_buffering=line_buffering)


def _refusal(error: OSError) -> OSError | OutputError:
    if isinstance(error, BrokenPipeError):
        return error
    forget_stdout()
    return OutputError(f"stdout: cannot be written: {error.strerror}")
