"""Drawn combinations of faults and nemesis actions: one verdict in every world, and one history in nearly all."""

from collections.abc import Mapping
from functools import cache

import pytest

from harness.differential.agreement import agreement
from harness.journal import journal_of
from harness.run.result import RunResult
from harness.virtual.runner import VirtualRunner
from tests.harness.differential.kinds import combined
from tests.harness.model.scenes import in_model

_SEEDS = range(16)
_ORDERED_OTHERWISE = 4
"""In so many of them, at most, many commands begin or end at one instant, whose order is each world's own."""


@cache
def _worlds(seed: int) -> Mapping[str, RunResult]:
    played = combined(seed)
    return {
        "virtual": VirtualRunner().run_now(played, seed=seed),
        "model": in_model(played, seed=seed),
        "virtual-ssh": VirtualRunner(ssh=True, http=True).run_now(played, seed=seed),
    }


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_combination_has_one_verdict_in_every_world(seed: int) -> None:
    runs = _worlds(seed).items()
    journals = [journal_of(combined(seed), run, seed=seed, world=world, command="") for world, run in runs]
    assert len({journal.verdict for journal in journals}) == 1, [journal.verdict for journal in journals]


@pytest.mark.parametrize("world", ["model", "virtual-ssh"])
@pytest.mark.timeout(400)
def test_nearly_all_combinations_have_one_history(world: str) -> None:
    found = {seed: agreement(_worlds(seed)["virtual"].history, _worlds(seed)[world].history) for seed in _SEEDS}
    differing = {seed: each.first_difference for seed, each in found.items() if not each.holds}
    assert len(differing) <= _ORDERED_OTHERWISE, differing
