"""Exploring in the live world: what it draws, and how sure it is of what it found."""

from pathlib import Path

import pytest

from connector.chance import Chance
from connector.values import replace
from fake_clusters.faults.late_effect import LateEffect
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.errors import ServiceUnavailable
from harness.explore import confirm, explore, shrink
from harness.explore.draw import Draw
from harness.explore.events import drawn_event
from harness.scenario.scenario import Scenario
from harness.scenario.service_spec import ServiceKind, ServiceSpec
from harness.world_name import WorldName
from tests.harness.live.plain import plain

LIVE = WorldName.LIVE


def _kinds(base: Scenario) -> set[str]:
    draw = Draw(base=base, chance=Chance(1, "explore"), world=LIVE)
    events = [drawn_event(draw) for _ in range(400)]
    return {str(event.kind) for event in events if event.kind.section != "faults"}


def test_only_what_the_live_world_can_do_is_drawn() -> None:
    assert _kinds(plain()) == {"kill", "terminate", "pause", "crash", "disconnect"}
    elsewhere = ServiceSpec(kind=ServiceKind.URL, sheet="reference", url="http://127.0.0.1:1")
    assert _kinds(replace(plain(), service=elsewhere)) == {"crash", "disconnect"}


def test_no_effect_comes_later_than_any_service_may_reckon_with() -> None:
    draw = Draw(base=plain(), chance=Chance(1, "explore"), world=LIVE)
    events = [drawn_event(draw) for _ in range(400)]
    delays = [event.parameters.delay for event in events if isinstance(event.parameters, LateEffect)]
    assert delays
    assert max(delays) <= 1.0


def test_a_service_that_never_comes_up_ends_the_search() -> None:
    with pytest.raises(ServiceUnavailable, match="no database here"):
        explore(plain("die"), seed=1, runs=5, world=LIVE)


@pytest.mark.soak
def test_a_failure_is_played_again_and_shrunk_as_far_as_the_budget_goes() -> None:
    (failure,) = explore(plain("boast"), seed=1, runs=1, world=LIVE).failures
    again = confirm(failure, {}, world=LIVE, stopped=lambda: False)
    assert str(again) == "5 of 5"
    shrunk = shrink(failure, budget=8, world=LIVE)
    assert not shrunk.minimal
    assert shrunk.journal.world == "live"
    assert shrunk.events < len(failure.schedule.events)


SERVICE = (
    'kind = "process"\nurl = "http://127.0.0.1:{port.api}"\n[[parts]]\nname = "api"\ncommand = ["no-such-portal"]\n'
)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--world", "model"], Exit.BAD_INPUT, "model: accepted: virtual, live"),
        (["--world", "live"], Exit.BAD_INPUT, "live needs --time, and runs one schedule at a time"),
        ([], Exit.BAD_INPUT, "the virtual world cannot play a service of kind 'process'; use --world live"),
        (["--world", "live", "--time", "1m"], Exit.SERVICE_UNAVAILABLE, "there is no program 'no-such-portal'"),
    ],
)
def test_what_cannot_be_explored_is_said_at_once(
    words: list[str], code: Exit, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ours.toml").write_text(SERVICE)
    (tmp_path / "x.toml").write_text('# X.\ntitle = "X"\n[workload]\nrate = 5\nduration = "1s"\n[clusters.north]\n')
    files = [str(tmp_path / "x.toml"), "--service", str(tmp_path / "ours.toml"), "--out", str(tmp_path / "out")]
    assert invoke(["explore", *files, *words]) == code
    assert said in capsys.readouterr().err
