"""What `calibrate` shows: tables and lines for a terminal, and the curves of the page."""

from rich.table import Table

from fake_clusters.distributions import Empirical
from harness.calibrate.calibration import Calibration
from harness.calibrate.drift import PhaseDrift
from harness.calibrate.fit import FittedPhase
from reports.calibration import PhaseCurve

__all__ = ["capacity_lines", "curve_of", "drifts_table", "fits_table"]

_CURVE = 100
"""Steps of a curve."""


def curve_of(phase: str, fitted: FittedPhase, times: list[float]) -> PhaseCurve:
    """What was measured of a phase, and what was fitted to it. times: seconds of each sample."""
    measured = Empirical(samples=tuple(sorted(times)))
    return PhaseCurve(
        phase=phase,
        size=fitted.size,
        mean=sum(times) / len(times),
        p50=measured.ppf(0.5),
        p99=measured.ppf(0.99),
        taken=fitted.kind,
        nearest=fitted.nearest,
        distance=fitted.distance,
        by_chance=fitted.by_chance,
        measured=tuple(measured.ppf((step + 0.5) / _CURVE) for step in range(_CURVE)),
        fitted=tuple(fitted.chosen.ppf((step + 0.5) / _CURVE) for step in range(_CURVE)),
    )


def fits_table(found: Calibration) -> Table:
    """A row for each phase."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("phase", "samples", "mean", "taken", "nearest family", "distance", "p"):
        table.add_column(heading, justify="left" if heading in {"phase", "taken", "nearest family"} else "right")
    for phase, fitted in found.fits.items():
        table.add_row(
            str(phase),
            str(fitted.size),
            f"{1000 * fitted.chosen.mean:.3g} ms",
            fitted.kind,
            fitted.nearest,
            f"{fitted.distance:.3f}",
            f"{fitted.by_chance:.2f}",
        )
    return table


def capacity_lines(found: Calibration) -> list[str]:
    """How many commands at once, or why that is not known."""
    capacity = found.capacity
    if capacity is None:
        return ["capacity: not known; it takes samples of one verb with several concurrencies, 1 among them"]
    tried = ", ".join(f"{number}: {rate:.3g}/s" for number, rate in capacity.throughput.items())
    if capacity.places is None:
        return [f"capacity: above {max(capacity.throughput)} commands at once ({found.words} at {tried})"]
    return [f"capacity: {capacity.places} commands at once ({found.words} at {tried})"]


def drifts_table(rows: list[PhaseDrift]) -> Table:
    """A row for each phase that was checked."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("phase", "samples", "mean", "expected", "distance", "at least", ""):
        table.add_column(heading, justify="left" if heading in {"phase", ""} else "right")
    for row in rows:
        table.add_row(
            str(row.phase),
            str(row.size),
            f"{1000 * row.mean:.3g} ms",
            f"{1000 * row.expected:.3g} ms",
            f"{row.found:.3f}",
            f"{row.least:.3f}",
            "drifted" if row.drifted else "",
        )
    return table
