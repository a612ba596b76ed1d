"""How many commands a connector serves at once, from where its throughput stops to grow with what is asked of it.

Operational analysis: with N callers, of whom each waits Z between a reply and its next command, throughput is
X(N) = N / (R(N) + Z) (the interactive response time law), and at most c / S for c places and a service time S; so
c = X(N) * S once X has stopped to grow (Denning and Buzen, "The operational analysis of queueing network models",
1978).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

__all__ = ["MeasuredCapacity", "capacity_of"]

_NOBODY_WAITS = 0.9
"""The part of the throughput without any waiting that most callers together reach where there is room for more: with
samples by the dozen, the last step of throughput alone is mostly noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCapacity:
    """throughput: commands a second, by how many were under way at once. estimate: how many are served at once, not
    rounded; infinite: more than were tried."""

    throughput: Mapping[int, float]
    estimate: float

    @property
    def places(self) -> int | None:
        """How many are served at once; None: more than were tried."""
        return None if math.isinf(self.estimate) else max(1, round(self.estimate))


def capacity_of(
    times: Mapping[int, Sequence[float]], between: Mapping[int, float] | None = None
) -> MeasuredCapacity | None:
    """times: how long commands of one verb took, by how many were under way. between: the mean time that a caller took
    to send its next command, by the same. None where that cannot tell: it takes commands that were alone, others that
    were not, and some time."""
    if 1 not in times or len(times) < 2 or min(map(fmean, times.values())) <= 0:
        return None
    waits = between or {}
    throughput = {number: number / (fmean(times[number]) + waits.get(number, 0.0)) for number in sorted(times)}
    numbers = list(throughput)
    service = fmean(times[1])
    most = numbers[-1]
    if throughput[most] >= _NOBODY_WAITS * most / (service + waits.get(most, 0.0)):
        return MeasuredCapacity(throughput=throughput, estimate=math.inf)
    return MeasuredCapacity(throughput=throughput, estimate=max(throughput.values()) * service)
