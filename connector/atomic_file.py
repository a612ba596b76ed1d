"""Atomic writes: a file appears with its whole content or not at all, and no symlink is followed."""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["create_private", "is_stream", "write_atomic", "write_private"]

_OPEN_FILES = re.compile(r"/dev|/proc/[0-9]+(/task/[0-9]+)?/fd")
"""Folders whose symlinks stand for open files."""
_PUBLIC_MODE = 0o666
"""The umask of the process still applies."""
_PRIVATE_MODE = 0o600


def write_atomic(path: Path, data: str | bytes) -> None:
    """Replace `path` in one step, so that no reader sees half of it; append to a stream. Raises `OSError`."""
    if is_stream(path):
        with path.open("ab") as stream:  # without cutting off what a shell's `>>` leaves before it
            stream.write(data.encode() if isinstance(data, str) else data)
        return
    with _temporary_file(path, data, _PUBLIC_MODE) as temporary:
        temporary.replace(path)


def is_stream(path: Path) -> bool:
    """Return whether `path` is a device, a pipe or an open file such as /dev/stdout (even one that is a regular file).

    None of these is ever replaced. Raises `OSError`.
    """
    if path.is_symlink() and _OPEN_FILES.fullmatch(os.path.realpath(path.parent)):
        return True
    return path.exists() and not (path.is_file() or path.is_dir())


def write_private(path: Path, data: str | bytes) -> None:
    """Replace `path` in one step by a file that only its owner can read. Raises `OSError`, also for devices."""
    _refuse_special_file(path)
    with _temporary_file(path, data, _PRIVATE_MODE) as temporary:
        temporary.replace(path)


def create_private(path: Path, data: str | bytes) -> None:
    """Create `path` as a private file; an existing file stays as it is. Raises `OSError`."""
    with _temporary_file(path, data, _PRIVATE_MODE) as temporary, suppress(FileExistsError):
        path.hardlink_to(temporary)


def _refuse_special_file(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
        raise OSError(0, "it is not a regular file", str(path))


@contextmanager
def _temporary_file(path: Path, data: str | bytes, mode: int) -> Iterator[Path]:
    """Write the content to a temporary file in the same folder; remove it at the end."""
    temporary = path.with_name(
        f".{path.name}.{secrets.token_hex(8)}"
    )  # unpredictable: nobody can place a symlink there
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        try:
            with open(descriptor, "wb") as opened:
                opened.write(data.encode() if isinstance(data, str) else data)
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # name the file that the caller knows
