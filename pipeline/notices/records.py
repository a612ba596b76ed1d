"""Who is notified, what is owed to each, and what was tried: a dataclass per table, fields in the order of columns."""

from dataclasses import dataclass
from enum import StrEnum

from connector.values import fast_frozen
from pipeline.notices.kinds import NoticeKind

__all__ = [
    "DeliveryState",
    "EndpointKind",
    "NoticeAttempt",
    "NoticeBatch",
    "NoticeDelivery",
    "NoticeEndpoint",
    "NoticeReply",
]


class EndpointKind(StrEnum):
    """How an endpoint is reached."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class DeliveryState(StrEnum):
    """waiting: to be tried (again). delivered: the endpoint has accepted it. given-up: all tries are used up."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEndpoint:
    """One receiver. Instants are Unix seconds by the store's clock.

    target: a URL or a mail address. kinds: of the notices that it gets, with commas between; empty: all.
    secret: signs; old_secret signs as well until old_until. disabled: why nothing is sent to it; None: it is served.
    cursor: the newest event that was looked at for it. failures: tries in a row that failed; due_at: none before this.
    owner, lease_until, fence: as of a share's record: who delivers to it now. tenant: whose shares it is told of; None:
    everybody's.
    """

    id: str
    kind: EndpointKind
    target: str
    kinds: str
    secret: str | None
    old_secret: str | None
    old_until: float | None
    created_at: float
    disabled: str | None
    cursor: int
    failures: int
    due_at: float
    owner: str | None
    lease_until: float | None
    fence: int
    tenant: str | None = None

    @property
    def wanted(self) -> frozenset[NoticeKind]:
        """The kinds that it gets; a test is sent to whoever asks for one."""
        words = self.kinds.split(",") if self.kinds else list(NoticeKind)
        return frozenset(NoticeKind(word) for word in words)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDelivery:
    """One message that is owed to one endpoint. message: its id, the same at every try and after a replay.

    event: the number of the change of state that it tells of; 0: of none. at: the instant of that change.
    """

    number: int
    endpoint: str
    message: str
    event: int
    kind: NoticeKind
    share: str
    location: str
    name: str
    reason: str | None
    at: float
    state: DeliveryState
    attempt: int
    due_at: float
    ended_at: float | None


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAttempt:
    """One try. ended_at None: its end was never written (a crash, or still under way). status: as the endpoint answered
    (HTTP or SMTP); error: why it counts as failed."""

    number: int
    endpoint: str
    message: str
    tried: int
    began_at: float
    ended_at: float | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReply:
    """How one try ended. error None: the endpoint has accepted the message. retry_after: seconds that it asked for.

    gone: the endpoint wants nothing any more.
    """

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBatch:
    """What is in hand for one endpoint: deliveries whose tries are durable, each with the number of its attempt."""

    endpoint: NoticeEndpoint
    deliveries: tuple[tuple[NoticeDelivery, int], ...]
