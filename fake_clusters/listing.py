"""Lists that are not what the cluster holds: as it was some time ago, or without the newest shares.

What a list would have shown is made again from the effect log, so it costs nothing while no fault asks for it.
"""

from collections.abc import Iterable, Mapping

from connector.operations import ShareView
from connector.values import replace
from fake_clusters.effects import ClusterEffect, ClusterEffectKind
from fake_clusters.share import carries

__all__ = ["shares_at", "without_newest"]

_MADE = frozenset({ClusterEffectKind.CREATED, ClusterEffectKind.HALF_CREATED, ClusterEffectKind.CREATED_BY_OTHERS})
_GONE = frozenset({ClusterEffectKind.DELETED, ClusterEffectKind.DELETED_BY_OTHERS, ClusterEffectKind.WIPED})


def shares_at(
    then: float, initial: Iterable[ShareView], effects: Iterable[ClusterEffect], now: Mapping[str, ShareView]
) -> dict[str, ShareView]:
    """The shares at an earlier instant, in the order of their creation. Access rules are those of `now`, if any."""
    shares = {share.name: share for share in initial}
    for effect in effects:
        if effect.at > then:
            break
        if effect.kind in _GONE:
            shares.pop(effect.name, None)
        elif effect.kind in _MADE:
            shares.pop(effect.name, None)
            shares[effect.name] = _made(effect)
        elif effect.kind is ClusterEffectKind.RESIZED and effect.size is not None:
            shares[effect.name] = replace(shares[effect.name], size=effect.size)
    return {name: replace(share, rules=now[name].rules) if name in now else share for name, share in shares.items()}


def without_newest(shares: Mapping[str, ShareView], count: int, mark: str | None) -> tuple[ShareView, ...]:
    """Those that carry the mark, in the order of their names, but for the newest. shares: in the order of creation."""
    shown = [share for share in shares.values() if mark is None or carries(share.mark, mark)]
    return tuple(sorted(shown[: max(len(shown) - count, 0)], key=lambda share: share.name))


def _made(effect: ClusterEffect) -> ShareView:
    return ShareView(
        name=effect.name,
        size=effect.size or 0,
        complete=effect.kind is not ClusterEffectKind.HALF_CREATED,
        mark=effect.mark,
        request_id=effect.request_id,
    )
