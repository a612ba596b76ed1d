"""Everything that a correct pipeline survives is drawn, and nothing else."""

from connector.chance import Chance
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from harness.explore.draw import Draw
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import NemesisKind, NemesisStep
from harness.toxics import TOXICS
from harness.toxics.rule import ToxicRule

BASE = read_scenario(find_scenario("explore"))


def test_each_kind_of_fault_and_of_nemesis_comes_up() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"))
    events = [draw.event() for _ in range(2000)]
    assert {event.kind.name for event in events if isinstance(event, FaultRule)} == set(FAULTS)
    assert {event.kind for event in events if isinstance(event, NemesisStep)} == set(NemesisKind)
    assert not any(event.wipe for event in events if isinstance(event, NemesisStep))
    assert not any(isinstance(event, ToxicRule) for event in events)


def test_links_are_struck_only_where_that_is_wanted_and_then_with_each_kind_of_toxic() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"), toxics=True)
    events = [draw.event() for _ in range(2000)]
    assert {event.kind.name for event in events if isinstance(event, ToxicRule)} == set(TOXICS)
