"""Files that belong to one process for as long as it lives."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["held_file", "lock_of"]


@contextmanager
def held_file(path: Path) -> Iterator[None]:
    """Keep the name `path` to this process; a file with a lock on it lies beside it meanwhile, and is gone at the end.

    The file itself is replaced as a whole each time it is written, so that a lock on it would be lost.
    Raises `BlockingIOError` where another process keeps it, and `OSError`.
    """
    lock = lock_of(path)
    descriptor = _locked(lock)
    try:
        yield
    finally:
        if _is_at(lock, descriptor):
            lock.unlink()
        os.close(descriptor)


def lock_of(path: Path) -> Path:
    """What lies beside it."""
    return path.with_name(f".{path.name}.lock")


def _locked(lock: Path) -> int:
    while True:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(lock, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # its owner removed it between the two calls: what lies there now is another


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
