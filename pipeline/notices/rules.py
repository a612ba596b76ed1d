"""What is owed to whom, what is due when, and what follows from a reply: pure functions that every store realises.

Instants (`now`) are Unix seconds by the store's clock, durations are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.chance import Chance
from connector.values import replace
from pipeline.notices.kinds import NoticeKind, kind_of
from pipeline.notices.records import DeliveryState, NoticeAttempt, NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.record import EventRow

__all__ = [
    "NoticePolicy",
    "after_tries",
    "begin",
    "disabled",
    "enabled",
    "end",
    "fan_out",
    "is_free",
    "is_held",
    "lease",
    "message_id",
    "new_from",
    "owed",
    "replayed",
    "rotated",
    "test_delivery",
    "width",
]

UNNUMBERED = 0
_MOST_DOUBLINGS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePolicy:
    """retries: seconds from one try of a message to the next; behind the last it is given up. jitter: the share of each
    that chance may add. first, longest: the pause of an endpoint after a try that failed, doubled with each in a row.
    patience: the longest wait that an endpoint may ask for with Retry-After. seed: of the jitter. keep: seconds for
    which what was delivered or given up is kept, and what was tried.
    """

    retries: tuple[float, ...]
    jitter: float
    first: float
    longest: float
    patience: float
    seed: int
    keep: float


def message_id(store: str, event: int) -> str:
    """The id of the message about an event: the dedupe id, the same for every endpoint, try and replay."""
    return f"msg_{store}_{event}"


def new_from(endpoint: NoticeEndpoint, newest_event: int, now: float) -> NoticeEndpoint:
    """A new endpoint: it gets what happens from now on."""
    return replace(endpoint, cursor=newest_event, created_at=now, due_at=now)


def is_free(endpoint: NoticeEndpoint, now: float) -> bool:
    """Whether it may be taken up: it is served, does not rest, and nobody holds it."""
    if endpoint.disabled is not None or endpoint.due_at > now:
        return False
    return endpoint.lease_until is None or endpoint.lease_until <= now


def lease(endpoint: NoticeEndpoint, *, owner: str, seconds: float, now: float) -> NoticeEndpoint:
    """A free one is taken up: the fence rises, so that no earlier holder can write any more."""
    return replace(endpoint, owner=owner, lease_until=now + seconds, fence=endpoint.fence + 1)


def is_held(endpoint: NoticeEndpoint, held: NoticeEndpoint) -> bool:
    """Whether its holder may still write."""
    return endpoint.fence == held.fence and endpoint.owner == held.owner


def fan_out(
    endpoint: NoticeEndpoint, events: Sequence[EventRow], store: str, now: float
) -> tuple[NoticeEndpoint, Sequence[NoticeDelivery]]:
    """The deliveries that it is owed for these events, which follow on its cursor, and the cursor behind them."""
    if not events:
        return endpoint, ()
    deliveries = [made for event in events if (made := owed(endpoint, event, store, now)) is not None]
    return replace(endpoint, cursor=events[-1].number), deliveries


def owed(endpoint: NoticeEndpoint, event: EventRow, store: str, now: float) -> NoticeDelivery | None:
    """The delivery of one event; None: the endpoint does not get its kind, or nothing of its share's tenant."""
    kind = kind_of(event)
    if kind is None or kind not in endpoint.wanted or endpoint.tenant not in {None, event.tenant}:
        return None
    return NoticeDelivery(
        number=UNNUMBERED,
        endpoint=endpoint.id,
        message=message_id(store, event.number),
        event=event.number,
        kind=kind,
        share=event.share,
        location=event.location,
        name=event.name,
        reason=event.reason,
        at=event.at,
        state=DeliveryState.WAITING,
        attempt=0,
        due_at=now,
        ended_at=None,
    )


def test_delivery(endpoint: NoticeEndpoint, message: str, now: float) -> NoticeDelivery:
    """A message that tells of no share. Its id stands for a share, so that it waits for nothing."""
    return NoticeDelivery(
        number=UNNUMBERED,
        endpoint=endpoint.id,
        message=message,
        event=0,
        kind=NoticeKind.TEST,
        share=message,
        location="",
        name="",
        reason=None,
        at=now,
        state=DeliveryState.WAITING,
        attempt=0,
        due_at=now,
        ended_at=None,
    )


def width(endpoint: NoticeEndpoint, most: int) -> int:
    """How many deliveries are tried at once: one, while the endpoint fails."""
    return 1 if endpoint.failures else most


def begin(delivery: NoticeDelivery, now: float) -> tuple[NoticeDelivery, NoticeAttempt]:
    """A try becomes durable before it is sent."""
    begun = replace(delivery, attempt=delivery.attempt + 1)
    attempt = NoticeAttempt(
        number=UNNUMBERED,
        endpoint=begun.endpoint,
        message=begun.message,
        tried=begun.attempt,
        began_at=now,
        ended_at=None,
        status=None,
        error=None,
    )
    return begun, attempt


def end(delivery: NoticeDelivery, reply: NoticeReply, policy: NoticePolicy, now: float) -> NoticeDelivery:
    """What becomes of a message after a try: delivered, to be tried again, or given up."""
    if reply.error is None:
        return replace(delivery, state=DeliveryState.DELIVERED, ended_at=now)
    if delivery.attempt > len(policy.retries):
        return replace(delivery, state=DeliveryState.GIVEN_UP, ended_at=now)
    wait = policy.retries[delivery.attempt - 1]
    drawn = Chance(policy.seed, "notice", delivery.endpoint, delivery.message).u01(delivery.attempt)
    asked = min(reply.retry_after or 0.0, policy.patience)
    return replace(delivery, due_at=now + max(wait * (1.0 + policy.jitter * drawn), asked))


def after_tries(
    endpoint: NoticeEndpoint, replies: Sequence[NoticeReply], policy: NoticePolicy, now: float
) -> NoticeEndpoint:
    """The endpoint given back: it rests after a failure, twice as long each time, and is disabled where it is gone."""
    free = replace(endpoint, owner=None, lease_until=None)
    if any(reply.gone for reply in replies):
        return replace(free, disabled="the endpoint answered 410 Gone")
    failed = [reply for reply in replies if reply.error is not None]
    if not failed:
        return replace(free, failures=0) if replies else free
    failures = endpoint.failures + 1 if len(failed) == len(replies) else 1
    pause = min(policy.longest, policy.first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS))
    asked = min(max(reply.retry_after or 0.0 for reply in failed), policy.patience)
    return replace(free, failures=failures, due_at=now + max(pause, asked))


def disabled(endpoint: NoticeEndpoint, reason: str) -> NoticeEndpoint:
    """Nothing is sent to it until it is enabled."""
    return replace(endpoint, disabled=reason)


def enabled(endpoint: NoticeEndpoint, now: float) -> NoticeEndpoint:
    """It is served again, from where it stopped."""
    return replace(endpoint, disabled=None, failures=0, due_at=now)


def rotated(endpoint: NoticeEndpoint, secret: str, *, overlap: float, now: float) -> NoticeEndpoint:
    """A new secret signs; the one before it signs as well for `overlap` seconds."""
    return replace(endpoint, secret=secret, old_secret=endpoint.secret, old_until=now + overlap)


def replayed(delivery: NoticeDelivery, now: float) -> NoticeDelivery:
    """It is owed once more, as if it had never been tried. Its message id stays."""
    return replace(delivery, state=DeliveryState.WAITING, attempt=0, due_at=now, ended_at=None)
