"""What one fake cluster is like when nothing is broken: its limits, its profile, and whom it serves first."""

from dataclasses import dataclass, field
from enum import StrEnum

from connector.operations import Capability
from fake_clusters.order import FIFO, Order
from fake_clusters.profile import Profile

__all__ = ["Algorithms", "ClusterLimits", "ClusterSpec", "InitialShare", "LoginMethod", "LoginSpec"]


class Algorithms(StrEnum):
    """What SSH clients may agree on with a cluster.

    modern: what no auditor complains of. wide: what OpenSSH 9 offers, for clients that are older or bound to FIPS 140.
    fips: what FIPS 140 approves and nothing else: no Curve25519, no Ed25519, no ChaCha20.
    legacy: also SHA-1 signatures, CBC ciphers and small groups, for clients that know nothing else.
    """

    MODERN = "modern"
    WIDE = "wide"
    LEGACY = "legacy"
    FIPS = "fips"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterLimits:
    """What the cluster can bear. Sizes in bytes; None: no limit.

    commands: in service at once; queue: waiting beyond those, more are refused as busy. sessions: channels on one
    connection (OpenSSH's MaxSessions). startups: unauthenticated connections (OpenSSH's MaxStartups begin:rate:full).
    allocation: every size is rounded up to a multiple of it.
    """

    commands: int = 8
    queue: int | None = None
    connections: int | None = None
    sessions: int | None = 10
    startups: tuple[int, int, int] | None = None
    capacity: int | None = None
    allocation: int | None = None
    share_size: int | None = None
    shares: int | None = None
    snapshots: int | None = 64
    rules: int | None = 64

    def allocated(self, size: int) -> int:
        """The size of a share that is asked to have `size` bytes."""
        step = self.allocation or 1
        return -(-size // step) * step


class LoginMethod(StrEnum):
    """How a client may prove who it is; by the protocol's names."""

    PUBLICKEY = "publickey"
    PASSWORD = "password"  # noqa: S105 - the name of a method
    KEYBOARD_INTERACTIVE = "keyboard-interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSpec:
    """What a client meets as it logs in over SSH.

    methods: those on offer, as far as somebody can use them; by questions (keyboard-interactive) only where told, since
    that takes a round trip more. banner: sent before the login. motd: the message of the
    day, shown to terminals after it. password_expired: whoever logs in with a password has to choose a new one first.
    """

    methods: tuple[LoginMethod, ...] = (LoginMethod.PUBLICKEY, LoginMethod.PASSWORD)
    banner: str = ""
    motd: str = ""
    password_expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialShare:
    """A share that is there before anything is asked. mark: None, or where the cluster keeps none: nobody's."""

    name: str
    size: int
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSpec:
    """One cluster. order: of the commands that wait. capabilities: None means all that its dialect carries.

    algorithms, login: matter to real SSH alone.
    shares: what it holds at first, and again after a reset; a wipe takes them like all others.
    """

    name: str
    dialect: str = "native"
    profile: Profile = field(default_factory=Profile)
    limits: ClusterLimits = ClusterLimits()
    order: Order = FIFO
    capabilities: frozenset[Capability] | None = None
    algorithms: Algorithms = Algorithms.MODERN
    login: LoginSpec = LoginSpec()
    shares: tuple[InitialShare, ...] = ()
