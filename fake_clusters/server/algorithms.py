"""What the server offers a client to agree on, by the set that a cluster is told to use.

The client's order decides, so what costs the server more is not offered at all where every client knows better: in the
modern set ChaCha20 would be chosen by most, and costs three times as much as AES-GCM.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asyncssh.kex import get_kex_algs

from fake_clusters.spec import Algorithms

__all__ = ["COMPRESSION", "Suite", "suite_of"]

COMPRESSION = ("none",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """host_keys: how the host signs, the cheapest first. signatures: how clients may sign with a key of theirs."""

    key_exchanges: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    host_keys: tuple[str, ...]
    signatures: tuple[str, ...]


_POST_QUANTUM = tuple(name for name in ("mlkem768x25519-sha256",) if name.encode() in get_kex_algs())
"""Only where the installed cryptography can do it."""

_CURVES = ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_MODERN = Suite(
    key_exchanges=(*_POST_QUANTUM, "curve25519-sha256", "curve25519-sha256@libssh.org"),
    ciphers=("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr"),
    macs=("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"),
    host_keys=("ssh-ed25519",),
    signatures=("ssh-ed25519", "sk-ssh-ed25519@openssh.com", *_CURVES, "rsa-sha2-256", "rsa-sha2-512"),
)
_WIDE = Suite(
    key_exchanges=(
        *_MODERN.key_exchanges,
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
    ),
    ciphers=(*_MODERN.ciphers, "chacha20-poly1305@openssh.com"),
    macs=(*_MODERN.macs, "hmac-sha1-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"),
    host_keys=(*_MODERN.host_keys, *_CURVES, "rsa-sha2-512", "rsa-sha2-256"),
    signatures=_MODERN.signatures,
)
_FIPS = Suite(
    key_exchanges=tuple(name for name in _WIDE.key_exchanges if name.startswith(("ecdh-", "diffie-hellman-"))),
    ciphers=_MODERN.ciphers,
    macs=(*_MODERN.macs, "hmac-sha2-256", "hmac-sha2-512"),
    host_keys=(*_CURVES, "rsa-sha2-512", "rsa-sha2-256"),
    signatures=(*_CURVES, "rsa-sha2-256", "rsa-sha2-512"),
)
_LEGACY = Suite(
    key_exchanges=(
        *_WIDE.key_exchanges,
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group1-sha1",
    ),
    ciphers=(*_WIDE.ciphers, "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    macs=(*_WIDE.macs, "hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
    host_keys=(*_WIDE.host_keys, "ssh-rsa"),
    signatures=(*_WIDE.signatures, "ssh-rsa"),
)
_SUITES: Mapping[Algorithms, Suite] = {
    Algorithms.MODERN: _MODERN,
    Algorithms.FIPS: _FIPS,
    Algorithms.WIDE: _WIDE,
    Algorithms.LEGACY: _LEGACY,
}


def suite_of(choice: Algorithms) -> Suite:
    """Return the algorithms of a set."""
    return _SUITES[choice]
