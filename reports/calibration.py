"""What calibrating a connector found, for a reader: curves of what was measured and fitted, and how much it serves."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CalibrationReport", "CapacityCurve", "PhaseCurve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseCurve:
    """One phase or verb. Times in seconds. quantiles: at even steps from 0 to 1, as measured and as fitted.

    taken: the kind of distribution that was written. by_chance: how often chance alone puts the nearest family so far
    away.
    """

    phase: str
    size: int
    mean: float
    p50: float
    p99: float
    taken: str
    nearest: str
    distance: float
    by_chance: float
    measured: tuple[float, ...]
    fitted: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityCurve:
    """throughput: rounds of one command of each verb in `by`, a second, by how many commands were under way. places:
    served at once; None: more than were tried."""

    by: str
    throughput: Mapping[int, float]
    places: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationReport:
    """title: the cluster that was made. source: what was measured. notes: what the reader has to know besides."""

    title: str
    source: str
    dialect: str
    phases: tuple[PhaseCurve, ...]
    capacity: CapacityCurve | None
    product: str
    notes: tuple[str, ...] = ()
