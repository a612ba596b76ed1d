"""Signatures of Standard Webhooks: v1 (HMAC-SHA256) and v1a (Ed25519), and the secrets that make them."""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from enum import StrEnum
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.notices.records import NoticeEndpoint

__all__ = ["SignatureScheme", "new_secret", "public_key", "scheme_of", "secrets_of", "signature_headers"]

_SYMMETRIC, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_BYTES = 32
_LEAST, _MOST = 24, 64
_ED25519 = frozenset({32, 64})
"""Bytes of a private key: some write the public one behind it."""


class SignatureScheme(StrEnum):
    """v1: sender and receiver share a secret. v1a: the receiver has the public key alone."""

    V1 = "v1"
    V1A = "v1a"


def new_secret(scheme: SignatureScheme, entropy: Callable[[int], bytes]) -> str:
    """A fresh secret, as it is written down."""
    prefix = _SYMMETRIC if scheme is SignatureScheme.V1 else _PRIVATE
    return prefix + b64encode(entropy(_BYTES)).decode()


def scheme_of(secret: str) -> SignatureScheme:
    """Raises `ValueError` for what is no secret, with what is accepted."""
    prefix = _SYMMETRIC if secret.startswith(_SYMMETRIC) else _PRIVATE
    try:
        size = len(b64decode(secret.removeprefix(prefix), validate=True)) if secret.startswith(prefix) else 0
    except binascii.Error:
        size = 0
    if prefix == _SYMMETRIC and _LEAST <= size <= _MOST:
        return SignatureScheme.V1
    if prefix == _PRIVATE and size in _ED25519:
        return SignatureScheme.V1A
    raise ValueError(
        f"whsec_ and {_LEAST} to {_MOST} bytes in base64, or whsk_ and the {_BYTES} bytes of an Ed25519 key"
    )


def public_key(secret: str) -> str | None:
    """What a receiver verifies v1a with; None for a secret of v1."""
    if scheme_of(secret) is SignatureScheme.V1:
        return None
    return _PUBLIC + b64encode(_private(secret).public_key().public_bytes_raw()).decode()


def secrets_of(endpoint: NoticeEndpoint, now: float) -> Sequence[str]:
    """Those that sign at this instant, the newest first."""
    old = endpoint.old_secret if endpoint.old_until is not None and now < endpoint.old_until else None
    return [secret for secret in (endpoint.secret, old) if secret is not None]


def signature_headers(message: str, body: bytes, secrets: Sequence[str], now: float) -> list[tuple[str, str]]:
    """The three headers of a message that is sent now."""
    timestamp = str(int(now))
    content = b".".join((message.encode(), timestamp.encode(), body))
    return [
        ("webhook-id", message),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", " ".join(_signature(secret, content) for secret in secrets)),
    ]


def _signature(secret: str, content: bytes) -> str:
    scheme = scheme_of(secret)
    if scheme is SignatureScheme.V1:
        signed = hmac.digest(b64decode(secret.removeprefix(_SYMMETRIC)), content, sha256)
    else:
        signed = _private(secret).sign(content)
    return f"{scheme},{b64encode(signed).decode()}"


def _private(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b64decode(secret.removeprefix(_PRIVATE))[:_BYTES])
