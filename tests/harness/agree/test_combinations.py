"""Drawn combinations of faults and nemesis actions: one verdict in every world, and one history in nearly all."""

import pytest

from harness.agree.agreement import agreement
from harness.model.pace import Pace
from harness.model.twin.course import Course
from harness.play.played import Played
from harness.run import journal_of
from harness.scenario.scenario import Scenario
from harness.virtual.world import VirtualWorld
from reports.verdicts import Verdict
from tests.harness.agree.kinds import combined


class _Different(AssertionError):
    """Two worlds have two histories."""


_CROWDED = pytest.mark.xfail(
    raises=_Different,
    reason="the model's second text of the pipeline takes the steps of one instant in its own order: of the commands "
    "that begin at once when a processor starts or runs again, others share a connection",
)
_SEEDS = [pytest.param(seed, marks=[_CROWDED] if seed in {3, 11, 14} else []) for seed in range(24)]


def _verdict(played: Scenario, run: Played, seed: int) -> Verdict:
    return journal_of(played, run, seed=seed, world="", command="").verdict


def _worlds(seed: int) -> tuple[Played, Played, Played]:
    played = combined(seed)
    model = Course(played, seed=seed, pace=Pace()).run()
    virtual = VirtualWorld().play_now(played, seed=seed)
    return virtual, model, VirtualWorld(ssh=True, http=True).play_now(played, seed=seed)


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_combination_has_one_verdict_and_one_history_in_every_world(seed: int) -> None:
    played, (virtual, model, ssh) = combined(seed), _worlds(seed)
    assert len({_verdict(played, run, seed) for run in (virtual, model, ssh)}) == 1
    for other in (model, ssh):
        found = agreement(virtual.history, other.history)
        if not found.holds:
            raise _Different(found.parting, found.differences[:2])
