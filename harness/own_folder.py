"""A folder of a command's own in the system's place for such: gone with it, or when the next one begins."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

__all__ = ["OWN_PREFIX", "own_folder"]

OWN_PREFIX = "spoolproof-"
_LOCK = "lock"


@contextmanager
def own_folder() -> Iterator[Path]:
    """An empty folder for as long as the context is open; what processes that were killed left of theirs is removed.

    A lock tells whose process is there still: the kernel lets it go with the process, however that ends.
    """
    _remove_left()
    with tempfile.TemporaryDirectory(prefix=OWN_PREFIX) as name:
        begun = Path(name) / "begun"
        with begun.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            begun.rename(Path(name) / _LOCK)  # locked before anybody looks for it
            files = Path(name) / "files"
            files.mkdir()
            yield files


@cache
def _remove_left() -> None:
    """Once in a process: who makes very many folders does not look through all others each time."""
    for lock in Path(tempfile.gettempdir()).glob(f"{OWN_PREFIX}*/{_LOCK}"):
        with suppress(OSError), lock.open("r+b") as held:  # gone meanwhile, locked, or another user's
            if os.fstat(held.fileno()).st_uid == os.getuid():
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
