"""Lock files: a path that one process keeps to itself while it runs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["lock_path", "locked_file"]


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """Reserve `path` for this process with a lock file next to it, which is removed at the end.

    The file itself cannot carry the lock, since every write replaces it.
    Raises `BlockingIOError` if another process holds the lock, and `OSError`.
    """
    lock = lock_path(path)
    descriptor = _acquire(lock)
    try:
        yield
    finally:
        if _is_same_file(lock, descriptor):
            lock.unlink()
        os.close(descriptor)


def lock_path(path: Path) -> Path:
    """Return the path of the lock file for `path`."""
    return path.with_name(f".{path.name}.lock")


def _acquire(lock: Path) -> int:
    while True:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_same_file(lock, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # its owner removed it between the two calls; another file is there now


def _is_same_file(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
