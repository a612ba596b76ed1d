"""Checks the signature of a webhook after Standard Webhooks, by the standard library alone: v1, HMAC-SHA256."""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

__all__ = ["Signature", "check_signature"]

_PREFIX = "whsec_"
_TOLERANCE = 300.0
"""Seconds between the timestamp and its arrival."""


class Signature(StrEnum):
    """What a receiver says of a message. unchecked: it has no secret of v1 for this address."""

    VALID = "valid"
    WRONG = "wrong"
    MISSING = "missing"
    LATE = "too old or too new"
    UNCHECKED = "not checked"


def check_signature(secret: str | None, headers: Mapping[str, str], body: bytes, at: float) -> Signature:
    """headers: names in lower case. at: Unix seconds of its arrival."""
    if secret is None or not secret.startswith(_PREFIX):
        return Signature.UNCHECKED
    message, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature", "").split()
    if message is None or timestamp is None or not signatures:
        return Signature.MISSING
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return Signature.UNCHECKED
    signed = hmac.digest(key, b".".join((message.encode(), timestamp.encode(), body)), sha256)
    wanted = f"v1,{b64encode(signed).decode()}"
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in signatures):
        return Signature.WRONG
    return Signature.VALID if timestamp.isdecimal() and abs(at - int(timestamp)) <= _TOLERANCE else Signature.LATE
