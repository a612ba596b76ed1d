"""Whether a part is ready: its URL answers, its port takes connections, its log says so, or its file is there."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import assert_never

import httpx

from harness.scenario.service_spec import ProbeKind, ReadyProbe

__all__ = ["forget", "probing"]

_HOST = "127.0.0.1"
_PATIENCE = 1.0
"""Seconds for one look: a part that hangs as it starts is asked again."""

Look = Callable[[], Awaitable[bool]]


@asynccontextmanager
async def probing(probe: ReadyProbe | None, log: Callable[[], str]) -> AsyncIterator[Look]:
    """A look at the part, while the context lasts. log: what it has printed in this life."""
    match None if probe is None else probe.kind:
        case None:
            yield _at_once
        case ProbeKind.URL:
            assert probe is not None
            async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False, verify=False) as http:  # noqa: S501 - it carries no secret
                yield lambda: _answers(http, probe.target)
        case ProbeKind.PORT:
            assert probe is not None
            yield lambda: _listens(int(probe.target))
        case ProbeKind.LOG:
            assert probe is not None
            pattern = re.compile(probe.target, re.MULTILINE)
            yield lambda: _prints(pattern, log)
        case ProbeKind.FILE:
            assert probe is not None
            yield lambda: _exists(Path(probe.target))
        case other:
            assert_never(other)


def forget(probe: ReadyProbe | None) -> None:
    """Remove what an earlier life of the part left to say that it is ready."""
    if probe is not None and probe.kind is ProbeKind.FILE:
        Path(probe.target).unlink(missing_ok=True)


async def _at_once() -> bool:
    return True


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    """By its status alone: what else it sends is not read."""
    try:
        async with asyncio.timeout(_PATIENCE), http.stream("GET", url) as response:
            return response.is_success or response.is_redirect
    except (httpx.HTTPError, TimeoutError):
        return False


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(_HOST, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _prints(pattern: re.Pattern[str], log: Callable[[], str]) -> bool:
    return pattern.search(log()) is not None


async def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: ASYNC240 - a look at a file of our own folder
