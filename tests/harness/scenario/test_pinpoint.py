"""Crash points, skews and deliveries are read from a scenario file, and what does not fit is named."""

import pytest

from connector.errors import TomlProblems
from fake_clusters.rules.rule import Window
from harness.scenario.deliveries import Delay, DeliveryKind, DeliveryRule
from harness.scenario.nemesis_kinds import kill, skew
from harness.scenario.parse import parse_scenario
from harness.scenario.points import CrashPoint
from harness.scenario.service_fault import CountedSelector
from harness.scenario.store_faults import StoreCall, StoreFaultKind, StoreSelector, TimeDown
from tests.harness.scenario.samples import CALM

PINPOINT = """
[[nemesis]]
at = 0
kind = "kill"
target = "processor"
site = "store.commit.end.before"
nth = 2

[[nemesis]]
at = "200ms"
kind = "skew"
target = "api"
offset = "-150ms"
duration = "500ms"

[[deliveries]]
kind = "duplicate_delivery"
every = 2
delay = "300ms"

[[deliveries]]
kind = "lost_delivery"
label = "gone"
nth = 3
between = [0, 1]
"""


STORE_FAULTS = """
[[store_faults]]
kind = "store_lost_commit"
call = "create"
every = 2

[[store_faults]]
kind = "store_restart"
label = "rolling"
down = "2s"
between = [0, 1]
"""


def test_faults_of_the_store_are_read() -> None:
    lost, restart = parse_scenario(CALM + STORE_FAULTS, "store.toml").store_faults
    assert (lost.kind, lost.selector) == (StoreFaultKind.LOST_COMMIT, StoreSelector(call=StoreCall.CREATE, every=2))
    assert (restart.label, restart.parameters) == ("rolling", TimeDown(down=2.0))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('call = "create"', 'call = "crate"', "store_faults[0].call"),
        ('kind = "store_restart"', 'kind = "store_reset"', "unknown store fault 'store_reset'"),
        ("every = 2", "every = 2\nnth = 1", "store_faults[0].every: 'nth' and 'every' both say which"),
        ('down = "2s"', 'delay = "2s"', "store_faults[1].delay: unknown key"),
        ('label = "rolling"', 'label = "store_lost_commit"', "store_faults[1].label: 'store_lost_commit' is taken"),
    ],
)
def test_what_does_not_fit_a_fault_of_the_store_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(CALM + STORE_FAULTS.replace(old, new, 1), "store.toml")
    assert complaint in str(caught.value)


def test_crash_points_skews_and_deliveries_are_read() -> None:
    scenario = parse_scenario(CALM + PINPOINT, "pinpoint.toml")
    assert scenario.nemesis == (
        kill("processor", at=0.0, site=CrashPoint.BEFORE_END, nth=2),
        skew("api", at=0.2, offset=-0.15, duration=0.5),
    )
    assert scenario.deliveries == (
        DeliveryRule(
            label="duplicate_delivery",
            kind=DeliveryKind.DUPLICATE,
            selector=CountedSelector(every=2),
            parameters=Delay(delay=0.3),
        ),
        DeliveryRule(
            label="gone", kind=DeliveryKind.LOST, selector=CountedSelector(nth=3), window=Window(begins=0.0, ends=1.0)
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('site = "store.commit.end.before"', "", "nemesis[0].nth: counts the calls at a `site`, and there is none"),
        ('kind = "kill"', 'kind = "pause"', "nemesis[0].site: unknown key"),
        ('target = "processor"', 'target = "api"', "nemesis[0].site: is a call of the processor, not of 'api'"),
        ('offset = "-150ms"', "", "nemesis[1].offset: is required"),
        ('offset = "-150ms"', 'offset = "-soon"', "nemesis[1].offset: a duration is"),
        ('offset = "-150ms"', "offset = 0", "nemesis[1].offset: a clock that is 0 s off is not skewed"),
        ('kind = "skew"', 'kind = "pause"', "nemesis[1].offset: unknown key; accepted: at, duration, kind, target"),
        ('label = "gone"', 'label = "duplicate_delivery"', "deliveries[1].label: 'duplicate_delivery' is taken"),
        ("nth = 3", "nth = 3\nevery = 2", "deliveries[1].every: 'nth' and 'every' both say which"),
        ("nth = 3", "nth = 3\ndelay = 1", "deliveries[1].delay: unknown key; accepted: between, every"),
        ("nth = 3", 'phase = "x"', "deliveries[1]: 'between' and 'phase' both say when"),
    ],
)
def test_what_does_not_fit_a_crash_point_a_skew_or_a_delivery_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(CALM + PINPOINT.replace(old, new, 1), "pinpoint.toml")
    assert complaint in str(caught.value)
