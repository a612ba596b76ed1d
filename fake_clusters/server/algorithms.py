"""What the server offers a client to agree on: nothing that an auditor calls weak, and the cheapest of that first.

The client's order decides, so what costs the server more is not offered at all where every client knows better:
ChaCha20 would be chosen by most, and costs three times as much as AES-GCM.
"""

from asyncssh.kex import get_kex_algs

__all__ = ["CIPHERS", "COMPRESSION", "HOST_KEY", "MACS", "SIGNATURES", "key_exchanges"]

_POST_QUANTUM = "mlkem768x25519-sha256"
_ELLIPTIC = ("curve25519-sha256", "curve25519-sha256@libssh.org")
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr")
MACS = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com")
COMPRESSION = ("none",)
HOST_KEY = "ssh-ed25519"
SIGNATURES = (
    HOST_KEY,
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-256",
    "rsa-sha2-512",
)


def key_exchanges() -> tuple[str, ...]:
    """The post-quantum one only where the installed cryptography can do it."""
    return (_POST_QUANTUM, *_ELLIPTIC) if _POST_QUANTUM.encode() in get_kex_algs() else _ELLIPTIC
