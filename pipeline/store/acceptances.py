"""What becomes of a request: whether a store accepts it, and the answer that is kept with its key."""

from dataclasses import dataclass
from typing import Protocol

from connector.values import fast_frozen
from pipeline.holds import Hold
from pipeline.problems import Problem
from pipeline.quotas import Excess
from pipeline.record import ShareRecord

__all__ = [
    "Acceptance",
    "Accepted",
    "Declined",
    "Drained",
    "Exists",
    "Finished",
    "KeyReused",
    "NotActive",
    "NotFound",
    "OverQuota",
    "Render",
    "Replayed",
    "StoredAnswer",
]


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An HTTP answer as it goes out. headers: names in lower case.

    kept: it says what was decided about the operation, so that it is kept with an idempotency key.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Record and message are durable."""

    record: ShareRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Exists:
    """(location, name) is taken by this record; its state tells pending from existing."""

    record: ShareRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """There is no such record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotActive:
    """The record is there, and its state allows no operation."""

    record: ShareRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Nothing is accepted for the location."""

    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class OverQuota:
    """The tenant may not have so much."""

    excess: Excess


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The key was seen with the same body: this was answered."""

    answer: StoredAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReused:
    """The key was seen with another body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The operation is over already, and it came about: said by a design that does the work inside the request."""

    record: ShareRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The operation is over already, and it did not come about, or nobody knows."""

    problem: Problem


Acceptance = Accepted | Exists | NotFound | NotActive | Drained | OverQuota | Replayed | KeyReused | Finished | Declined


class Render(Protocol):
    """Turns an acceptance into the HTTP answer that is stored with the key, inside the transaction."""

    def __call__(self, acceptance: Acceptance) -> StoredAnswer: ...
