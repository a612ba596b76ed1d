"""What is searched, how exactly, and with what trials; apart from the search, since it does not need its library."""

from dataclasses import dataclass

from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.capacity import OverloadFirst, RateInterval

__all__ = ["CaseOptions", "OverloadOptions", "SearchOptions"]

_TWICE = 2.0
"""How much more than the capacity an overload is, unless its rate is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """seconds: of a full trial, without its warm-up. within: how far the bounds may be apart, as a share of the upper.

    repeats: so many full trials decide a rate, by majority. each: find the interval of every gate by itself too.
    most: the highest rate that is tried (None: no bound). deadline: by the loop's clock; no trial begins that would not
    end by then (None: never).
    """

    world: WorldName
    seed: int
    seconds: float
    warm_up: float
    within: float = 0.05
    repeats: int = 3
    each: bool = False
    most: float | None = None
    deadline: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverloadOptions:
    """The overload after which capacity is searched for again. rate None: twice what was found before."""

    seconds: float
    recovery: float
    rate: float | None = None

    def after(self, up: RateInterval) -> OverloadFirst:
        """The overload of a service with that capacity."""
        highest = up.upper or up.lower
        assert highest is not None, "a service without a capacity is not overloaded"
        return self.at(highest * _TWICE if self.rate is None else self.rate)

    def at(self, rate: float) -> OverloadFirst:
        """The overload at that rate."""
        return OverloadFirst(rate=rate, seconds=self.seconds, recovery=self.recovery)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOptions:
    """What one case is: its scenario, with design and gateway in place, and what they are called.

    gateway: "" where the scenario's own stays.
    """

    label: str
    scenario: Scenario
    gateway: str = ""
