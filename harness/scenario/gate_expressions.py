"""How a gate is written: `p95(create.accept) < 200ms on north through nginx during brownout`."""

import re
from decimal import Decimal
from typing import assert_never

from connector.toml_words import did_you_mean
from connector.units import parse_duration
from harness.errors import GateError
from harness.metrics import METRICS, Measure, Metric
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.scenario import Comparison, Gate, Percentile, Statistic

__all__ = ["available", "parse_gate", "statistics_of"]

_GATE = re.compile(
    r"""\s* (?P<statistic>[\w.]+) \s* \( \s* (?P<metric>[\w.-]+) \s* \)
        \s* (?P<comparison><=|>=|<|>)
        \s* (?P<number>[0-9]+(?:\.[0-9]+)?) \s* (?P<unit>[A-Za-z%/]*)
        (?: \s+ on \s+ (?P<cluster>\S.*?) )?
        (?: \s+ through \s+ (?P<gateway>\S+) )?
        (?: \s+ during \s+ (?P<phase>\S.*?) )? \s*""",
    re.VERBOSE,
)
_FACTORS: dict[Statistic, dict[str, float]] = {
    Statistic.COUNT: {"": 1.0},
    Statistic.RATE: {"": 1.0, "/s": 1.0, "/m": 1 / 60},
    Statistic.RATIO: {"": 1.0, "%": 0.01},
}
_OF_LATENCIES = tuple(statistic for statistic in Statistic if statistic is not Statistic.RATIO)
_PERCENTILE = re.compile(r"p([0-9]{1,3}(?:\.[0-9]{1,6})?)")
PERCENTILES = "pN (a percentile, such as p50, p99.9)"
_FORM = (
    "must read like 'p95(create.accept) < 200ms on north through nginx during brownout': STATISTIC(METRIC), "
    "one of < <= > >=, a threshold; 'on CLUSTER', 'through GATEWAY' and 'during PHASE' may be left out"
)


def parse_gate(expression: str) -> Gate:
    """Read one gate. Raises `GateError`; whether the phase exists is for the scenario to say."""
    words = " ".join(expression.split())
    match = _GATE.fullmatch(words)
    if match is None:
        raise GateError(_FORM)
    metric = METRICS.get(match["metric"])
    if metric is None:
        raise GateError(_unknown_metric(match["metric"]))
    if match["cluster"] is not None and not metric.per_cluster:
        of_one = ", ".join(name for name, row in METRICS.items() if row.per_cluster)
        raise GateError(f"{metric.name} is not measured per cluster; measured per cluster: {of_one}")
    statistic = _statistic(match["statistic"], metric)
    return Gate(
        expression=words,
        statistic=statistic,
        metric=metric.name,
        comparison=Comparison(match["comparison"]),
        threshold=_threshold(statistic, match["number"], match["unit"]),
        phase=match["phase"],
        cluster=match["cluster"],
        gateway=_gateway(match["gateway"]),
    )


def available(metric: Metric) -> str:
    """The statistics that can be taken of a metric, in words."""
    words = [str(statistic) for statistic in statistics_of(metric)]
    return ", ".join([PERCENTILES, *words] if metric.measure is Measure.LATENCY else words)


def statistics_of(metric: Metric) -> tuple[Statistic, ...]:
    """Those that can be taken of a metric, beside percentiles of a latency."""
    match metric.measure:
        case Measure.LATENCY:
            return _OF_LATENCIES
        case Measure.EVENT:
            return (Statistic.COUNT, Statistic.RATE, *((Statistic.RATIO,) if metric.per_op else ()))
        case _:
            assert_never(metric.measure)


def _statistic(word: str, metric: Metric) -> Statistic | Percentile:
    percentile = _PERCENTILE.fullmatch(word)
    if percentile is not None and metric.measure is Measure.LATENCY:
        percent = Decimal(percentile[1])
        if not 0 < percent <= 100:
            raise GateError(f"{word}: a percentile is above p0 and at most p100")
        return Percentile(percent=percent)
    if word not in statistics_of(metric):
        raise GateError(f"{word} is not available for {metric.name}; available: {available(metric)}")
    return Statistic(word)


def _gateway(word: str | None) -> GatewayKind | None:
    if word is None or word in set(GatewayKind):
        return None if word is None else GatewayKind(word)
    raise GateError(
        f"unknown gateway '{word}'{did_you_mean(word, list(GatewayKind))}; accepted: {', '.join(GatewayKind)}"
    )


def _unknown_metric(name: str) -> str:
    return f"unknown metric '{name}'{did_you_mean(name, list(METRICS))}; accepted: {', '.join(METRICS)}"


def _threshold(statistic: Statistic | Percentile, number: str, unit: str) -> float:
    """The number in the unit of what `statistic` yields: seconds, events, events per second, or a fraction."""
    factors = _FACTORS.get(statistic) if isinstance(statistic, Statistic) else None
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
