"""Each kind of store fault shows a pipeline whose 202 lies: a fault that no checker reacts to would show nothing."""

from collections.abc import Mapping, Sequence

import pytest

from connector.values import replace
from harness.mutants.mutant import Mutant, failing
from harness.mutants.table import MUTANTS
from harness.scenario.nemesis_kinds import NemesisStep, kill
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.scenario.store_faults import StoreCall, StoreFaultKind
from harness.virtual.runner import VirtualRunner
from tests.harness.live.scenes import invalid

_ONCE = (kill(Role.API, at=1.3, duration=0.2),)
"""A slow disk refuses nothing: an API that did not wait for it dies meanwhile."""
_CAUGHT: Mapping[StoreFaultKind, tuple[str, Sequence[NemesisStep]]] = {
    **dict.fromkeys(StoreFaultKind, ("promises_without_store", ())),
    StoreFaultKind.SLOW_SYNC: ("answers_first", _ONCE),
}


def _found(scenario: Scenario, mutant: Mutant) -> set[str]:
    return set(invalid(scenario, VirtualRunner(sampled=False, overrides=mutant.overrides).run_now(scenario, seed=1)))


@pytest.mark.parametrize("kind", StoreFaultKind)
def test_a_202_that_lies_is_caught_under_each_kind(kind: StoreFaultKind) -> None:
    name, steps = _CAUGHT[kind]
    scenario = replace(MUTANTS[name].explored, nemesis=tuple(steps))
    assert _found(scenario, MUTANTS[name]) == set(), "it is the store's fault that shows it"
    struck = replace(scenario, store_faults=failing(kind, StoreCall.CREATE), expect={kind.value: 1})
    assert "S3" in _found(struck, MUTANTS[name])
