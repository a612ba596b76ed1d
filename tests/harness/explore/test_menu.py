"""Everything that can break is drawn, or is left out for a reason that the page gives."""

from pathlib import Path

import pytest

from connector.chance import Chance
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from harness.explore.draw import Draw
from harness.explore.menu import DRAWN, LEFT_OUT
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import NemesisKind, NemesisStep

BASE = read_scenario(find_scenario("explore"))
PAGE = Path(__file__).parents[3] / "docs" / "exploring.md"


def test_each_kind_of_fault_and_of_nemesis_comes_up() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"))
    events = [draw.event() for _ in range(2000)]
    assert {event.kind.name for event in events if isinstance(event, FaultRule)} == set(FAULTS) - set(LEFT_OUT)
    assert {event.kind for event in events if isinstance(event, NemesisStep)} == set(NemesisKind)
    assert not any(event.wipe for event in events if isinstance(event, NemesisStep))


@pytest.mark.parametrize(("kind", "reason"), LEFT_OUT.items())
def test_what_is_left_out_is_on_the_page_with_its_reason(kind: str, reason: str) -> None:
    assert f"| `{kind}` | {reason} |" in PAGE.read_text(encoding="utf-8")
    assert FAULTS[kind] not in DRAWN
