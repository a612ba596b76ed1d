"""Reads input files with a size limit, and without blocking on pipes.

A scenario may come from anyone. So the files that it refers to must be regular files in its own folder: no absolute
path, no `..`, no symlink that leads outside, no device and no pipe. Messages name the file and never quote its content.
"""

import errno
import os
import stat
from pathlib import Path

__all__ = ["read_input", "read_regular_file", "read_sibling", "resolve_sibling"]


def resolve_sibling(folder: Path, name: str | Path) -> Path:
    """Return the path of a file that another file in `folder` refers to. Raises `ValueError`."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name}: is outside; accepted: a file in the folder of the file that names it, or below")
    try:
        root = folder.resolve()
        found = (root / path).resolve(strict=True)
        mode = found.stat().st_mode
    except OSError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from error
    except (RuntimeError, ValueError) as error:  # a loop of symlinks; a name with a zero byte
        raise ValueError(f"{str(name)!r}: is not a file name") from error
    if not found.is_relative_to(root):
        raise ValueError(
            f"{name}: is a link that leads outside; accepted: a file in the folder of the file that names it"
        )
    if not stat.S_ISREG(mode):
        raise ValueError(f"{name}: is not a regular file")
    return found


def read_sibling(folder: Path, name: str | Path, max_bytes: int) -> str:
    """Read the text of a file that another file in `folder` refers to. Raises `ValueError`."""
    try:
        return read_regular_file(resolve_sibling(folder, name), max_bytes).decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: is not a text file") from error


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """Read a regular file. Raises `OSError`, also for other kinds of file and for a larger one."""
    return _read(path, max_bytes, pipes=False)


def read_input(path: Path, max_bytes: int | None = None) -> bytes:
    """Read a file that a user named: a regular one, or a pipe with a writer, such as a shell's `<(...)`.

    max_bytes None: no limit. Raises `OSError`, also for other kinds of file.
    """
    return _read(path, max_bytes, pipes=True)


def _read(path: Path, max_bytes: int | None, *, pipes: bool) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        first = _read_pipe_once(descriptor) if pipes and stat.S_ISFIFO(mode) else b""
        if not (first is None or first or stat.S_ISREG(mode)):
            raise OSError(0, "it is not a regular file", str(path))
        os.set_blocking(descriptor, True)
        with open(descriptor, "rb", closefd=False) as file:
            content = (first or b"") + file.read(-1 if max_bytes is None else max_bytes + 1)
    finally:
        os.close(descriptor)
    if max_bytes is not None and len(content) > max_bytes:
        raise OSError(0, f"it is larger than {max_bytes} bytes", str(path))
    return content


def _read_pipe_once(descriptor: int) -> bytes | None:
    """Return what the pipe holds: empty without a writer, None while a writer has not written yet."""
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return None
