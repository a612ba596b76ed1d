"""A profile gives each phase and verb its latency, swung over time."""

import math

import pytest

from connector.operations import Verb
from fake_clusters.distributions import Constant, Uniform
from fake_clusters.profile import LoginPhase, Profile
from fake_clusters.swings import Swing, SwingKind

PROFILE = Profile(
    login={LoginPhase.AUTH: Constant(0.2)}, service={Verb.CREATE: Uniform(low=1, high=3)}, default=Constant(0.5)
)


def swung(*swings: Swing) -> Profile:
    return Profile(default=Constant(1.0), login={LoginPhase.KEX: Constant(1.0)}, swings=swings)


def test_a_verb_has_its_own_latency_or_the_default_one() -> None:
    assert PROFILE.service_time(Verb.CREATE, 0.0, 0.25) == 1.5
    assert PROFILE.service_time(Verb.DELETE, 0.0, 0.25) == 0.5


def test_a_login_phase_that_is_not_named_is_instant() -> None:
    assert PROFILE.login_time(LoginPhase.AUTH, 0.0, 0.5) == 0.2
    assert PROFILE.login_time(LoginPhase.BANNER, 0.0, 0.5) == 0.0


@pytest.mark.parametrize(
    ("swing", "factors"),
    [
        (Swing(kind=SwingKind.BROWNOUT, begins=10, ends=20, factor=5), {9.9: 1, 10: 5, 19.9: 5, 20: 1}),
        (Swing(kind=SwingKind.RAMP, begins=10, ends=20, factor=5), {9: 1, 10: 1, 15: 3, 19: 4.6, 20: 1}),
        (
            Swing(kind=SwingKind.PERIODIC, begins=10, ends=20, factor=5, period=4, duty=0.25),
            {9: 1, 10: 5, 10.9: 5, 11: 1, 13.9: 1, 14: 5, 15: 1, 18.5: 5, 20: 1},
        ),
        (Swing(kind=SwingKind.OUTAGE, begins=10, ends=20), {9: 1, 15: 1, 21: 1}),
    ],
)
def test_a_swing_multiplies_latencies_while_it_is_on(swing: Swing, factors: dict[float, float]) -> None:
    profile = swung(swing)
    assert {at: profile.service_time(Verb.SHOW, at, 0.5) for at in factors} == pytest.approx(factors)
    assert {at: profile.login_time(LoginPhase.KEX, at, 0.5) for at in factors} == pytest.approx(factors)


def test_swings_that_overlap_multiply() -> None:
    brownout = Swing(kind=SwingKind.BROWNOUT, begins=0, ends=10, factor=2)
    assert swung(brownout, brownout).factor(5) == 4


def test_an_outage_closes_the_port_and_tells_when_that_changes() -> None:
    profile = swung(
        Swing(kind=SwingKind.OUTAGE, begins=10, ends=20), Swing(kind=SwingKind.BROWNOUT, begins=5, ends=7, factor=2)
    )
    assert [profile.closed(at) for at in (9.9, 10, 19.9, 20)] == [False, True, True, False]
    assert [profile.next_turn(at) for at in (0, 10, 19, 20)] == [10, 20, 20, math.inf]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ends": 5.0}, "must begin before it ends"),
        ({"factor": -1.0}, "factor must be at least 0"),
        ({"period": 0.0}, "period must be above 0"),
        ({"duty": 1.5}, "duty must be from 0 to 1"),
        ({"kind": SwingKind.RAMP, "ends": math.inf}, "a ramp must end"),
    ],
)
def test_a_swing_that_makes_no_sense_is_refused(change: dict[str, object], complaint: str) -> None:
    values: dict[str, object] = {"kind": SwingKind.PERIODIC, "begins": 5.0, "ends": 9.0, **change}
    with pytest.raises(ValueError, match=complaint):
        Swing(**values)  # type: ignore[arg-type]  # built from a table of cases
