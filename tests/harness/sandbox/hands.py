"""What is done in a sandbox by hand, over the routes of its page, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from harness.mutants.table import MUTANTS
from harness.sandbox.sandbox import Sandbox
from harness.virtual.world import VirtualConfig
from tests.harness.sandbox.standing import in_sandbox

__all__ = ["NOTIFIED", "Hands", "played_by_hand"]

T = TypeVar("T")
NOTIFIED = "[pipeline.notifier]\nenabled = true\nretries = ['1s', '1s', '1s', '1s']\npause = '100ms'\n"
_SLOW = """[clusters.slow]
profile.base = "slow"
limits.commands = 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """page: asks the page's application. sandbox: what stands behind it."""

    page: httpx.AsyncClient
    sandbox: Sandbox

    async def post(self, path: str, **form: str) -> str:
        """Press a button; what the page says of it. Fails where that is a refusal."""
        answer = await self.page.post(path, data=form, timeout=120)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.text

    async def ask(self, kind: str, name: str = "one", location: str = "south", size: str = "1 GiB") -> str:
        """Ask as a user of the portal does; returns the answer's status or cause."""
        said = await self.post("/portal", ask=kind, location=location, name=name, size=size)
        return said.rpartition(": ")[2]

    async def verdict(self) -> dict[str, Any]:
        """The judge's, as programs read it."""
        found: dict[str, Any] = (await self.page.get("/status")).json()["verdict"]
        return found

    async def at_rest(self) -> set[str]:
        """Wait until the judge has read both sides; the invariants that are broken."""
        async with asyncio.timeout(900):
            await asyncio.sleep(2.0)
            while not (verdict := await self.verdict())["final"]:
                await asyncio.sleep(1.0)
        return set(verdict["broken"])


def played_by_hand(
    hands: Callable[[Hands], Awaitable[T]],
    folder: Path,
    *,
    bug: str | None = None,
    links: bool = False,
    text: str = "",
) -> T:
    """Let hands play with a sandbox; returns what they return. bug: seeded into the pipeline. links, text: as
    `in_sandbox` has them."""

    async def test(sandbox: Sandbox, page: httpx.AsyncClient) -> T:
        return await hands(Hands(page=page, sandbox=sandbox))

    config = VirtualConfig(overrides={} if bug is None else MUTANTS[bug].overrides, sampled=False)
    return in_sandbox(folder, test, text=_SLOW + text, config=config, links=links, judging=True)
