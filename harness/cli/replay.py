"""`spoolproof replay`: runs a journal's scenario again."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.cli.exits import Exit, with_unwritten
from harness.cli.inputs import journal_file
from harness.cli.interrupt import until_interrupted
from harness.cli.progress import show_progress
from harness.cli.results_folder import lock_folder, show_and_write, use_results_folder, write_results
from harness.cli.stdout import print_json
from harness.explore.replay import ReplayResult, replay
from harness.world_name import WorldName
from reports.journal import Journal, read_journal

__all__ = ["ReplayOptions", "replay_journal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """The options of the command. journal: the file, or the folder that holds it. world: None for the journal's own."""

    journal: Path
    world: WorldName | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False


def replay_journal(options: ReplayOptions) -> Exit:
    """Return VALID if the history is the same. Raises `JournalError`, `TomlProblems`, `OverrideError`, `WorldError`."""
    source = journal_file(options.journal)
    recorded = read_journal(source)
    world = WorldName(recorded.world) if options.world is None else options.world
    folder = None if options.out is None else use_results_folder(options.out, force=options.force)

    async def play(stop: asyncio.Event) -> ReplayResult:
        with show_progress(recorded.scenario) as progress:
            return await replay(recorded, world, progress=progress, stop=stop)

    with lock_folder(folder):
        replayed = until_interrupted(play)
        written = show_and_write(
            lambda: _show(recorded, replayed, world, json=options.json),
            lambda: None if folder is None else write_results(folder, replayed.journal),
        )
    if replayed.journal.interrupted:
        return Exit.INTERRUPTED
    code = Exit.VALID if replayed.same else Exit.INVALID
    return code if written else with_unwritten(code)


def _show(recorded: Journal, replayed: ReplayResult, world: WorldName, *, json: bool) -> None:
    if replayed.journal.interrupted:
        sys.stderr.write("spoolproof: interrupted: run incomplete, nothing to compare\n")
    elif json:
        print_json(
            {
                "world": world.value,
                "same": replayed.same,
                "exact": replayed.exact,
                "difference": replayed.difference,
                "verdict": replayed.journal.verdict.value,
                "came_back": list(replayed.came_back),
                "stayed_away": list(replayed.stayed_away),
            }
        )
    else:
        sys.stdout.write(f"{_words(recorded, replayed)}\n")


def _words(recorded: Journal, replayed: ReplayResult) -> str:
    if replayed.exact and replayed.difference is None:
        return f"the same history, byte for byte: {recorded.verdict}"
    if replayed.difference is not None:
        return f"a different history; first difference: {replayed.difference}"
    verdicts = f"recorded {recorded.verdict} in {recorded.world}, now {replayed.journal.verdict}"
    back = f"; broken again: {', '.join(replayed.came_back)}" if replayed.came_back else ""
    away = f"; no longer broken: {', '.join(replayed.stayed_away)}" if replayed.stayed_away else ""
    return f"{verdicts} in {replayed.journal.world}{back}{away}"
