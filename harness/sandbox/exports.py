"""A sandbox as files: what was done by hand as a scenario, and all that happened as a journal."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.values import replace
from harness.journal import journal_of
from harness.sandbox.played import played_scenario
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.saved import saved_scenario
from harness.world_name import WorldName
from reports.history import History
from reports.journal import Journal, write_journal

__all__ = ["journal_bytes", "journal_now", "scenario_text"]


def scenario_text(sandbox: Sandbox) -> str:
    """What was asked and broken since this start, as a scenario file."""
    actions = History(nemesis=sandbox.world.nemesis_log.actions)
    played = played_scenario(sandbox.scenario, actions, sandbox.by_hand.faults.switched, sandbox.inbox.played())
    ops = sandbox.recorder.ops
    return saved_scenario(played, ops, sandbox.by_hand.speeds.slowed, now=sandbox.world.clock.now())


async def journal_now(sandbox: Sandbox) -> Journal:
    """All that happened since the first start, judged as a run that ends now."""
    history, notes = await sandbox.history()
    played = played_scenario(sandbox.scenario, history, sandbox.by_hand.faults.switched, sandbox.inbox.played())
    played = replace(played, text=scenario_text(sandbox))
    result = sandbox.result(history, notes, played)
    return await asyncio.to_thread(
        journal_of, played, result, seed=played.seed, world=WorldName.LIVE.value, command="spoolproof up"
    )


async def journal_bytes(sandbox: Sandbox, folder: Path) -> bytes:
    """The journal as its file. folder: for a moment."""
    journal = await journal_now(sandbox)

    def written() -> bytes:
        with TemporaryDirectory(dir=folder) as name:
            path = Path(name) / "journal.json"
            write_journal(path, journal)
            return path.read_bytes()

    return await asyncio.to_thread(written)
