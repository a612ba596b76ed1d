"""Small services of somebody else, written out in a folder, and played in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import TypeVar

import httpx

from harness.virtual.hosted.loop import HostingLoop
from harness.virtual.hosted.parts import HostedPart, open_hosted_parts
from harness.virtual.loop import run_virtually, running_loop
from harness.virtual.network import Network
from harness.virtual.part import VirtualPart

R = TypeVar("R")

Body = Callable[[Mapping[str, VirtualPart]], Awaitable[R]]
"""What happens while the parts run."""

API = 8001
URL = f"http://127.0.0.1:{API}"


def written(folder: Path, **files: str) -> Path:
    """A folder with these modules: `portal__db` is `portal/db.py`."""
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder


def app(folder: Path, words: str = "app:app", *, name: str = "api", **environment: str) -> HostedPart:
    return HostedPart(name=name, folder=folder, app=words, port=API, environment=environment)


def worker(folder: Path, words: str = "worker:main", *, name: str = "worker", **environment: str) -> HostedPart:
    return HostedPart(name=name, folder=folder, worker=words, environment=environment)


def play(
    parts: list[HostedPart],
    work: Path,
    body: Body[R],
    *,
    seed: int = 1,
    logs: Path | None = None,
) -> R:
    """What the body returns, while the parts run."""
    return run_virtually(_played(parts, work, body, seed, logs), Network(), make=HostingLoop)


async def _played(
    parts: list[HostedPart],
    work: Path,
    body: Body[R],
    seed: int,
    logs: Path | None,
) -> R:
    async with open_hosted_parts(parts, work=work, seed=seed, logs=logs) as running:
        result = await body(running)
    running_loop().close_all()
    return result


async def get(path: str) -> str:
    """The text of an answer of the application."""
    async with httpx.AsyncClient(base_url=URL, trust_env=False) as client:
        return (await client.get(path)).text


async def after(seconds: float) -> None:
    await asyncio.sleep(seconds)
