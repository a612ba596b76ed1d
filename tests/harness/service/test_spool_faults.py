"""Messages that come twice, late or never change nothing of what the pipeline promises."""

from collections import Counter
from collections.abc import Callable

import pytest

from connector.sites import Site
from connector.values import replace
from fake_clusters.rules.rule import NoParameters, Window
from harness.scenario.deliveries import Delay, DeliveryKind, DeliveryRule
from harness.scenario.nemesis_kinds import kill
from harness.scenario.points import CrashPoint
from harness.scenario.scenario import Scenario
from harness.scenario.service_fault import CountedSelector
from harness.service.reference import settings_of
from harness.virtual.runner import VirtualRunner
from reports.history import History, Injection
from tests.harness.live.scenes import calm, faulty, invalid


def _scene(*rules: DeliveryRule, of: Callable[[], Scenario] = calm, expect: int = 1) -> Scenario:
    return replace(of(), deliveries=rules, expect={rule.kind.value: expect for rule in rules})


def _rule(
    kind: DeliveryKind, nth: int | None = None, every: int | None = None, probability: float = 1.0
) -> DeliveryRule:
    return DeliveryRule(
        label=kind.value,
        kind=kind,
        selector=CountedSelector(nth=nth, every=every, probability=probability),
        parameters=Delay(delay=0.7) if kind.comes else NoParameters(),
    )


def _play(scenario: Scenario, seed: int = 5) -> History:
    played = VirtualRunner(sampled=False).run_now(scenario, seed=seed)
    assert invalid(scenario, played) == {}
    return played.history


def _became_active(history: History, strike: Injection) -> float:
    """Seconds from the strike until the record that it concerned was active."""
    first = next(row.at for row in history.changes if row.share == strike.key and row.after == "active")
    return first - strike.at


@pytest.mark.parametrize("kind", DeliveryKind)
def test_each_kind_strikes_as_often_as_asked_and_does_no_harm(kind: DeliveryKind) -> None:
    history = _play(_scene(_rule(kind, every=2), of=faulty, expect=5))
    assert {(row.fault, row.label, row.cluster, row.site) for row in history.injections if row.fault == kind.value} == {
        (kind.value, kind.value, "spool", Site.SPOOL_DELIVER)
    }


def test_a_message_that_is_held_back_is_overtaken() -> None:
    scenario = _scene(_rule(DeliveryKind.DELAYED, nth=1))
    processor = settings_of(scenario).processor.model_copy(update={"scan": 10.0})  # no scan finds it meanwhile
    slow = replace(scenario, pipeline=settings_of(scenario).model_copy(update={"processor": processor}))
    history = _play(slow)
    (strike,) = history.injections
    assert _became_active(history, strike) >= 0.7
    shares = [row.share for row in history.changes if row.after == "active" and row.before == "pending"]
    assert shares.index(str(strike.key)) > 0


def test_a_lost_message_costs_the_time_to_the_next_scan_and_no_share() -> None:
    scenario = _scene(_rule(DeliveryKind.LOST, nth=1))
    history = _play(scenario)
    (strike,) = history.injections
    assert 0.0 < _became_active(history, strike) <= settings_of(scenario).processor.scan + 0.1


def test_all_three_together_with_kills_between_them_are_borne() -> None:
    rules = [_rule(kind, every=every) for kind, every in zip(DeliveryKind, (2, 3, 5), strict=True)]
    kills = tuple(
        kill("processor", at=0.0, duration=0.3, site=site, nth=4)
        for site in (CrashPoint.AFTER_TAKE, CrashPoint.BEFORE_DONE)
    )
    history = _play(replace(_scene(*rules, of=faulty), nemesis=kills))
    struck = Counter(row.fault for row in history.injections)
    assert all(struck[kind.value] for kind in DeliveryKind)
    assert Counter(row.action for row in history.nemesis)["kill"] == 2


def test_chance_is_keyed_so_that_one_rule_changes_nothing_of_another() -> None:
    twice = _rule(DeliveryKind.DUPLICATE, probability=0.5)
    never = replace(_rule(DeliveryKind.LOST, nth=10_000), label="never")
    alone, beside = _play(_scene(twice)), _play(replace(_scene(twice), deliveries=(never, twice)))
    assert alone == beside == _play(_scene(twice))
    assert alone.injections
    assert _play(_scene(twice), seed=6).injections != alone.injections


def test_only_messages_of_the_window_are_met() -> None:
    rule = replace(_rule(DeliveryKind.DUPLICATE), window=Window(begins=1.0, ends=2.0))
    struck = [row.at for row in _play(_scene(rule)).injections]
    assert struck
    assert all(1.0 <= at < 2.0 for at in struck)
