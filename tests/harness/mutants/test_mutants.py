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


def _with_deletes(scenario: Scenario) -> Scenario:
    """Its last cluster alone, which knows no sequence numbers."""
    workload = replace(scenario.workload, mix=DELETING)
    return replace(scenario, clusters=scenario.clusters[1:], workload=workload)


SCENARIOS: Mapping[str, Scenario] = {
    "believes_silence": replace(calm(), faults=(fault("disconnect_before", verbs=CREATES, every=2),)),
    "forgets_cleanup": replace(calm(), faults=(fault("partial_effect", verbs=CREATES, every=2),)),
    "creates_again": _with_deletes(calm(4.0)),
    "api_removes": _with_deletes(calm()),
    "fails_on_silence": replace(calm(), faults=(fault("reply_lost", verbs=CREATES, every=2),)),
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
@pytest.mark.parametrize("name", SCENARIOS)
async def test_without_the_misbehaviour_the_same_run_is_valid(name: str) -> None:
    scenario = SCENARIOS[name]
    assert invalid(scenario, await LiveWorld().play(scenario, seed=11)) == {}
