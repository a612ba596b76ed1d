"""Files that are named to a program, and how they are read without waiting for what never comes.

Those that another file names: of that file's own folder, regular, and of bounded size.

A scenario may come from anybody. So nothing outside of its folder is read, whether by an absolute path, by `..` or by a
link, and neither a device nor a pipe, which might never end. Messages name the file and hold nothing of its content.
"""

import errno
import os
import stat
from pathlib import Path

__all__ = ["find_named", "read_given", "read_named", "read_regular"]


def find_named(folder: Path, name: str | Path) -> Path:
    """Where the file of that name is. Raises `ValueError`."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name}: lies outside; accepted: a file in the folder of the file that names it, or below")
    try:
        root = folder.resolve()
        found = (root / path).resolve(strict=True)
        mode = found.stat().st_mode
    except OSError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from error
    except (RuntimeError, ValueError) as error:  # links that lead to one another; a name with a zero byte
        raise ValueError(f"{str(name)!r}: is not the name of a file") from error
    if not found.is_relative_to(root):
        raise ValueError(
            f"{name}: is a link that leads outside; accepted: a file in the folder of the file that names it"
        )
    if not stat.S_ISREG(mode):
        raise ValueError(f"{name}: is not a regular file")
    return found


def read_named(folder: Path, name: str | Path, largest: int) -> str:
    """The text of such a file, of at most so many bytes. Raises `ValueError`."""
    try:
        return read_regular(find_named(folder, name), largest).decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: is not a text file") from error


def read_regular(path: Path, largest: int) -> bytes:
    """The content of a regular file; never waits for a writer. Raises `OSError`, also for another or a larger one."""
    return _read(path, largest, pipes=False)


def read_given(path: Path, largest: int | None = None) -> bytes:
    """The content of a file that somebody gives a program: regular, or a pipe that somebody writes to, as a shell's
    `<(...)` is. Raises `OSError` for all else. largest None: whole, however large.
    """
    return _read(path, largest, pipes=True)


def _read(path: Path, largest: int | None, *, pipes: bool) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        first = _first_of_pipe(descriptor) if pipes and stat.S_ISFIFO(mode) else b""
        if not (first is None or first or stat.S_ISREG(mode)):
            raise OSError(0, "it is not a regular file", str(path))
        os.set_blocking(descriptor, True)
        with open(descriptor, "rb", closefd=False) as file:
            content = (first or b"") + file.read(-1 if largest is None else largest + 1)
    finally:
        os.close(descriptor)
    if largest is not None and len(content) > largest:
        raise OSError(0, f"it is larger than {largest} bytes, which is the most that is read", str(path))
    return content


def _first_of_pipe(descriptor: int) -> bytes | None:
    """What is in it; nothing where nobody has it open to write; None where a writer is still to come with something."""
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return None
