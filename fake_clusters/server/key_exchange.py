"""The post-quantum key exchange as a server needs it: without the key pair that only a client uses.

asyncssh makes an ML-KEM key pair at both ends. The server merely encapsulates a secret for the client's key; making a
pair of its own costs it a tenth of a whole connection.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from asyncssh.crypto.ed import Curve25519DH
from asyncssh.kex import get_kex_algs, register_kex_alg
from asyncssh.kex_dh import _KexHybridECDH
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey

__all__ = ["handlers"]

_NAME = b"mlkem768x25519-sha256"
_HERE = b"mlkem768x25519-sha256-server@spoolproof"
"""asyncssh finds a key exchange by name; no peer ever hears of this one."""


class _Encapsulation:
    """The part of ML-KEM-768 that a server uses."""

    pubkey_bytes = 1184

    def __init__(self, name: bytes) -> None:
        self.name = name

    def encaps(self, client: bytes) -> tuple[bytes, bytes]:
        """A secret, and what tells the client that secret. Raises ValueError for what is no public key."""
        return MLKEM768PublicKey.from_public_bytes(client).encapsulate()


class _ServerHybrid(_KexHybridECDH):
    """The exchange, under the name by which the peers agreed on it."""

    def __init__(self, name: bytes, *arguments: Any) -> None:
        super().__init__(_NAME, *arguments)


@cache
def handlers() -> Mapping[bytes, bytes]:
    """The exchanges that a server does in its own way: by the agreed name, the name of the handler."""
    if _NAME not in get_kex_algs():
        return {}
    register_kex_alg(_HERE, _ServerHybrid, sha256, (_Encapsulation, b"mlkem768", Curve25519DH), False)
    return {_NAME: _HERE}
