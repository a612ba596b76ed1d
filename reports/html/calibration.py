"""A calibration as one self-contained HTML page: a drawing per phase, measured over fitted, and one of the capacity."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.calibration import CalibrationReport, CapacityCurve, PhaseCurve
from reports.html.template import asset, environment
from reports.sentences import seconds

__all__ = ["calibration_page", "write_calibration_page"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 320, 170, 40, 306, 10, 140
_END = 0.99
"""The axis of times ends where all but so much of it lies: one slow command would squeeze the rest."""


def write_calibration_page(path: Path, report: CalibrationReport) -> None:
    """Write the page in one step. Raises `OSError`."""
    write_atomic(path, calibration_page(report))


def calibration_page(report: CalibrationReport) -> str:
    """The page as text."""
    return (
        environment()
        .get_template("calibration.html")
        .render(
            report=report,
            plots=[_plot(phase) for phase in report.phases],
            capacity=None if report.capacity is None else _capacity(report.capacity),
            style=asset("assets/report.css") + asset("assets/capacity.css") + asset("assets/calibration.css"),
        )
    )


def _plot(phase: PhaseCurve) -> dict[str, Any]:
    end = 1.15 * max(_at(phase.measured, _END), _at(phase.fitted, _END), 1e-9)
    return {
        "phase": phase,
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "bottom": _BOTTOM,
        "measured": _points(phase.measured, end),
        "fitted": _points(phase.fitted, end),
        "levels": [(_y(share), f"{100 * share:.0f} %") for share in (0.0, 0.5, 1.0)],
        "ticks": [(_x(end * share, end), seconds(end * share)) for share in (0.0, 0.5, 1.0)],
    }


def _points(quantiles: Sequence[float], end: float) -> str:
    """The distribution function as the points of a line."""
    last = len(quantiles) - 1
    shown = [(value, index / last) for index, value in enumerate(quantiles) if value <= end]
    return " ".join(f"{_x(value, end)},{_y(share)}" for value, share in shown)


def _at(quantiles: Sequence[float], share: float) -> float:
    return quantiles[round(share * (len(quantiles) - 1))]


def _x(value: float, end: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * value / end, 1)


def _y(share: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)


def _capacity(curve: CapacityCurve) -> dict[str, Any]:
    """A bar for each number of commands at once."""
    top = 1.1 * max(curve.throughput.values())
    step = (_RIGHT - _LEFT) / len(curve.throughput)
    bars = [
        {
            "x": round(_LEFT + step * (index + 0.2), 1),
            "width": round(0.6 * step, 1),
            "y": _y(rate / top),
            "height": round(_BOTTOM - _y(rate / top), 1),
            "number": number,
            "rate": f"{rate:.3g}",
        }
        for index, (number, rate) in enumerate(curve.throughput.items())
    ]
    places = "more than were tried" if curve.places is None else str(curve.places)
    return {"bars": bars, "places": places, "by": curve.by, "width": _WIDTH, "height": _HEIGHT, "bottom": _BOTTOM}
