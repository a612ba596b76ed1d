"""The file that says that all parts of a process are up, and where they are."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from connector.atomic_file import is_stream, write_atomic
from connector.output_files import check_overwritable
from pipeline.errors import SettingsError
from pipeline.parts import Part

__all__ = ["check_ready", "write_ready"]


def write_ready(path: Path, urls: Mapping[Part, str | None]) -> None:
    """`{part: {"url": …, "pid": …}}`, in one step: a reader never sees half of it. Raises `SettingsError`."""
    rows = {part.value: {"url": url, "pid": os.getpid()} for part, url in urls.items()}
    try:
        write_atomic(path, json.dumps(rows, indent=2) + "\n")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from error


def check_ready(path: Path) -> None:
    """Raises `SettingsError` where it would replace what is no such file. Devices and pipes are written to."""
    try:
        if not is_stream(path):
            check_overwritable(path, _is_ready)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from error


def _is_ready(text: str) -> bool:
    try:
        rows = json.loads(text)
        return bool(rows.keys() <= set(Part) and all(row.keys() == {"url", "pid"} for row in rows.values()))
    except (AttributeError, ValueError, RecursionError):
        return False
