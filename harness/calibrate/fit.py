"""The distribution that stands for the samples of one phase: the nearest family, or the samples themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fake_clusters.distributions import Distribution, Empirical
from harness.calibrate.families import FAMILIES
from harness.calibrate.goodness import distance, explained_by_chance

__all__ = ["FittedPhase", "Shape", "fit"]

Shape = Literal["auto", "family", "empirical"]
"""`auto`: the nearest family where chance explains its distance, else the samples."""

_DOUBT = 0.05
"""A family whose distance chance explains in fewer cases does not fit."""
_KEPT = 500
"""Values that stand for the samples: quantiles at even steps."""
_LEAST = 1e-6
"""What a sample of no time is taken for: a logarithm wants more than zero, and a clusters file has microseconds."""
_OF_NO_TIME = frozenset({"constant", "exponential"})
"""Families for samples of which some took no time: the others would make a long tail of their logarithms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPhase:
    """chosen: the distribution, of this `kind`. nearest: the family that is nearest. distances: of each family, by
    kind. by_chance: how often chance alone puts the nearest family so far from samples."""

    size: int
    chosen: Distribution
    kind: str
    nearest: str
    distances: dict[str, float]
    by_chance: float

    @property
    def distance(self) -> float:
        return self.distances[self.nearest]


def fit(samples: Sequence[float], shape: Shape = "auto", *, seed: int = 0) -> FittedPhase:
    """Raises `ValueError` for fewer than two samples."""
    if len(samples) < 2:
        raise ValueError("at least two samples are needed")
    ordered = sorted(max(each, _LEAST) for each in samples)
    kinds = _OF_NO_TIME if ordered[0] <= _LEAST else FAMILIES.keys()
    fitted = {kind: found for kind in FAMILIES if kind in kinds and (found := FAMILIES[kind](ordered)) is not None}
    distances = {kind: distance(ordered, found) for kind, found in fitted.items()}
    nearest = "constant" if "constant" in fitted else min(distances, key=lambda kind: distances[kind])
    by_chance = 1.0
    if nearest != "constant":
        by_chance = explained_by_chance(ordered, FAMILIES[nearest], fitted[nearest], seed=seed)
    chosen, kind = fitted[nearest], nearest
    if shape == "empirical" or (shape == "auto" and by_chance < _DOUBT):
        chosen, kind = _empirical(ordered), "empirical"
    return FittedPhase(
        size=len(ordered), chosen=chosen, kind=kind, nearest=nearest, distances=distances, by_chance=by_chance
    )


def _empirical(ordered: Sequence[float]) -> Empirical:
    every = Empirical(samples=tuple(ordered))
    if len(ordered) <= _KEPT:
        return every
    return Empirical(samples=tuple(every.ppf(index / (_KEPT - 1)) for index in range(_KEPT)))
