"""The live judge tells what is wrong already, and nothing that only an end would decide."""

import pytest

from harness.mutants.base import base_scenario
from harness.mutants.table import MUTANTS
from harness.run.result import RunResult
from harness.sandbox.findings import findings_at_rest, findings_so_far
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from reports.verdicts import Verdict

_CUTS = 25


def _broken_at(scenario: Scenario, played: RunResult, at: float) -> set[str]:
    return {row.invariant for row in findings_so_far(scenario, played, at) if row.verdict is Verdict.INVALID}


@pytest.mark.parametrize("name", ["base", "demo"])
def test_no_sound_history_is_called_broken_at_any_instant_of_it(name: str) -> None:
    scenario = base_scenario() if name == "base" else read_scenario(shipped_scenarios()[name])
    played = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    for cut in range(1, _CUTS + 1):
        assert not _broken_at(scenario, played, played.ends * cut / _CUTS)


@pytest.mark.parametrize("name", ["api_removes", "keys_without_fingerprint", "ignores_keys", "looks_never_back_off"])
def test_a_seeded_bug_is_told_while_the_history_goes_on_and_stays_told(name: str) -> None:
    mutant = MUTANTS[name]
    played = VirtualRunner(overrides=mutant.overrides, sampled=False).run_now(mutant.scenario, seed=1)
    told = [_broken_at(mutant.scenario, played, played.ends * cut / _CUTS) for cut in range(1, _CUTS + 1)]
    assert told[-1] & set(mutant.caught_by)
    first = next(number for number, broken in enumerate(told) if broken)
    assert all(told[first] <= later for later in told[first:])
    at_rest = {row.invariant for row in findings_at_rest(mutant.scenario, played) if row.verdict is Verdict.INVALID}
    assert set(mutant.caught_by) <= at_rest
