"""Gates: thresholds on a metric, of all clusters or one, behind any gateway or one, over the run or a phase of it:
`p95(create.accept) < 200ms on north through nginx during brownout`.

A gate that has nothing to measure fails: a silent pass would hide that nothing ran.
"""

from collections.abc import Sequence
from typing import assert_never

from harness.measure import MeasureWindow, measure, of_cluster
from harness.scenario.scenario import Comparison, Gate
from reports.history import History
from reports.journal import PhaseSpan
from reports.verdicts import GateResult

__all__ = ["evaluate", "holds"]


def evaluate(
    gates: Sequence[Gate], history: History, phases: Sequence[PhaseSpan], *, load_ends: float
) -> tuple[GateResult, ...]:
    """Measure every gate. `load_ends`: seconds of load, the window of rates that name no phase."""
    # Reversed: a scenario's own phases come first and win over a fault's stretch of the same name.
    windows = {phase.name: MeasureWindow(begins=phase.begins, ends=phase.ends) for phase in reversed(phases)}
    run = MeasureWindow(begins=0.0, ends=load_ends, whole=True)
    return tuple(_result(gate, history, windows.get(gate.phase) if gate.phase else run) for gate in gates)


def _result(gate: Gate, history: History, window: MeasureWindow | None) -> GateResult:
    asked = history if gate.cluster is None else of_cluster(history, gate.cluster)
    figure = measure(gate.statistic, gate.metric, asked, window) if window else None
    return GateResult(
        expression=gate.expression,
        metric=gate.metric,
        phase=gate.phase or "",
        value=figure.shown if figure else None,
        threshold=gate.threshold,
        passed=figure is not None and holds(gate.comparison, figure.judged, gate.threshold),
        unfinished=figure is not None and figure.judged != figure.shown,
    )


def holds(comparison: Comparison, value: float, threshold: float) -> bool:
    """Whether a value is on the right side of a threshold."""
    match comparison:
        case Comparison.BELOW:
            return value < threshold
        case Comparison.AT_MOST:
            return value <= threshold
        case Comparison.ABOVE:
            return value > threshold
        case Comparison.AT_LEAST:
            return value >= threshold
        case _:
            assert_never(comparison)
