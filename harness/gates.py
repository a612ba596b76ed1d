"""Gates: thresholds on a metric, over the run or a phase of it: `p95(create.accept) < 200ms during brownout`.

A gate that has nothing to measure fails: a silent pass would hide that nothing ran.
"""

import re
from collections.abc import Sequence
from typing import assert_never

from connector.toml_words import did_you_mean
from connector.units import parse_duration
from harness.errors import GateError
from harness.measure import Window, measure
from harness.metrics import METRICS, Measure, Metric
from harness.scenario.scenario import Comparison, Gate, Statistic
from reports.history import History
from reports.journal import PhaseSpan
from reports.verdicts import GateResult

__all__ = ["evaluate", "parse_gate", "statistics_of"]

_GATE = re.compile(
    r"""\s* (?P<statistic>\w+) \s* \( \s* (?P<metric>[\w.-]+) \s* \)
        \s* (?P<comparison><=|>=|<|>)
        \s* (?P<number>[0-9]+(?:\.[0-9]+)?) \s* (?P<unit>[A-Za-z%/]*)
        (?: \s+ during \s+ (?P<phase>\S.*?) )? \s*""",
    re.VERBOSE,
)
_FACTORS: dict[Statistic, dict[str, float]] = {
    Statistic.COUNT: {"": 1.0},
    Statistic.RATE: {"": 1.0, "/s": 1.0, "/m": 1 / 60},
    Statistic.RATIO: {"": 1.0, "%": 0.01},
}
_OF_LATENCIES = tuple(statistic for statistic in Statistic if statistic is not Statistic.RATIO)


def parse_gate(expression: str) -> Gate:
    """Read one gate. Raises `GateError`; whether the phase exists is for the scenario to say."""
    match = _GATE.fullmatch(expression)
    if match is None:
        raise GateError("must read like 'p95(create.accept) < 200ms during brownout' (the phase may be left out)")
    metric = METRICS.get(match["metric"])
    if metric is None:
        raise GateError(_unknown_metric(match["metric"]))
    accepted = statistics_of(metric)
    if match["statistic"] not in accepted:
        raise GateError(f"'{match['statistic']}' of {metric.name} is not a thing; accepted: {', '.join(accepted)}")
    statistic = Statistic(match["statistic"])
    return Gate(
        expression=" ".join(expression.split()),
        statistic=statistic,
        metric=metric.name,
        comparison=Comparison(match["comparison"]),
        threshold=_threshold(statistic, match["number"], match["unit"]),
        phase=match["phase"],
    )


def statistics_of(metric: Metric) -> tuple[Statistic, ...]:
    """The statistics that can be taken of a metric."""
    match metric.measure:
        case Measure.LATENCY:
            return _OF_LATENCIES
        case Measure.EVENT:
            return (Statistic.COUNT, Statistic.RATE, *((Statistic.RATIO,) if metric.per_op else ()))
        case _:
            assert_never(metric.measure)


def evaluate(
    gates: Sequence[Gate], history: History, phases: Sequence[PhaseSpan], *, load_ends: float
) -> tuple[GateResult, ...]:
    """Measure every gate. `load_ends`: seconds of load, the window of rates that name no phase."""
    # Reversed: a scenario's own phases come first and win over a fault's stretch of the same name.
    windows = {phase.name: Window(begins=phase.begins, ends=phase.ends) for phase in reversed(phases)}
    run = Window(begins=0.0, ends=load_ends, whole=True)
    return tuple(_result(gate, history, windows.get(gate.phase) if gate.phase else run) for gate in gates)


def _unknown_metric(name: str) -> str:
    return f"unknown metric '{name}'{did_you_mean(name, list(METRICS))}; accepted: {', '.join(METRICS)}"


def _threshold(statistic: Statistic, number: str, unit: str) -> float:
    """The number in the unit of what `statistic` yields: seconds, events, events per second, or a fraction."""
    factors = _FACTORS.get(statistic)
    if factors is None:
        if not unit:
            raise GateError(f"{statistic} is compared with a duration with its unit, such as 200ms (got {number})")
        try:
            return parse_duration(f"{number}{unit}")
        except ValueError as error:
            raise GateError(f"{statistic} is compared with a duration: {error}") from error
    if unit not in factors:
        accepted = " or ".join(f"'{word}'" if word else "no unit" for word in factors)
        raise GateError(f"{statistic} takes {accepted} after its threshold (got '{unit}')")
    return float(number) * factors[unit]


def _result(gate: Gate, history: History, window: Window | None) -> GateResult:
    figure = measure(gate.statistic, gate.metric, history, window) if window else None
    return GateResult(
        expression=gate.expression,
        metric=gate.metric,
        phase=gate.phase or "",
        value=figure.shown if figure else None,
        threshold=gate.threshold,
        passed=figure is not None and _holds(gate.comparison, figure.judged, gate.threshold),
        unfinished=figure is not None and figure.judged != figure.shown,
    )


def _holds(comparison: Comparison, value: float, threshold: float) -> bool:
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
