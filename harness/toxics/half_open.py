"""The other side is gone and nobody said so."""

from collections.abc import Iterable

from fake_clusters.rules.rule import NoParameters
from harness.toxics.toxic import Direction, Ending, Item, Passing, Timed, ToxicKind

__all__ = ["HALF_OPEN"]


def _shape(parameters: NoParameters, item: Item, passing: Passing) -> Iterable[Timed]:
    return ()


HALF_OPEN = ToxicKind(
    name="half_open",
    parameters=NoParameters,
    direction=Direction.BOTH,
    stops=True,
    shape=_shape,
    parting=Ending.RESET,
    does="All bytes are dropped, and no end (FIN or RST) is forwarded. Bytes are lost, so its connections are reset"
    " when it is removed, as by a host that restarted and does not know them.",
    seen="Writing succeeds, and no answer ever comes.",
)
