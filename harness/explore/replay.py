"""Plays a journal's scenario again, and says whether the same came of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields

from connector.values import replace
from harness.explore.trial import broken
from harness.journal import journal_of
from harness.live.part_command import PartCommand
from harness.live.runner import LiveRunner
from harness.recheck import scenario_of
from harness.run.progress import Progress
from harness.service.reference import load_overrides
from harness.virtual.runner import VirtualRunner
from harness.world_name import WorldName
from harness.worlds import Runner, check_world, runner
from reports.history import History
from reports.journal import Journal

__all__ = ["ReplayResult", "first_difference", "replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What came of it. difference: the first row that is not as recorded, None where all are, or where the world makes
    no such promise. came_back: recorded invariants that are violated again; stayed_away: those that are not."""

    journal: Journal
    exact: bool
    difference: str | None
    came_back: tuple[str, ...]
    stayed_away: tuple[str, ...]

    @property
    def same(self) -> bool:
        """The same history where that is promised; elsewhere the same verdict, and one of the invariants, if any."""
        if self.exact:
            return self.difference is None
        return bool(self.came_back) or not self.stayed_away


async def replay(recorded: Journal, world: WorldName, *, progress: Progress, stop: asyncio.Event) -> ReplayResult:
    """Play it with its own seed, design and overrides. Raises `TomlProblems`, `OverrideError`, `WorldError`."""
    scenario = scenario_of(recorded, to_play=True)
    check_world(scenario, world)
    played = await _runner(recorded, world).run(scenario, seed=recorded.seed, progress=progress, stop=stop)
    journal = journal_of(scenario, played, seed=recorded.seed, world=world, command=recorded.command)
    exact = not world.has_wall_clock and recorded.world == world
    before, now = broken(recorded), broken(journal)
    return ReplayResult(
        journal=replace(journal, scenario=recorded.scenario, overrides=recorded.overrides),
        exact=exact,
        difference=first_difference(recorded.history, played.history) if exact else None,
        came_back=tuple(name for name in before if name in now),
        stayed_away=tuple(name for name in before if name not in now),
    )


def first_difference(recorded: History, played: History) -> str | None:
    """The first row, list by list, that is not the same; metrics over time are no part of what is promised."""
    for field in fields(History):
        before, now = getattr(recorded, field.name), getattr(played, field.name)
        if field.name == "samples" or before == now:
            continue
        if not isinstance(before, tuple):
            return f"{field.name}: recorded {before}, now {now}"
        at = next((at for at, (one, other) in enumerate(zip(before, now, strict=False)) if one != other), None)
        if at is None:
            return f"{field.name}: recorded {len(before)} rows, now {len(now)}"
        return f"{field.name}, row {at + 1}: recorded {before[at]}, now {now[at]}"
    return None


def _runner(recorded: Journal, world: WorldName) -> Runner:
    words = recorded.overrides
    if world in {WorldName.VIRTUAL, WorldName.VIRTUAL_SSH}:
        real = world is WorldName.VIRTUAL_SSH
        overrides = {part: load_overrides(each, None) for part, each in words.items()}
        return VirtualRunner(ssh=real, http=real, overrides=overrides, sampled=bool(recorded.history.samples))
    if world is WorldName.LIVE:
        return LiveRunner(commands=_commands(words))
    return runner(world)


def _commands(words: Mapping[str, str]) -> dict[str, PartCommand]:
    return {part: PartCommand(extra=("--overrides", each)) for part, each in words.items()}
