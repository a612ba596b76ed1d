"""Each seeded bug makes a run invalid, by the invariants that it breaks, and the same run without it is valid."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

import pytest

import harness.mutants
from connector.operations import Verb
from connector.values import replace
from harness.live.runner import LiveRunner
from harness.mutants.table import MUTANTS, Mutant
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.service.reference import settings_of
from harness.virtual.errors import Livelock
from harness.virtual.runner import VirtualRunner
from pipeline.overrides import Overrides, load_overrides
from tests.harness.live.scenes import calm, fault, invalid

CREATES = (Verb.CREATE,)
DELETING = {WorkloadKind.CREATE: 3.0, WorkloadKind.DELETE: 2.0}


BROKEN = replace(
    calm(),
    workload=replace(calm().workload, mix=DELETING),  # so that there are creates for all three of the faults
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


LIVE: Mapping[str, Scenario] = {
    "believes_silence": BROKEN,
    "forgets_cleanup": BROKEN,
    "creates_again": _deleting(),
    "api_removes": _deleting(),
    "fails_on_silence": BROKEN,
}
"""Of each kind of override one at least, over real sockets and with what its bug needs to show."""

_SEEDS = range(8)


def test_every_module_with_overrides_is_in_the_table_under_its_name() -> None:
    modules = [info.name for info in iter_modules(harness.mutants.__path__)]
    misbehaving = {name for name in modules if hasattr(import_module(f"harness.mutants.{name}"), "OVERRIDES")}
    assert misbehaving == set(MUTANTS)
    assert len(MUTANTS) >= 20


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_every_bug_is_loaded_by_a_process_as_in_this_one(mutant: Mutant) -> None:
    (command,) = mutant.commands.values()
    (overrides,) = mutant.overrides.values()
    assert load_overrides(command.extra[1], None) == overrides != Overrides()


BREAKING = [mutant for mutant in MUTANTS.values() if mutant.caught_by]
LIVELOCKS = [mutant for mutant in MUTANTS.values() if not mutant.caught_by]


@pytest.mark.parametrize("mutant", LIVELOCKS, ids=lambda mutant: mutant.name)
def test_a_seeded_livelock_is_reported_with_the_busiest_tasks_and_the_pipeline_without_it_is_valid(
    mutant: Mutant,
) -> None:
    with pytest.raises(Livelock, match=r"virtual time, which did not advance .* busiest: processor: Dispatcher"):
        VirtualRunner(sampled=False, overrides=mutant.overrides).run_now(mutant.scenario, seed=0)
    assert invalid(mutant.scenario, VirtualRunner(sampled=False).run_now(mutant.scenario, seed=0)) == {}


@pytest.mark.parametrize("mutant", BREAKING, ids=lambda mutant: mutant.name)
def test_a_seeded_bug_is_caught_by_the_invariants_it_breaks_and_the_pipeline_without_it_is_valid(
    mutant: Mutant,
) -> None:
    seed = next((seed for seed in _SEEDS if set(mutant.caught_by) <= _broken(mutant, seed)), None)
    assert seed is not None
    assert invalid(mutant.scenario, VirtualRunner(sampled=False).run_now(mutant.scenario, seed=seed)) == {}


def _broken(mutant: Mutant, seed: int) -> set[str]:
    return set(
        invalid(
            mutant.scenario,
            VirtualRunner(sampled=False, overrides=mutant.overrides).run_now(mutant.scenario, seed=seed),
        )
    )


def test_a_bug_of_batches_shows_where_there_are_batches_alone() -> None:
    mutant = MUTANTS["counts_room_once"]
    settings = settings_of(mutant.scenario)
    seed = next(seed for seed in _SEEDS if _broken(mutant, seed))
    one = settings.model_copy(update={"processor": settings.processor.model_copy(update={"batch": 1})})
    played = replace(mutant.scenario, pipeline=one)
    run = VirtualRunner(sampled=False, overrides=mutant.overrides).run_now(played, seed=seed)
    assert invalid(played, run) == {}


def test_a_run_of_a_pipeline_with_a_bug_is_the_same_each_time() -> None:
    mutant = MUTANTS["creates_again"]
    world = VirtualRunner(sampled=False, overrides=mutant.overrides)
    first, second = (world.run_now(mutant.scenario, seed=3).history for _ in range(2))
    assert first.effects == second.effects != ()
    assert first.changes == second.changes


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        name if name in {"believes_silence", "api_removes"} else pytest.param(name, marks=pytest.mark.soak)
        for name in LIVE
    ],
)
async def test_a_seeded_bug_is_caught_over_real_sockets_too(name: str) -> None:
    mutant = MUTANTS[name]
    played = await LiveRunner(commands=mutant.commands).run(LIVE[name], seed=11)
    found = invalid(LIVE[name], played)
    assert set(mutant.caught_by) <= set(found), found


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario", [pytest.param(BROKEN, id="broken"), pytest.param(_deleting(), id="deleting", marks=pytest.mark.soak)]
)
async def test_without_a_bug_the_same_live_runs_are_valid(scenario: Scenario) -> None:
    assert invalid(scenario, await LiveRunner().run(scenario, seed=11)) == {}
