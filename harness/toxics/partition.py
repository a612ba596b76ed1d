"""The network is cut, one way or both; TCP holds what is sent until it heals."""

import math
from collections.abc import Iterable

from fake_clusters.rules.rule import NoParameters
from harness.toxics.toxic import Direction, DoorState, Item, Passing, Timed, ToxicKind

__all__ = ["PARTITION"]


def _shape(parameters: NoParameters, item: Item, passing: Passing) -> Iterable[Timed]:
    yield math.inf, item


PARTITION = ToxicKind(
    name="partition",
    parameters=NoParameters,
    direction=Direction.BOTH,
    stops=True,
    shape=_shape,
    door=DoorState.HELD,
    does="Nothing gets through until it is removed; then all sent bytes arrive, in order, as TCP sends them again."
    " Blocked one way or both, no connection can be opened meanwhile: an attempt hangs.",
    seen="Silence; attempts to connect hang until they time out, or until the partition heals.",
)
