"""What samples of one connector come to: a distribution for each phase, and how much it serves at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from connector.operations import Verb
from fake_clusters.profile import LoginPhase
from harness.calibrate.capacity import MeasuredCapacity, capacity_of
from harness.calibrate.fit import FittedPhase, Shape, fit
from harness.calibrate.samples import MeasuredSample, SamplesError

__all__ = ["Calibration", "alone", "calibrated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """fits: by phase, in the order of a connection and then of the verbs. capacity: of a round of commands, one of each
    verb of `by`; None where nothing tells."""

    fits: Mapping[LoginPhase | Verb, FittedPhase]
    capacity: MeasuredCapacity | None
    by: Sequence[Verb]

    @property
    def words(self) -> str:
        """The verbs of the capacity."""
        return ", ".join(self.by)


def calibrated(samples: Sequence[MeasuredSample], shape: Shape = "auto", *, seed: int = 0) -> Calibration:
    """Raises `SamplesError`."""
    fits: dict[LoginPhase | Verb, FittedPhase] = {}
    for phase, times in alone(samples).items():
        if len(times) < 2:
            raise SamplesError(f"{phase}: at least two samples with a concurrency of 1 are needed, not {len(times)}")
        fits[phase] = fit(times, shape, seed=seed)
    by, capacity = _capacity(_by_concurrency(samples), _between(samples))
    return Calibration(fits=fits, capacity=capacity, by=by)


def _between(samples: Iterable[MeasuredSample]) -> Mapping[int, float]:
    """The mean time to open a channel, which stands before each command, by how many were under way."""
    found: dict[int, list[float]] = defaultdict(list)
    for sample in samples:
        if sample.phase is LoginPhase.CHANNEL:
            found[sample.concurrency].append(sample.seconds)
    return {number: fmean(times) for number, times in found.items()}


def _capacity(
    at_once: Mapping[Verb, Mapping[int, Sequence[float]]], between: Mapping[int, float]
) -> tuple[Sequence[Verb], MeasuredCapacity | None]:
    """Of a round of one command of each verb that was tried with most numbers of commands at once: one verb alone may
    be far off, since a few slow commands move its mean."""
    most = max(map(len, at_once.values()), default=0)
    verbs = [verb for verb, times in at_once.items() if len(times) == most]
    numbers = set.intersection(*(set(at_once[verb]) for verb in verbs)) if verbs else set()
    rounds = {number: [sum(fmean(at_once[verb][number]) for verb in verbs)] for number in numbers}
    pauses = {number: len(verbs) * pause for number, pause in between.items()}
    found = capacity_of(rounds, pauses)
    return ([] if found is None else verbs), found


def alone(samples: Iterable[MeasuredSample]) -> dict[LoginPhase | Verb, list[float]]:
    """The times of each phase where nothing else was under way: with company they would have waiting in them."""
    found: dict[LoginPhase | Verb, list[float]] = {phase: [] for phase in (*LoginPhase, *Verb)}
    seen = set()
    for sample in samples:
        seen.add(sample.phase)
        if sample.concurrency == 1:
            found[sample.phase].append(sample.seconds)
    return {phase: times for phase, times in found.items() if phase in seen}


def _by_concurrency(samples: Iterable[MeasuredSample]) -> dict[Verb, dict[int, list[float]]]:
    found: dict[Verb, dict[int, list[float]]] = {}
    for sample in samples:
        if isinstance(sample.phase, Verb):
            found.setdefault(sample.phase, defaultdict(list))[sample.concurrency].append(sample.seconds)
    return found
