"""Signatures, held to the vectors and the library of Standard Webhooks."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook

from pipeline.notices.signing import (
    SignatureScheme,
    new_secret,
    public_key,
    scheme_of,
    secrets_of,
    signature_headers,
)
from tests.pipeline.notices.events import SECRET, endpoint

MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = 1614265330.7


def entropy(size: int) -> bytes:
    return bytes(range(size))


def test_v1_makes_the_signature_of_the_published_vector() -> None:
    assert signature_headers(MESSAGE, BODY, [SECRET], AT) == [
        ("webhook-id", MESSAGE),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]


def test_the_library_of_the_standard_verifies_with_either_secret_while_they_rotate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = new_secret(SignatureScheme.V1, entropy)
    headers = dict(signature_headers(MESSAGE, BODY, [other, SECRET], AT))
    monkeypatch.setattr(Webhook, "_Webhook__verify_timestamp", lambda _, text: _at(text))
    for secret in (SECRET, other):
        assert Webhook(secret).verify(BODY, headers) == {"test": 2432232314}


def _at(text: str) -> object:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(text), tz=UTC)


def test_v1a_is_verified_with_the_public_key() -> None:
    secret = new_secret(SignatureScheme.V1A, entropy)
    public = public_key(secret)
    assert public is not None
    signature = dict(signature_headers(MESSAGE, BODY, [secret], AT))["webhook-signature"]
    scheme, _, signed = signature.partition(",")
    assert scheme == "v1a"
    key = Ed25519PublicKey.from_public_bytes(b64decode(public.removeprefix("whpk_")))
    key.verify(b64decode(signed), b"%s.1614265330.%s" % (MESSAGE.encode(), BODY))  # raises where it does not hold


def test_the_old_secret_signs_until_its_overlap_ends() -> None:
    rotated = endpoint(secret="new", old_secret="old", old_until=100.0)
    assert secrets_of(rotated, 99.9) == ["new", "old"]
    assert secrets_of(rotated, 100.0) == ["new"]


def test_a_secret_says_its_scheme() -> None:
    for scheme in SignatureScheme:
        assert scheme_of(new_secret(scheme, entropy)) is scheme
    assert public_key(SECRET) is None


@pytest.mark.parametrize(
    "word", ["", "whsec_", "whsec_c2hvcnQ=", "whsk_c2hvcnQ=", "whsec_*", SECRET[6:], "whpk_" + "A" * 44]
)
def test_what_is_no_secret_is_refused_with_what_is_accepted(word: str) -> None:
    with pytest.raises(ValueError, match="whsec_ and 24 to 64 bytes"):
        scheme_of(word)
