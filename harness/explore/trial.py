"""Runs one schedule over a base scenario; the outcome, or that the world failed."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import process_time

from connector.values import replace
from harness.errors import ServiceUnavailable, WorldError, first_leaf
from harness.explore.coverage import exercised
from harness.explore.schedule import Schedule, laid
from harness.journal import journal_of
from harness.live.part_command import PartCommand
from harness.live.runner import LiveRunner
from harness.run.result import RunResult
from harness.scenario.scenario import Scenario
from harness.service.reference import Overrides, load_overrides
from harness.virtual.errors import Livelock, RunHalted
from harness.virtual.run_handle import RunHandle
from harness.virtual.runner import VirtualRunner
from harness.world_name import WorldName
from reports.journal import Journal
from reports.verdicts import Verdict

__all__ = ["COMMAND", "HarnessFailure", "Outcome", "OverrideNames", "TrialRunner", "broken"]

COMMAND = "spoolproof replay journal.json"

OverrideNames = Mapping[str, str]
"""By part, `module:attribute` of another behaviour in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run. invariants: those that were violated. doubts: why it has no verdict, where it has none.

    seconds: of CPU time. journal: of a run that cannot be had again, and so only of the live world.
    """

    schedule: Schedule
    verdict: Verdict
    invariants: tuple[str, ...]
    doubts: tuple[str, ...]
    items: frozenset[str]
    seconds: float
    journal: Journal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HarnessFailure:
    """A run in which the world failed by itself, so that it has no verdict. error: one line. seconds: of CPU time.

    livelock: virtual time did not advance.
    """

    schedule: Schedule
    error: str
    seconds: float
    livelock: bool


class TrialRunner:
    """Runs schedules over one base. Raises `OverrideError` for overrides that cannot be loaded.

    halted: asked during each run of a virtual world; True ends it with `RunHalted`.
    """

    def __init__(
        self,
        base: Scenario,
        overrides: OverrideNames,
        *,
        halted: Callable[[], bool] = lambda: False,
        world: WorldName = WorldName.VIRTUAL,
    ) -> None:
        self._base = base
        self._words = {str(part): words for part, words in overrides.items()}
        self._world = world
        self._came_up = world is not WorldName.LIVE
        self._play = _live(overrides) if world is WorldName.LIVE else _virtual(overrides, halted)

    def journal(self, schedule: Schedule) -> Journal:
        """Play and judge. Raises `WorldError`.

        Also where it was an internal error, whatever its kind: it is a matter of this one schedule, which then is
        kept, and no reason to lose what others have shown.
        """
        try:
            return self._judged(schedule)
        except WorldError:
            raise
        except Exception as error:
            first = first_leaf(error)
            line = str(first).split("\n")[0]
            raise WorldError(f"internal error: {type(first).__name__}: {line}") from error

    def _judged(self, schedule: Schedule) -> Journal:
        scenario = laid(self._base, schedule)
        played = self._play(scenario, schedule.seed)
        journal = journal_of(scenario, played, seed=schedule.seed, world=self._world, command=COMMAND)
        return replace(journal, overrides=self._words)

    def outcome(self, schedule: Schedule) -> Outcome | HarnessFailure:
        """Play, judge, and keep what exploring goes by.

        Raises `RunHalted`, and `ServiceUnavailable` before the service ever came up.
        """
        began = process_time()
        try:
            journal = self.journal(schedule)
        except RunHalted:
            raise
        except WorldError as error:
            if isinstance(error, ServiceUnavailable) and not self._came_up:
                raise
            seconds, livelock = process_time() - began, isinstance(error, Livelock)
            return HarnessFailure(schedule=schedule, error=str(error), seconds=seconds, livelock=livelock)
        self._came_up = True
        return Outcome(
            schedule=schedule,
            verdict=journal.verdict,
            invariants=broken(journal),
            doubts=_doubts(journal) if journal.verdict is Verdict.UNKNOWN else (),
            items=exercised(journal.history),
            seconds=process_time() - began,
            journal=journal if self._world is WorldName.LIVE else None,
        )


def _virtual(overrides: OverrideNames, halted: Callable[[], bool]) -> Callable[[Scenario, int], RunResult]:
    loaded: dict[str, Overrides] = {part: load_overrides(words, None) for part, words in overrides.items()}
    world = VirtualRunner(sampled=False, overrides=loaded)
    return lambda scenario, seed: world.run_now(scenario, seed=seed, handle=RunHandle(halted))


def _live(overrides: OverrideNames) -> Callable[[Scenario, int], RunResult]:
    """In a loop of its own: trials run in a thread."""
    world = LiveRunner(commands={part: PartCommand(extra=("--overrides", words)) for part, words in overrides.items()})
    return lambda scenario, seed: asyncio.run(world.run(scenario, seed=seed))


def broken(journal: Journal) -> tuple[str, ...]:
    """The invariants that the run violated, in the order of the checkers."""
    return tuple(row.invariant for row in journal.findings if row.judged and row.verdict is Verdict.INVALID)


def _doubts(journal: Journal) -> tuple[str, ...]:
    """What the checkers are not sure of."""
    unclear = [row for row in journal.findings if row.judged and row.verdict is Verdict.UNKNOWN]
    return tuple(f"{row.invariant}: {row.summary}" for row in unclear)
