"""What a world cannot do is said, carried out by nobody, and leaves the verdict unknown."""

from connector.values import replace
from harness.model.pace import Pace
from harness.model.world import ModelWorld
from harness.nemesis.reach import out_of_reach
from harness.run import journal_of
from harness.scenario.deliveries import DeliveryKind, DeliveryRule
from harness.scenario.points import CrashPoint
from harness.scenario.scenario import NemesisKind, NemesisStep
from tests.harness.live.scenes import calm, invalid

KILL = NemesisStep(at=1.0, kind=NemesisKind.KILL, target="processor", lasts=0.5)
TRAP = replace(KILL, site=CrashPoint.BEFORE_END)
SKEW = NemesisStep(at=1.0, kind=NemesisKind.SKEW, target="api", by=0.1)


def _kills(target: str) -> frozenset[NemesisKind]:
    return frozenset({NemesisKind.KILL})


def test_a_kind_that_a_target_does_not_know_and_a_crash_point_without_traps_are_out_of_reach() -> None:
    assert list(out_of_reach((KILL, TRAP, SKEW), _kills, has_traps=False, world="model")) == [TRAP, SKEW]
    assert list(out_of_reach((KILL, TRAP), _kills, has_traps=True, world="model")) == []


def test_the_model_world_says_what_met_nothing_and_its_verdict_is_unknown() -> None:
    rule = DeliveryRule(label="twice", kind=DeliveryKind.DUPLICATE)
    expect = {"kill": 1, "skew": 1, "twice": 1}
    scenario = replace(calm(), nemesis=(TRAP, SKEW), deliveries=(rule,), expect=expect)
    played = ModelWorld().play_now(scenario, seed=5, pace=Pace())
    assert played.skipped == tuple(
        f"{what}: skipped: not supported in the model world"
        for what in ("kill processor at store.commit.end.before", "skew api", "delivery 'twice'")
    )
    assert list(invalid(scenario, played)) == ["V1"]


def test_what_was_skipped_leaves_the_verdict_unknown_though_nothing_was_promised() -> None:
    for disturbed in (replace(calm(), nemesis=(TRAP,)), replace(calm(), nemesis=(SKEW,))):
        played = ModelWorld().play_now(disturbed, seed=5, pace=Pace())
        assert list(invalid(disturbed, played)) == ["V1"]
        assert journal_of(disturbed, played, seed=5, world="model", command="").notes[:1] == played.skipped
