"""A blow at a processor strikes the API where the design has none."""

from harness.nemesis.aim import aimed
from harness.scenario.scenario import NemesisKind, NemesisStep

KILL = NemesisStep(at=1.0, kind=NemesisKind.KILL, target="processor")
CRASH = NemesisStep(at=2.0, kind=NemesisKind.CRASH, target="north")


def test_what_is_there_is_struck() -> None:
    assert aimed((KILL, CRASH), has_processor=True) == (KILL, CRASH)


def test_without_a_processor_the_api_is_struck_and_nobody_else_in_its_place() -> None:
    struck, other = aimed((KILL, CRASH), has_processor=False)
    assert (struck.target, struck.at, struck.kind) == ("api", 1.0, NemesisKind.KILL)
    assert other == CRASH
