"""A processor that is killed with -9 again and again: after each restart it goes on, and nothing is lost or left."""

import pytest

from connector.chance import Chance
from connector.values import replace
from fake_clusters.profile import Constant, Profile
from harness.scenario.nemesis_kinds import kill
from harness.scenario.scenario import Scenario
from reports.history import Hop
from tests.harness.live.scenes import faulty, invalid, played_with_room

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

_APART = 2.5


def _scenario(seed: int, kills: int) -> Scenario:
    """Commands slow enough that every kill finds some under way, kills at instants that follow no beat."""
    chance = Chance(seed, "kills")
    steps = tuple(
        kill("processor", at=1.0 + _APART * (number + 0.4 * chance.u01(number)), duration=0.1)
        # A kill that is due while the processor is still coming up is skipped: some in reserve save a second run.
        for number in range(kills + max(1, kills // 4))
    )
    base = faulty(1.0 + _APART * len(steps))
    profile = Profile(name="slow", default=Constant(0.25))
    return replace(
        base,
        clusters=tuple(replace(cluster, profile=profile) for cluster in base.clusters),
        workload=replace(base.workload, rate=4.0),
        nemesis=steps,
        expect={"kill": kills},
        settle=60.0,
    )


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.soak)])
async def test_a_processor_killed_at_many_instants_of_a_run_loses_nothing_and_leaves_nothing(kills: int) -> None:
    scenario, played = await played_with_room(_scenario(12, kills), seed=12)
    assert invalid(scenario, played) == {}
    history = played.history
    killed = [row.at for row in history.nemesis if row.action == "kill"]
    assert len({round(at, 2) for at in killed}) >= kills
    cut_off = [row for row in history.attempts if row.hop is Hop.PROCESSOR and row.ended_at is None]
    assert len(cut_off) >= kills / 2, "kills that find no command under way show nothing"
