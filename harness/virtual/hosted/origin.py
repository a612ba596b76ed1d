"""Finds the line of the service's code that asked for something."""

import asyncio
import concurrent.futures
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["asked_by_service", "is_own", "line_of", "note_start"]

_PASSED_ON = tuple(f"{Path(module.__code__.co_filename).parent}/" for module in (asyncio.run, concurrent.futures.wait))
_THREADS_OF_ANYIO = ("/anyio/to_thread.py", "/anyio/_backends/_asyncio.py")
_STARTED_BY = "started_by"
_HARNESS = f"{Path(__file__).parent.parent}/"


def line_of(folder: Path) -> str:
    """`portal/worker.py:41, in poll`: the innermost line of the code in `folder` that runs now, or that waits for the
    task that runs now.

    Where there is none: the innermost one of any library's.
    """
    frames = [frame for frame in _frames() if not frame.f_code.co_filename.startswith(_HARNESS)]
    own = next((frame for frame in (*frames, *_waiting()) if is_own(frame.f_code.co_filename, folder)), None)
    frame = own or next((frame for frame in frames if not frame.f_code.co_filename.startswith(_PASSED_ON)), None)
    if frame is None:
        return "no line"
    path = Path(frame.f_code.co_filename)
    shown = path.relative_to(folder) if own is not None else path
    return f"{shown}:{frame.f_lineno}, in {frame.f_code.co_qualname}"


def asked_by_service(folder: Path) -> bool:
    """Whether the service's own code asked for a thread, rather than a library that it uses."""
    for frame in _frames():
        name = frame.f_code.co_filename
        if not name.startswith((_HARNESS, *_PASSED_ON)) and not name.endswith(_THREADS_OF_ANYIO):
            return is_own(name, folder)
    return False


def note_start(task: "asyncio.Task[Any]") -> None:
    """Remember which task starts this one."""
    setattr(task, _STARTED_BY, asyncio.current_task())


def _started_by(task: "asyncio.Task[Any] | None") -> "asyncio.Task[Any] | None":
    found: asyncio.Task[Any] | None = getattr(task, _STARTED_BY, None)
    return found


def is_own(file: str, folder: Path) -> bool:
    """Whether a file is the service's own: below its folder, and not a library installed there."""
    return file.startswith(f"{folder}/") and "/site-packages/" not in file


def _frames() -> Iterator[FrameType]:
    """From the innermost outwards."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _waiting() -> Iterator[FrameType]:
    """Of the task that started this one, of the one that started that, and so on: each from the innermost outwards."""
    task = _started_by(asyncio.current_task())
    while task is not None:
        frames = []
        waits_for: Any = task.get_coro()
        while waits_for is not None:
            if (frame := getattr(waits_for, "cr_frame", None)) is not None:
                frames.append(frame)
            waits_for = getattr(waits_for, "cr_await", None)
        yield from reversed(frames)
        task = _started_by(task)
