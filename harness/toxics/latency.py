"""Every piece comes late, by a fixed time and by chance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from connector.units import Duration
from fake_clusters.distributions.tables import DistributionTable
from harness.toxics.toxic import Item, Passing, Timed, ToxicKind

__all__ = ["LATENCY", "Jitter", "Latency"]

Jitter = Annotated[Duration | DistributionTable, Field(union_mode="left_to_right")]
"""A duration is evenly spread around the latency; a distribution is added to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    latency: Duration = field(default=0.1, metadata={"doc": "of every piece"})
    jitter: Jitter = field(
        default=0.0, metadata={"doc": "±, evenly spread; or a distribution, whose draw is added. Order is kept"}
    )


def _shape(parameters: Latency, item: Item, passing: Passing) -> Iterable[Timed]:
    yield passing.at + max(0.0, parameters.latency + _draw(parameters.jitter, passing.draw(0))), item


def _draw(jitter: float | DistributionTable, u: float) -> float:
    return jitter.made.ppf(u) if isinstance(jitter, DistributionTable) else jitter * (2.0 * u - 1.0)


LATENCY = ToxicKind(
    name="latency",
    parameters=Latency,
    shape=_shape,
    does="Every piece, and the end of the connection, arrives late; the order is kept.",
    seen="Everything arrives, later.",
    counterpart="latency (latency, jitter)",
)
