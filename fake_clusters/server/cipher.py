"""AES-GCM for SSH (RFC 5647) with a key that is set up once: asyncssh's own is set up anew for each packet."""

from asyncssh.encryption import Encryption, GCMEncryption
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["LENGTH", "TAG", "ReusableGcm", "with_reused_key"]

LENGTH = 4
"""Bytes of a packet's length, which is not encrypted but sealed with it."""

TAG = 16
"""Bytes of the seal."""

_FIXED = 4
_ROUND = 1 << 64


class ReusableGcm(Encryption):
    """One direction of a connection. asyncssh's long way may use it too: both count the same packets."""

    def __init__(self, key: bytes, nonce: bytes) -> None:
        cipher = AESGCM(key)
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt
        self._fixed = nonce[:_FIXED]
        self._count = int.from_bytes(nonce[_FIXED:], "big")

    def seal(self, packet: bytes) -> bytes:
        """All that goes out for a packet."""
        count = self._count
        self._count = (count + 1) % _ROUND
        length = len(packet).to_bytes(LENGTH, "big")
        return length + self._encrypt(self._fixed + count.to_bytes(8, "big"), packet, length)

    def open(self, received: bytes) -> bytes:
        """The packet in all that came in for it; nothing where the seal is broken."""
        count = self._count
        self._count = (count + 1) % _ROUND
        try:
            return self._decrypt(self._fixed + count.to_bytes(8, "big"), received[LENGTH:], received[:LENGTH])
        except InvalidTag:
            return b""

    # What asyncssh asks of a cipher.

    def encrypt_packet(self, seq: int, header: bytes, packet: bytes) -> tuple[bytes, bytes]:
        sealed = self.seal(packet)
        return sealed[:-TAG], sealed[-TAG:]

    def decrypt_header(self, seq: int, first_block: bytes, header_len: int) -> tuple[bytes, bytes]:
        return first_block, first_block[:header_len]

    def decrypt_packet(self, seq: int, first: bytes, rest: bytes, header_len: int, mac: bytes) -> bytes | None:
        return self.open(first + rest + mac) or None


def with_reused_key(cipher: Encryption | None) -> Encryption | None:
    """The same cipher, at the same packet, with its key kept where it is AES-GCM."""
    if not isinstance(cipher, GCMEncryption):
        return cipher
    made = cipher._cipher
    return ReusableGcm(made._key, made._iv)
