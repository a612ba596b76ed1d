"""The programs of a real connector, and processes that end with this one."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from harness.errors import MissingPart, WorldError
from harness.live.die_with_parent import die_with_parent

__all__ = ["HOST", "call", "end_of", "listening", "program", "running"]

HOST = "127.0.0.1"

_SBIN = "/usr/sbin:/usr/local/sbin:/sbin"
_READY = 10.0
_LOOK = 0.02
_END = 5.0
"""Seconds in which a process may end by itself."""
_QUOTED = 400


def program(name: str) -> str:
    """Its path. Raises `MissingPart`."""
    path = shutil.which(name) or shutil.which(name, path=_SBIN)
    if path is None:
        raise MissingPart(
            f"spoolproof: {name} is not installed: run `make real-parts`, or install samba and openssh-server"
        )
    return path


async def call(*words: str, typed: str = "") -> str:
    """Run a program to its end; its stdout. Raises `WorldError` with what it said."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    said, _ = await process.communicate(typed.encode())
    if process.returncode:
        raise WorldError(f"{Path(words[0]).name} failed: {said.decode(errors='replace').strip()[-_QUOTED:]}")
    return said.decode(errors="replace")


@asynccontextmanager
async def running(words: Sequence[str], log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended on leaving, and dies with this one.

    In a session of its own: smbd sends SIGTERM to all its process group as it ends.
    """
    with log.open("ab") as output:
        null = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *die_with_parent(*words), stdin=null, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        await _end(process)


async def listening(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Wait until it takes connections. Raises `WorldError` with what it said."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _READY
    while loop.time() < end and process.returncode is None:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(_LOOK)
            continue
        writer.close()
        return
    raise WorldError(f"{log.stem} did not come up: {end_of(log)}")


def end_of(log: Path) -> str:
    """The last that a program printed."""
    return log.read_text(errors="replace").strip()[-_QUOTED:]


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    with suppress(TimeoutError):
        async with asyncio.timeout(_END):
            await process.wait()
            return
    process.kill()
    await process.wait()
