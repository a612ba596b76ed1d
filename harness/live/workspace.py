"""The directory of one run: gone afterwards, unless somebody wants to look at it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.errors import WorldError
from harness.live.cleaner import cleaned_after_a_kill
from harness.own_folder import OWN_PREFIX

__all__ = ["workspace"]

_ROOM = 256 * 1024  # bytes; with less left, whatever failed in the run may have failed for want of room


@contextmanager
def workspace(keep: Path | None, *, room: int = _ROOM) -> Iterator[Path]:
    """A fresh directory for the store, the settings and what the parts print. `keep`: it lies in there, and stays.

    Where this process is killed, the directory goes (unless it is kept) with all processes of the run.

    room: bytes that its disk must have left at the end. Raises `WorldError` where it has not (a full disk breaks any
    pipeline, and a verdict would blame this one), where somebody removed it, and where there is no place for it.
    """
    directory = _made(keep)
    with cleaned_after_a_kill(directory, remove=keep is None):
        try:
            yield directory
            if not directory.is_dir():
                raise WorldError(f"{directory}: was removed while the run lasted, which says nothing of the pipeline")
            if shutil.disk_usage(directory).free < room:
                raise WorldError(
                    f"{directory.parent}: the disk is full; what the run shows says nothing of the pipeline"
                )
        finally:
            if keep is None:
                with suppress(FileNotFoundError):
                    shutil.rmtree(directory)


def _made(keep: Path | None) -> Path:
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=OWN_PREFIX, dir=keep))
    except OSError as error:
        where = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        cure = "" if keep is not None else "; set TMPDIR to a folder that this user may write"
        raise WorldError(f"there is no place for the run's files: {where}{cure}") from error
