"""What one fake cluster is like when nothing is broken: its limits, its profile, and whom it serves first."""

from dataclasses import dataclass, field

from connector.operations import Capability
from fake_clusters.order import FIFO, Order
from fake_clusters.profile import Profile

__all__ = ["ClusterSpec", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the cluster can bear. Sizes in bytes; None: no limit.

    commands: in service at once; queue: waiting beyond those, more are refused as busy. sessions: channels on one
    connection (OpenSSH's MaxSessions). startups: unauthenticated connections (OpenSSH's MaxStartups begin:rate:full).
    """

    commands: int = 8
    queue: int | None = None
    connections: int | None = None
    sessions: int | None = 10
    startups: tuple[int, int, int] | None = None
    capacity: int | None = None
    share_size: int | None = None
    shares: int | None = None
    snapshots: int | None = 64
    rules: int | None = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSpec:
    """One cluster. order: of the commands that wait. capabilities: None means all that its dialect carries."""

    name: str
    dialect: str = "native"
    profile: Profile = field(default_factory=Profile)
    limits: Limits = Limits()
    order: Order = FIFO
    capabilities: frozenset[Capability] | None = None
