"""Effects, as the clusters wrote them down."""

from connector.operations import ShareView
from fake_clusters.effects import ClusterEffect
from reports.history import Effect, EffectKind, SeenShare

__all__ = ["effect_row", "seen_on_cluster"]


def effect_row(cluster: str, effect: ClusterEffect) -> Effect:
    """A cluster's effect as a row of the history; both count from the start of the load."""
    return Effect(
        number=effect.number,
        at=effect.at,
        cluster=cluster,
        kind=EffectKind(effect.kind.value),
        name=effect.name,
        incarnation=effect.incarnation,
        request_id=effect.request_id,
        sequence=effect.sequence,
        mark=effect.mark,
        size=effect.size,
        late=effect.late,
    )


def seen_on_cluster(cluster: str, view: ShareView) -> SeenShare:
    """A share as a cluster shows it."""
    return SeenShare(location=cluster, name=view.name, size=view.size, complete=view.complete, mark=view.mark)
