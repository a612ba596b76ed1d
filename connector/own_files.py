"""Files that a program writes again at each start: what lies there is replaced only where the program wrote it."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from connector.named_file import read_regular

__all__ = ["OwnPath", "check_replaceable", "leads_outside"]

_LARGEST = 64 * 1024 * 1024
"""Bytes. An address file of ten thousand clusters is a twentieth of it."""


def _has_a_name(path: Path) -> Path:
    """Raises `ValueError` for a path such as the working folder itself, which is nothing to write to."""
    if path.name in {"", ".."} or "\0" in str(path):
        raise ValueError(f"must end in a name of its own (got {'' if path == Path() else str(path)!r})")
    return path


OwnPath = Annotated[Path, AfterValidator(_has_a_name)]
"""A pydantic field of a file or folder to write."""


def leads_outside(folder: Path, path: Path) -> bool:
    """Whether a relative path leaves the folder by a link, and not by `..`, which everybody sees."""
    if path.is_absolute() or ".." in path.parts:
        return False
    try:
        return not (folder / path).resolve().is_relative_to(folder.resolve())
    except RuntimeError:  # links that lead to one another
        return True


def check_replaceable(path: Path, is_ours: Callable[[str], bool]) -> None:
    """Nothing, an empty file or a file of ours may be replaced. Raises `OSError` for all else.

    `FileExistsError`: a regular file of somebody else's.
    """
    path.parent.stat()
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise PermissionError(0, "its folder cannot be written", str(path))
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise OSError(0, "it is a link", str(path))
    if not stat.S_ISREG(mode):  # before it is opened, which can have effects of its own on a device
        raise OSError(0, "it is not a regular file", str(path))
    try:
        text = read_regular(path, _LARGEST).decode()
    except UnicodeDecodeError:
        text = "\0"  # of nobody's making here
    if text.strip() and not is_ours(text):
        why = "a file is there that this command did not write; move it, or give another name"
        raise FileExistsError(errno.EEXIST, why, str(path))
