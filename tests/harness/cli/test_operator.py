"""`spoolproof pipeline queue`: what is under way, and why it waits, by the command line."""

import asyncio
import json
from pathlib import Path

import pytest

from connector.clock import steady_clock
from harness.cli.entry import invoke
from pipeline.processor.retry_budget import used_up
from pipeline.store.sqlite import open_store
from tests.pipeline.store.stores import accepted, new_share, taken


async def _accepted(path: Path, error: str | None) -> None:
    """One share whose last try ended so; None: no share."""
    async with open_store(path, steady_clock(asyncio.get_running_loop())) as store:
        if error is not None:
            await accepted(store, new_share(tenant="blue"))
            await store.release(await taken(store), due_in=3600.0, error=error)


def said(tmp_path: Path, capfd: pytest.CaptureFixture[str], error: str | None, *words: str) -> str:
    asyncio.run(_accepted(tmp_path / "store.db", error))
    file = tmp_path / "pipeline.toml"
    file.write_text(f'store = "{tmp_path}/store.db"\n')
    assert invoke(["pipeline", "queue", str(file), *words]) == 0
    return capfd.readouterr().out


def test_a_share_that_the_retry_budget_holds_back_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (row,) = json.loads(said(tmp_path, capfd, used_up("north"), "--json"))["queue"]
    assert (row["tenant"], row["state"]) == ("blue", "pending")
    assert row["waits"] == f"the retry budget of north is used up: it is tried again at {row['due_at']}"


def test_it_is_shown_as_a_table_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shown = " ".join(said(tmp_path, capfd, "create: timeout").split())
    assert "blue" in shown
    assert "pending" in shown
    assert said(tmp_path, capfd, None, "--cluster", "south") == "nothing is under way\n"
