"""How a fake cluster's SSH server lets people in, and what it bears."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fake_clusters.spec import LoginMethod

__all__ = ["USERNAME", "ServerOptions"]

USERNAME = "spool"
"""Who logs in, where any name would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """Durations in seconds, sizes in bytes. Limits that shape a cluster's behaviour are in its `Limits` instead.

    users: passwords by user name. authorized_keys: public key lines; each lets any user name in. anyone: nobody is
    asked for anything. login_grace: a connection that has not logged in by then is closed (OpenSSH's LoginGraceTime,
    120 there; 0: never). password_tries: wrong passwords until the connection is closed. keepalive: ask a quiet client
    for a sign of life so often, and give it up after `keepalive_tries` (OpenSSH's ClientAliveInterval and
    ClientAliveCountMax; 0: never). line: the longest command line. backlog: connections the kernel may hold for us.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    authorized_keys: tuple[str, ...] = ()
    anyone: bool = False
    login_grace: float = 120.0
    password_tries: int = 6
    keepalive: float = 0.0
    keepalive_tries: int = 3
    line: int = 8192
    backlog: int = 512

    @property
    def methods(self) -> frozenset[LoginMethod]:
        """Those by which somebody could log in, or be refused where nobody is asked."""
        by_password = bool(self.users) or self.anyone
        words = {LoginMethod.PASSWORD, LoginMethod.KEYBOARD_INTERACTIVE} if by_password else set()
        return frozenset(words | ({LoginMethod.PUBLICKEY} if self.authorized_keys else set()))

    def __post_init__(self) -> None:
        if not (self.users or self.authorized_keys or self.anyone):
            raise ValueError("nobody could log in: give users, authorized_keys or anyone=True")
