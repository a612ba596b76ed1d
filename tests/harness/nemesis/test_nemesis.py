"""The nemesis strikes on schedule, undoes what it did, and writes down what truly happened."""

import asyncio
from collections.abc import Sequence

import pytest

from harness.errors import PartEnded
from harness.nemesis.nemesis import Nemesis, NemesisLog
from harness.nemesis.target import Undo
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep, crash, kill, pause


class Glass:
    """Breaks and is mended; says when it was broken."""

    kinds = frozenset({NemesisKind.KILL, NemesisKind.PAUSE})

    def __init__(self) -> None:
        self.whole = True
        self.broken = asyncio.Event()

    def obstacle(self, step: NemesisStep) -> str | None:
        return None if self.healthy() else f"it was down when {step.kind} was due"

    def healthy(self) -> bool:
        return self.whole

    async def inject(self, step: NemesisStep) -> Undo:
        self.whole = False
        self.broken.set()
        return self._mend

    async def _mend(self) -> None:
        await asyncio.sleep(0)
        self.whole = True


def _step(at: float, kind: NemesisKind = NemesisKind.KILL, lasts: float = 0.02) -> NemesisStep:
    step = kill if kind is NemesisKind.KILL else pause
    return step("glass", at=at, duration=lasts)


def _nemesis(glass: Glass) -> tuple[Nemesis, NemesisLog]:
    loop = asyncio.get_running_loop()
    zero = loop.time()

    def now() -> float:
        return loop.time() - zero

    log = NemesisLog(now)
    return Nemesis({"glass": glass}, log, now), log


def _story(log: NemesisLog) -> Sequence[tuple[str, str]]:
    return [(action.action, action.target) for action in log.actions]


async def test_each_step_strikes_and_is_undone_in_the_order_of_the_instants() -> None:
    glass = Glass()
    nemesis, log = _nemesis(glass)
    await nemesis.disturb([_step(0.06, NemesisKind.PAUSE), _step(0.0)])
    assert _story(log) == [("kill", "glass"), ("restart", "glass"), ("pause", "glass"), ("resume", "glass")]
    assert [action.number for action in log.actions] == [1, 2, 3, 4]
    assert log.actions[1].at - log.actions[0].at >= 0.02
    assert glass.whole


async def test_what_is_down_already_is_not_struck_again_and_the_diary_says_so() -> None:
    nemesis, log = _nemesis(Glass())
    await nemesis.disturb([_step(0.0, lasts=0.1), _step(0.02, NemesisKind.PAUSE)])
    assert _story(log) == [("kill", "glass"), ("skip", "glass"), ("restart", "glass")]


class Ruined(Glass):
    """Cannot be mended."""

    async def _mend(self) -> None:
        raise PartEnded("it ended at once")


async def test_what_cannot_be_started_again_does_not_end_the_run_and_the_diary_says_so() -> None:
    nemesis, log = _nemesis(Ruined())
    await nemesis.disturb([_step(0.0), _step(0.1, NemesisKind.PAUSE)])
    assert _story(log) == [("kill", "glass"), ("restart-failed", "glass"), ("skip", "glass")]


async def test_healing_undoes_what_is_broken_and_lets_nothing_more_strike() -> None:
    glass = Glass()
    nemesis, log = _nemesis(glass)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(nemesis.disturb([_step(0.0, lasts=600.0), _step(600.0)]))
        await glass.broken.wait()
        nemesis.heal()
    assert glass.whole
    assert _story(log) == [("kill", "glass"), ("restart", "glass")]


async def test_a_step_that_the_target_cannot_bear_is_our_own_mistake() -> None:
    nemesis, _ = _nemesis(Glass())
    with pytest.raises(ExceptionGroup) as caught:
        await nemesis.disturb([crash("glass", at=0.0)])
    assert caught.group_contains(AssertionError)
