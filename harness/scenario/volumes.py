"""Advice on volumes: arrivals that take hours to run, replies larger than the client reads."""

from collections.abc import Iterator

from connector.protocol import REPLY_LIMIT
from fake_clusters.faults.oversized import Oversized
from harness.scenario.expectations import arrivals_within
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario

__all__ = ["volume_remarks"]

_MANY = 100_000
_PER_SECOND = 300
"""Arrivals that the virtual world plays in a second of CPU time, about."""


def volume_remarks(scenario: Scenario) -> Iterator[Remark]:
    arrivals = arrivals_within(scenario, 0.0, scenario.workload.duration)
    if arrivals > _MANY:
        reason = f"about {arrivals:.0f} arrivals: a virtual run of them takes about {_lasts(arrivals / _PER_SECOND)}"
        yield Remark(key=("workload", "rate"), reason=f"{reason} of CPU time", severity=Severity.NOTE)
    for index, rule in enumerate(scenario.faults):
        if isinstance(rule.parameters, Oversized) and rule.parameters.extra > REPLY_LIMIT:
            yield Remark(
                key=("faults", index, "extra"),
                reason=f"{rule.parameters.extra} bytes, but the client stops reading after {REPLY_LIMIT}: a larger"
                " reply only takes longer",
            )


def _lasts(seconds: float) -> str:
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds / 60:.0f} minutes"
