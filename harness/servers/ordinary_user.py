"""The account that servers run as: PostgreSQL refuses to run as root, and no other needs it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from harness.errors import WorldError
from harness.live.workspace import workspace

__all__ = ["is_open", "ordinary_user", "own_folder"]

_NOBODY = 65534
_ROOM = 1024 * 1024
"""Bytes without which no server begins: some come up on a full disk, and lose what they are given."""


def ordinary_user() -> int | None:
    """Its number, where this process is root; None: this process's own."""
    return _NOBODY if os.geteuid() == 0 else None


@contextmanager
def own_folder(folder: Path | None, server: str) -> Iterator[Path]:
    """A folder for that account, made if there is none; None: a temporary one. Raises `WorldError`."""
    with workspace(None) if folder is None else nullcontext(folder) as given:
        place = given.absolute()
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorldError(f"{place}: cannot be used for {server}: {error.strerror}") from error
        if shutil.disk_usage(place).free < _ROOM:
            raise WorldError(f"{place}: the disk is full: {server} needs room there")
        if (account := ordinary_user()) is not None:
            if not is_open(place.parent):
                raise WorldError(f"{place}: {server} does not run as root, and no other account can go there")
            os.chown(place, account, account)
        yield place


def is_open(path: Path) -> bool:
    """Whether everybody may go there."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))
