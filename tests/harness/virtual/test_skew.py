"""A part whose clock is wrong by what the pipeline bears keeps every promise; no process sees time step back."""

from collections.abc import Iterator

import pytest

from connector.values import replace
from harness.journal import journal_of
from harness.scenario.nemesis_kinds import NemesisStep, kill, skew
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from harness.virtual.hosts import Host
from harness.virtual.runner import VirtualRunner
from reports.journal import Journal
from reports.verdicts import Verdict
from tests.harness.live.scenes import calm, faulty

ALLOWED = settings_of(faulty()).command.skew


def _skew(target: str, by: float, at: float = 0.5, lasts: float = 2.0) -> NemesisStep:
    return skew(target, at=at, offset=by, duration=lasts)


def _played(scenario: Scenario) -> Journal:
    played = VirtualRunner(sampled=False).run_now(scenario, seed=5)
    return journal_of(scenario, played, seed=5, world="virtual", command="")


@pytest.mark.parametrize(
    "steps",
    [
        (_skew("processor", ALLOWED),),
        (_skew("processor", -ALLOWED),),
        (_skew("api", ALLOWED),),
        (_skew("api", -ALLOWED),),
        (_skew("processor", ALLOWED / 2), _skew("api", -ALLOWED / 2)),
        (_skew("processor", -ALLOWED, lasts=1.0), _skew("processor", ALLOWED, at=2.5, lasts=1.0)),
    ],
)
def test_skew_within_the_allowed_bound_does_no_harm(steps: tuple[NemesisStep, ...]) -> None:
    journal = _played(replace(faulty(), nemesis=steps, expect={"skew": len(steps)}))
    assert [row for row in journal.findings if row.verdict is Verdict.INVALID] == []
    assert journal.verdict is Verdict.VALID
    actions = [(row.action, row.target) for row in journal.history.nemesis if row.action in ("skew", "reset")]
    assert sorted(actions) == sorted((word, step.selector.target) for step in steps for word in ("skew", "reset"))


def test_what_a_skewed_api_writes_down_bears_its_time() -> None:
    step = _skew("api", 60.0, at=1.0, lasts=1.0)
    changes = _played(replace(calm(), nemesis=(step,))).history.changes
    made = [row.at for row in changes if row.before is None]
    assert any(61.0 <= at < 62.0 for at in made)
    assert any(at < 1.0 for at in made)


def test_a_kill_of_a_skewed_part_leaves_the_clock_of_its_host_as_it_is() -> None:
    scenario = replace(calm(), nemesis=(_skew("api", 60.0, at=0.5, lasts=2.0), kill("api", at=1.0, duration=0.2)))
    made = [row.at for row in _played(scenario).history.changes if row.before is None]
    assert any(61.2 <= at < 62.5 for at in made)


def test_a_clock_that_is_set_back_stands_still_until_it_is_later() -> None:
    host = Host("api", skew=1.0)

    def shown() -> Iterator[float]:
        yield host.unix_time(10.0)
        host.set_clock(-2.0, 10.0)
        yield from (host.unix_time(now) for now in (10.0, 12.0, 13.5))
        host.set_clock(3.0, 13.5)
        yield host.unix_time(13.5)

    assert list(shown()) == [11.0, 11.0, 11.0, 11.5, 16.5]
