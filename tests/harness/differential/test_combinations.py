"""Drawn combinations of faults and nemesis actions: one verdict in every world, and one history in nearly all."""

from collections.abc import Mapping

import pytest

from harness.differential.agreement import Agreement, agreement
from harness.journal import journal_of
from harness.run.result import RunResult
from harness.virtual.runner import VirtualRunner
from tests.harness.differential.kinds import combined
from tests.harness.model.scenes import in_model

_SEEDS = (0, 1, 2, 3, 4, 5, 6, 8)
_MORE_SEEDS = range(7, 16)
_ORDERED_OTHERWISE = 2
"""In so many of these, at most, many commands begin or end at one instant, whose order is each world's own."""


def _worlds(seed: int) -> Mapping[str, RunResult]:
    """In each world; all come to one verdict."""
    played = combined(seed)
    runs = {
        "virtual": VirtualRunner().run_now(played, seed=seed),
        "model": in_model(played, seed=seed),
        "virtual-ssh": VirtualRunner(ssh=True, http=True).run_now(played, seed=seed),
    }
    journals = [journal_of(played, run, seed=seed, world=world, command="") for world, run in runs.items()]
    assert len({journal.verdict for journal in journals}) == 1, [journal.verdict for journal in journals]
    return runs


def _agreements(seed: int) -> Mapping[str, Agreement]:
    runs = _worlds(seed)
    return {world: agreement(runs["virtual"].history, runs[world].history) for world in ("model", "virtual-ssh")}


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_combination_has_one_verdict_and_one_history_in_every_world(seed: int) -> None:
    differing = {world: each.first_difference for world, each in _agreements(seed).items() if not each.holds}
    assert not differing


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_nearly_all_combinations_have_one_verdict_and_one_history() -> None:
    found = {seed: _agreements(seed) for seed in _MORE_SEEDS}
    for world in ("model", "virtual-ssh"):
        differing = [seed for seed, each in found.items() if not each[world].holds]
        assert len(differing) <= _ORDERED_OTHERWISE, (world, differing)
