"""Whether fresh samples of a connector still agree with the cluster that was made like it."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.operations import Verb
from fake_clusters.distributions import Constant, Distribution
from fake_clusters.profile import LoginPhase, Profile
from harness.calibrate.calibration import alone
from harness.calibrate.goodness import distance, least_distance
from harness.calibrate.samples import MeasuredSample

__all__ = ["PhaseDrift", "drift_of"]

_DOUBT = 0.01
"""The chance of a false alarm in one check, over all its phases."""
_RESOLUTION, _NARROW = 0.001, 0.02
"""Seconds, and the share of the expected mean, by which a time may be off: a timer and a clock are no better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDrift:
    """found: the distance of the samples from the profile. least: that of what they come from, beyond doubt. drifted:
    it is farther than is tolerated. mean, expected: seconds."""

    phase: LoginPhase | Verb
    size: int
    found: float
    least: float
    drifted: bool
    mean: float
    expected: float


def drift_of(samples: Iterable[MeasuredSample], profile: Profile, *, tolerance: float) -> list[PhaseDrift]:
    """Of each phase that was measured alone. tolerance: a distance, from 0 to 1, that is no drift.

    The doubt is shared among the phases (Bonferroni)."""
    measured = {phase: sorted(times) for phase, times in alone(samples).items() if times}
    found = []
    for phase, ordered in measured.items():
        expected = _expected(profile, phase)
        apart = distance(ordered, expected, slack=max(_RESOLUTION, _NARROW * expected.mean))
        least = least_distance(apart, len(ordered), doubt=_DOUBT / len(measured))
        found.append(
            PhaseDrift(
                phase=phase,
                size=len(ordered),
                found=apart,
                least=least,
                drifted=least > tolerance,
                mean=sum(ordered) / len(ordered),
                expected=expected.mean,
            )
        )
    return found


def _expected(profile: Profile, phase: LoginPhase | Verb) -> Distribution:
    if isinstance(phase, LoginPhase):
        return profile.login.get(phase, Constant())
    return profile.service.get(phase, profile.default)
