"""A receiver of notices as somebody asks for it: what is accepted, and its secrets."""

from collections.abc import Callable, Sequence

from pipeline.notices.addresses import check_target, parse_network
from pipeline.notices.kinds import NoticeKind
from pipeline.notices.records import EndpointKind, NoticeEndpoint
from pipeline.notices.signing import SignatureScheme, new_secret, scheme_of
from pipeline.settings import NotifierSettings

__all__ = ["DISABLED", "MAIL", "EndpointError", "new_endpoint", "next_secret"]

MAIL = "mailto:"
DISABLED = "an operator disabled it"
"""Why nothing is sent to an endpoint that somebody has disabled."""

Entropy = Callable[[int], bytes]


class EndpointError(ValueError):
    """What was asked is not acceptable. where: the member that is wrong, empty where it is none."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(detail)
        self.where = where


def new_endpoint(
    settings: NotifierSettings,
    *,
    id: str,
    url: str,
    kinds: Sequence[NoticeKind],
    tenant: str | None,
    signature: SignatureScheme | None,
    secret: str | None,
    entropy: Entropy,
) -> NoticeEndpoint:
    """One that was never served. kinds: none: all. tenant None: everybody's shares. secret None: a new one.

    Raises `EndpointError`.
    """
    mail = url.startswith(MAIL)
    try:
        allowed = [parse_network(word) for word in settings.allow]
        check_target(url, plain=settings.plain_http, allowed=allowed)
    except ValueError as error:
        raise EndpointError("url", f"accepted: {error}") from error
    return NoticeEndpoint(
        id=id,
        kind=EndpointKind.MAIL if mail else EndpointKind.WEBHOOK,
        target=url.removeprefix(MAIL),
        kinds=",".join(dict.fromkeys(kind.value for kind in kinds)),
        secret=None if mail else _secret(secret, signature or SignatureScheme.V1, entropy),
        old_secret=None,
        old_until=None,
        created_at=0.0,
        disabled=None,
        cursor=0,
        failures=0,
        due_at=0.0,
        owner=None,
        lease_until=None,
        fence=0,
        tenant=tenant,
    )


def next_secret(
    endpoint: NoticeEndpoint, *, signature: SignatureScheme | None, secret: str | None, entropy: Entropy
) -> str:
    """The one that signs from now on; of the scheme of the present one, unless something else is asked.

    Raises `EndpointError`.
    """
    if endpoint.secret is None:
        raise EndpointError("", "mail is not signed, so there is no secret")
    return _secret(secret, signature or scheme_of(endpoint.secret), entropy)


def _secret(given: str | None, scheme: SignatureScheme, entropy: Entropy) -> str:
    if given is None:
        return new_secret(scheme, entropy)
    try:
        scheme_of(given)
    except ValueError as error:
        raise EndpointError("secret", f"accepted: {error}") from error
    return given
