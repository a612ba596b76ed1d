"""Files that are there whole or not at all, and are never written through somebody else's link."""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["is_stream", "write_private", "write_private_once", "write_whole"]

_OPEN_FILES = re.compile(r"/dev|/proc/[0-9]+(/task/[0-9]+)?/fd")
"""Folders whose links are the names of open files."""
_ANYBODYS = 0o666
"""Less what the process' umask takes from it."""
_OWNERS = 0o600


def write_whole(path: Path, data: str | bytes) -> None:
    """Replace `path` in one step: no reader sees half of it. What is a stream is written to. Raises `OSError`."""
    if is_stream(path):
        with path.open("ab") as stream:  # without cutting off what a shell's `>>` leaves before it
            stream.write(data.encode() if isinstance(data, str) else data)
        return
    with _drafted(path, data, _ANYBODYS) as draft:
        draft.replace(path)


def is_stream(path: Path) -> bool:
    """Whether it is a device, a pipe or an open file's name such as /dev/stdout, even where that leads to a regular
    file: none of these is ever replaced. Raises `OSError`.
    """
    if path.is_symlink() and _OPEN_FILES.fullmatch(os.path.realpath(path.parent)):
        return True
    return path.exists() and not (path.is_file() or path.is_dir())


def write_private(path: Path, data: str | bytes) -> None:
    """The same of a file with a secret: its owner's alone. Raises `OSError`, also where a device or a pipe is."""
    _check_no_special(path)
    with _drafted(path, data, _OWNERS) as draft:
        draft.replace(path)


def write_private_once(path: Path, data: str | bytes) -> None:
    """The same, but if somebody else was faster, theirs stays. Raises `OSError`."""
    with _drafted(path, data, _OWNERS) as draft, suppress(FileExistsError):
        path.hardlink_to(draft)


def _check_no_special(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
        raise OSError(0, "it is not a regular file", str(path))


@contextmanager
def _drafted(path: Path, data: str | bytes, mode: int) -> Iterator[Path]:
    """The content under another name beside it, which is gone at the end."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")  # a name at which nobody can have laid a link
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        try:
            with open(descriptor, "wb") as opened:
                opened.write(data.encode() if isinstance(data, str) else data)
            yield draft
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # nobody has heard of the other name
