"""The directory of one run: gone afterwards, unless somebody wants to look at it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["workspace"]


@contextmanager
def workspace(keep: Path | None) -> Iterator[Path]:
    """A fresh directory for the store, the settings and what the parts print. `keep`: it lies in there, and stays."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="spoolproof-", dir=keep))
    try:
        yield directory
    finally:
        if keep is None:
            shutil.rmtree(directory)
