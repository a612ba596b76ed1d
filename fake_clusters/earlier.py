"""What an earlier cluster held, from its log of effects: so that one that is started again goes on with it."""

from collections.abc import Iterable
from typing import assert_never

from fake_clusters.effects import ClusterEffect, ClusterEffectKind
from fake_clusters.share import ClusterShare

__all__ = ["shares_after"]


def shares_after(shares: dict[str, ClusterShare], effects: Iterable[ClusterEffect]) -> None:
    """Carry the effects out on `shares`, by name. Access rules and snapshots are no part of the log, and are lost."""
    for effect in effects:
        match effect.kind:
            case ClusterEffectKind.CREATED | ClusterEffectKind.HALF_CREATED | ClusterEffectKind.CREATED_BY_OTHERS:
                shares[effect.name] = ClusterShare(
                    name=effect.name,
                    size=effect.size or 0,
                    incarnation=effect.incarnation,
                    request_id=effect.request_id,
                    mark=effect.mark,
                    complete=effect.kind is not ClusterEffectKind.HALF_CREATED,
                )
            case ClusterEffectKind.RESIZED:
                if effect.name in shares:
                    shares[effect.name].size = effect.size or 0
            case ClusterEffectKind.DELETED | ClusterEffectKind.DELETED_BY_OTHERS | ClusterEffectKind.WIPED:
                shares.pop(effect.name, None)
            case (
                ClusterEffectKind.ALLOWED
                | ClusterEffectKind.DENIED
                | ClusterEffectKind.SNAPSHOT_CREATED
                | ClusterEffectKind.SNAPSHOT_DELETED
            ):
                pass
            case _:
                assert_never(effect.kind)
