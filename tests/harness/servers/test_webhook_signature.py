"""The signature of a webhook as its receiver sees it: held to the library of the specification."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from harness.servers.webhook_signature import Signature, check_signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type":"share.active"}'
AT = 1_800_000_000


def _headers() -> dict[str, str]:
    signed = Webhook(SECRET).sign("msg_1", datetime.fromtimestamp(AT, UTC), BODY.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(AT), "webhook-signature": signed}


@pytest.mark.parametrize(
    ("secret", "changed", "body", "at", "found"),
    [
        (SECRET, {}, BODY, AT + 10, Signature.VALID),
        (SECRET, {"webhook-signature": "v1,AAAA v1a,BBBB"}, BODY, AT, Signature.WRONG),
        (SECRET, {"webhook-id": "msg_2"}, BODY, AT, Signature.WRONG),
        (SECRET, {}, BODY + b" ", AT, Signature.WRONG),
        (SECRET, {"webhook-signature": ""}, BODY, AT, Signature.MISSING),
        (SECRET, {}, BODY, AT + 301, Signature.LATE),
        (SECRET, {}, BODY, AT - 301, Signature.LATE),
        ("whsec_!", {}, BODY, AT, Signature.UNCHECKED),
        ("whsk_AAAA", {}, BODY, AT, Signature.UNCHECKED),
        (None, {}, BODY, AT, Signature.UNCHECKED),
    ],
)
def test_what_a_receiver_says_of_a_message(
    secret: str | None, changed: dict[str, str], body: bytes, at: float, found: Signature
) -> None:
    assert check_signature(secret, _headers() | changed, body, at) is found


def test_while_a_secret_rotates_one_of_two_signatures_is_enough() -> None:
    headers = _headers()
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert check_signature(SECRET, headers, BODY, AT) is Signature.VALID
