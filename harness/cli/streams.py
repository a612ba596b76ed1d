"""Makes the standard streams robust: they may be closed, full, or unable to encode a character.

Errors on stderr are ignored, since progress does not change a verdict. Errors on stdout are reported to the user.
"""

import io
import os
import sys
from typing import TextIO

from harness.errors import OutputError

__all__ = ["detach_stdout", "replace_streams"]


class _ResultStream(io.TextIOWrapper):
    """Standard output: a closed one raises `BrokenPipeError`, any other write error `OutputError`."""

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


class _ProgressStream(io.TextIOWrapper):
    """Standard error: ignores write errors."""

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


def replace_streams() -> None:
    """Replace the standard streams. Call it once, before any file is opened."""
    for descriptor in (0, 1, 2):
        _fill(descriptor)
    sys.stdout = _over(_ResultStream, sys.stdout, 1)
    sys.stderr = _over(_ProgressStream, sys.stderr, 2)


def detach_stdout() -> None:
    """Point stdout to the null device, so that the interpreter's last flush does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fill(descriptor: int) -> None:
    """Open the null device on a closed descriptor, or the next opened file would become the standard stream."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one


def _over(kind: type[io.TextIOWrapper], stream: TextIO | None, descriptor: int) -> io.TextIOWrapper:
    """Wrap a stream; characters that it cannot encode are escaped."""
    if isinstance(stream, io.TextIOWrapper):
        encoding, buffered = stream.encoding, stream.detach()
    else:
        encoding, buffered = "utf-8", open(descriptor, "wb", closefd=False)  # noqa: SIM115 - stays open until exit
    line_buffering = kind is _ProgressStream or os.isatty(descriptor)
    return kind(buffered, encoding=encoding, errors="backslashreplace", line_buffering=line_buffering)


def _refusal(error: OSError) -> OSError | OutputError:
    if isinstance(error, BrokenPipeError):
        return error
    detach_stdout()
    return OutputError(f"stdout: cannot be written: {error.strerror}")
