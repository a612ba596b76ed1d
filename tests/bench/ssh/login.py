"""The login that all measured servers accept."""

from dataclasses import dataclass
from pathlib import Path

from fake_clusters.keys import ClientKey, KeyStore

__all__ = ["PASSWORD", "USER", "Login", "client_key"]

USER = "spool"
PASSWORD = "secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """With the password or, where it is None, with the key."""

    key: ClientKey
    user: str = USER
    password: str | None = None


def client_key(directory: str | Path) -> ClientKey:
    """The key that every server of a benchmark lets in."""
    return KeyStore(Path(directory)).client_key()
