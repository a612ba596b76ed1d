"""The dice of exploring: where values come from, and where and when drawn events meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from connector.chance import Chance
from fake_clusters.spec import ClusterSpec
from harness.scenario.scenario import Scenario
from harness.scenario.service import ServiceSettings, default_settings
from harness.world_name import WorldName

__all__ = ["Draw"]

Item = TypeVar("Item")

_NEAR = 0.5
"""Seconds between what is drawn to meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where and when events meet."""

    at: float
    cluster: ClusterSpec


@dataclass(slots=True, kw_only=True)
class Draw:
    """One series of values: they come in the order in which they are asked for, from the coordinates of `chance` alone.

    toxics: toxics may be drawn too, for which the world must carry every byte. world: the one in which they are
    played.
    """

    base: Scenario
    chance: Chance
    toxics: bool = False
    world: WorldName = WorldName.VIRTUAL
    _asked: int = 0
    _spot: _Spot | None = None

    @property
    def settings(self) -> ServiceSettings:
        """Of the pipeline; of another service, of which none are known, those that a pipeline has by default."""
        return self.base.pipeline or default_settings()

    @property
    def parts(self) -> Sequence[str]:
        """Of the service."""
        return self.base.parts

    def u01(self) -> float:
        """The next uniform value."""
        self._asked += 1
        return self.chance.u01(self._asked)

    def number(self, low: int, high: int) -> int:
        """From low to high, both possible."""
        return low + int(self.u01() * (high - low + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """Any of them."""
        return items[int(self.u01() * len(items))]

    def seconds(self, low: float, high: float) -> float:
        """To the hundredth, so that a file spells it briefly."""
        return round(low + self.u01() * (high - low), 2)

    def gather(self) -> None:
        """Let half of what is drawn from now on meet, in place and time: two events do what neither does alone."""
        self._spot = _Spot(at=self.instant(), cluster=self.one_of(self.base.clusters))

    @property
    def gathers(self) -> bool:
        """Whether events are to meet."""
        return self._spot is not None

    def instant(self) -> float:
        """Within the load: after it, all faults are lifted."""
        if self._spot is not None and self.u01() < 0.5:
            return min(self.base.workload.duration, self.seconds(self._spot.at, self._spot.at + _NEAR))
        return self.seconds(0.0, self.base.workload.duration)

    def cluster(self) -> ClusterSpec:
        """Any of the base's clusters."""
        if self._spot is not None and self.u01() < 0.5:
            return self._spot.cluster
        return self.one_of(self.base.clusters)
