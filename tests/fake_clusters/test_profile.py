"""A profile gives each phase and verb its latency, and says how long that takes in its latency phases."""

import math

import pytest

from connector.operations import Verb
from fake_clusters.distributions import Constant, Uniform
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.profile import LoginPhase, Profile

PROFILE = Profile(
    login={LoginPhase.AUTH: Constant(0.2)}, service={Verb.CREATE: Uniform(low=1, high=3)}, default=Constant(0.5)
)


def with_phases(*latency_phases: LatencyPhase) -> Profile:
    return Profile(latency_phases=latency_phases)


def test_a_verb_has_its_own_latency_or_the_default_one() -> None:
    assert PROFILE.service_work(Verb.CREATE, 0.25) == 1.5
    assert PROFILE.service_work(Verb.DELETE, 0.25) == 0.5


def test_a_login_phase_that_is_not_named_is_instant() -> None:
    assert PROFILE.login_work(LoginPhase.AUTH, 0.5) == 0.2
    assert PROFILE.login_work(LoginPhase.BANNER, 0.5) == 0.0


def test_an_outage_closes_the_port_and_tells_when_that_changes() -> None:
    profile = with_phases(
        LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=10, ends=20),
        LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=5, ends=7, factor=2),
    )
    assert [profile.closed(at) for at in (9.9, 10, 19.9, 20)] == [False, True, True, False]
    assert [profile.next_turn(at) for at in (0, 10, 19, 20)] == [10, 20, 20, math.inf]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ends": 5.0}, "must begin before it ends"),
        ({"factor": -1.0}, "factor must be at least 0"),
        ({"period": 0.0}, "period must be at least 0.001 s"),
        ({"period": 1e-6}, "period must be at least 0.001 s"),
        ({"duty": 1.5}, "duty must be from 0 to 1"),
        ({"kind": LatencyPhaseKind.RAMP, "ends": math.inf}, "a ramp must end"),
        ({"kind": LatencyPhaseKind.STANDSTILL, "ends": math.inf}, "a standstill must end"),
    ],
)
def test_a_latency_phase_that_makes_no_sense_is_refused(change: dict[str, object], complaint: str) -> None:
    values: dict[str, object] = {"kind": LatencyPhaseKind.PERIODIC, "begins": 5.0, "ends": 9.0, **change}
    with pytest.raises(ValueError, match=complaint):
        LatencyPhase(**values)  # type: ignore[arg-type]  # built from a table of cases
