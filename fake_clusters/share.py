"""One share as the cluster holds it."""

from dataclasses import dataclass, field

from connector.operations import Access, AccessRule, ShareView, SnapshotView

__all__ = ["ClusterShare"]


@dataclass(slots=True, kw_only=True)
class ClusterShare:
    """complete: False while it is half-made. request_id: None of a share that no command made. rules: access by
    client. snapshots: bytes by name."""

    name: str
    size: int
    incarnation: int
    request_id: str | None
    mark: str | None
    complete: bool
    rules: dict[str, Access] = field(default_factory=dict)
    snapshots: dict[str, int] = field(default_factory=dict)

    def view(self) -> ShareView:
        return ShareView(
            name=self.name,
            size=self.size,
            complete=self.complete,
            mark=self.mark,
            request_id=self.request_id,
            rules=tuple(AccessRule(client=client, access=access) for client, access in self.rules.items()),
        )

    def snapshot_views(self) -> tuple[SnapshotView, ...]:
        return tuple(SnapshotView(snapshot=name, size=size) for name, size in self.snapshots.items())

    def carries(self, mark: str) -> bool:
        """Whether a list asked for this mark shows it."""
        return carries(self.mark, mark)


def carries(own: str | None, mark: str) -> bool:
    """Whether a share with the mark `own` has this one: `owner` stands for all of `owner/…` too."""
    return own is not None and (own == mark or own.startswith(f"{mark}/"))
