"""Crash points, skews and deliveries are read from a scenario file, and what does not fit is named."""

import pytest

from connector.errors import TomlProblems
from harness.scenario.deliveries import DeliveryKind, DeliveryRule
from harness.scenario.parse import parse_scenario
from harness.scenario.points import CrashPoint
from harness.scenario.scenario import NemesisKind, NemesisStep
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
by = "-150ms"
lasts = "500ms"

[[deliveries]]
what = "duplicate"
every = 2
after = "300ms"

[[deliveries]]
what = "lose"
label = "gone"
nth = 3
between = [0, 1]
"""


def test_crash_points_skews_and_deliveries_are_read() -> None:
    scenario = parse_scenario(CALM + PINPOINT, "pinpoint.toml")
    assert scenario.nemesis == (
        NemesisStep(at=0.0, kind=NemesisKind.KILL, target="processor", site=CrashPoint.BEFORE_END, nth=2),
        NemesisStep(at=0.2, kind=NemesisKind.SKEW, target="api", by=-0.15, lasts=0.5),
    )
    assert scenario.deliveries == (
        DeliveryRule(label="duplicate_delivery", kind=DeliveryKind.DUPLICATE, every=2, after=0.3),
        DeliveryRule(label="gone", kind=DeliveryKind.LOSE, nth=3, begins=0.0, ends=1.0),
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('site = "store.commit.end.before"', "", "nemesis[0].nth: counts the calls at a `site`, and there is none"),
        ('kind = "kill"', 'kind = "pause"', "nemesis[0].site: only a `kill` can be there, not `pause`"),
        ('target = "processor"', 'target = "api"', "nemesis[0].site: is a call of the processor, not of 'api'"),
        ('by = "-150ms"', "", "nemesis[1]: a `skew` needs `by`"),
        ('by = "-150ms"', 'by = "-soon"', "nemesis[1].by: a duration is"),
        ('kind = "skew"', 'kind = "pause"', "nemesis[1].by: only a `skew` has it, not `pause`"),
        ('label = "gone"', 'label = "duplicate_delivery"', "deliveries[1].label: 'duplicate_delivery' is taken"),
        ("nth = 3", "nth = 3\nevery = 2", "deliveries[1].every: 'nth' and 'every' both say which"),
        ("nth = 3", "nth = 3\nafter = 1", "deliveries[1].after: a message that is lost never comes"),
        ("nth = 3", 'phase = "x"', "deliveries[1].between: 'between' and 'phase' both say when"),
    ],
)
def test_what_does_not_fit_a_crash_point_a_skew_or_a_delivery_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(CALM + PINPOINT.replace(old, new, 1), "pinpoint.toml")
    assert complaint in str(caught.value)
