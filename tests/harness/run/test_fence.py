"""How long a run waits between its two final readings."""

from connector.values import replace
from harness.run.fence import fence_ends
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from pipeline.settings import Design
from reports.history import Reading
from tests.harness.checkers.histories import ON_CLUSTER, RECORD, reading
from tests.harness.live.scenes import calm

SWEEPING = 2 * 1.0 + 4.0 + 2.5
"""Of `calm`: two sweeps, the grace, and a delete."""

CALM = (reading("north", 1, ON_CLUSTER), reading("api", 1, RECORD))
ORPHAN = (reading("north", 1, ON_CLUSTER), reading("api", 1))


def _ends(*readings: Reading, scenario: Scenario | None = None, effects_due: float = 0.0) -> float:
    played = replace(scenario or calm(), fence=2.0)
    return fence_ends(played, readings, now=10.0, effects_due=effects_due, deadlines=(11.0, 5.0))


def test_where_all_is_clean_the_fence_follows_the_last_deadline_that_is_unclear() -> None:
    assert _ends(*CALM) == 13.0


def test_a_share_without_a_record_gives_the_sweeper_its_time() -> None:
    assert _ends(*ORPHAN) == 11.0 + SWEEPING


def test_what_was_there_before_the_load_is_not_waited_for() -> None:
    assert _ends(reading("north", 0, ON_CLUSTER), *ORPHAN) == 13.0


def test_an_effect_that_is_still_to_come_gives_the_sweeper_its_time_after_it() -> None:
    assert _ends(*CALM, effects_due=12.0) == 12.0 + SWEEPING


def test_a_design_without_a_sweeper_has_none_to_wait_for() -> None:
    base = calm()
    blocking = replace(base, pipeline=settings_of(base).model_copy(update={"design": Design.BLOCKING}))
    assert _ends(*ORPHAN, scenario=blocking) == 13.0


def test_a_longer_fence_of_the_scenario_stands() -> None:
    scenario = replace(calm(), fence=60.0)
    assert fence_ends(scenario, ORPHAN, now=10.0, effects_due=0.0, deadlines=()) == 70.0
