"""Each seeded misbehaviour makes the run invalid, by the invariants that it breaks."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from connector.operations import Verb
from harness.live.world import LiveWorld
from harness.mutants.table import MUTANTS, Mutant
from harness.scenario.scenario import Scenario, WorkloadKind
from pipeline.seams import Seams, load_seams
from tests.harness.live.scenes import calm, fault, invalid

CREATES = (Verb.CREATE,)
DELETING = {WorkloadKind.CREATE: 3.0, WorkloadKind.DELETE: 2.0}


BROKEN = replace(
    calm(),
    faults=(
        fault("reply_lost", verbs=CREATES, every=3),
        fault("partial_effect", verbs=CREATES, every=4),
        fault("disconnect_before", verbs=CREATES, every=5),
    ),
    expect={"reply_lost": 1, "partial_effect": 1, "disconnect_before": 1},
)
"""Creates that end without an answer, with and without effect, and creates that leave something half-made."""


def _deleting() -> Scenario:
    """Shares that come and go on a cluster that knows no sequence numbers."""
    base = calm(4.0)
    return replace(base, clusters=base.clusters[1:], workload=replace(base.workload, mix=DELETING))


SCENARIOS: Mapping[str, Scenario] = {
    "believes_silence": BROKEN,
    "forgets_cleanup": BROKEN,
    "creates_again": _deleting(),
    "api_removes": _deleting(),
    "fails_on_silence": BROKEN,
}
"""For each, what its bug needs to show."""


def test_every_misbehaviour_has_a_scenario_and_seams_that_load() -> None:
    assert set(SCENARIOS) == set(MUTANTS)
    for mutant in MUTANTS.values():
        (command,) = mutant.commands.values()
        loaded = load_seams(command.extra[1], None)
        assert loaded != Seams()


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
async def test_a_seeded_misbehaviour_is_caught_by_the_invariants_it_breaks(mutant: Mutant) -> None:
    scenario = SCENARIOS[mutant.name]
    played = await LiveWorld(commands=mutant.commands).play(scenario, seed=11)
    found = invalid(scenario, played)
    assert set(mutant.caught_by) <= set(found), found


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [BROKEN, _deleting()], ids=["broken", "deleting"])
async def test_without_a_misbehaviour_the_same_runs_are_valid(scenario: Scenario) -> None:
    assert invalid(scenario, await LiveWorld().play(scenario, seed=11)) == {}
