"""What is known of a share on the slow path, and what a mutation of it does on its cluster."""

from collections import Counter
from collections.abc import Callable
from math import inf
from typing import NamedTuple

from connector.codes import CATALOGUE, Code
from connector.operations import DoneReply, Verb
from connector.outcomes import Done, Outcome, refusal
from connector.sites import Site
from harness.model.environment import FastEnvironment
from harness.service.reference import ShareRecord
from reports.history import EffectKind

__all__ = ["DONE", "Landed", "Mutation", "RetryState", "Sent"]

DONE = Done(reply=DoneReply())


class Sent(NamedTuple):
    """One command of a share, for the record. request_id, sequence: None of a show."""

    verb: Verb
    began: float
    ended: float
    tried: int
    outcome: Outcome
    request_id: str | None = None
    sequence: int | None = None


class Landed(NamedTuple):
    """What a command did to its share's cluster, for the record."""

    kind: EffectKind
    at: float
    late: bool = False


class RetryState:
    """One share's. seen: how many commands of each verb its cluster has met.

    made: it is on the cluster. newest: the highest sequence that the cluster has seen; done: request ids of what has
    been carried out there. sent, landed: its commands and what they did.
    """

    __slots__ = ("done", "failed_at", "landed", "made", "newest", "record", "seen", "sent")

    def __init__(self, record: ShareRecord, seen: Counter[Verb]) -> None:
        self.record = record
        self.seen = seen
        self.made = False
        self.newest = 0
        self.done: set[str] = set()
        self.failed_at = 0.0
        self.sent: list[Sent] = []
        self.landed: list[Landed] = []


class Mutation:
    """As a cluster sees it: refused as overtaken or expired when it starts, else carried out at its end.

    given_up_at: when its caller stopped waiting; infinity: it has not.
    """

    __slots__ = ("_not_after", "_plight", "_request_id", "_sequence", "_verb", "given_up_at")

    def __init__(self, retry: RetryState, verb: Verb, request_id: str, sequence: int, not_after: float) -> None:
        self._plight = retry
        self._verb = verb
        self._request_id = request_id
        self._sequence = sequence
        self._not_after = not_after
        self.given_up_at = inf

    def start(self, env: FastEnvironment, answer: Callable[[Outcome], object]) -> Callable[[], None]:
        """Its service begins; what is returned is to be called as it ends, and hands on what comes of it."""
        retry = self._plight
        code = Code.STALE if self._sequence < retry.newest else Code.EXPIRED if env.now > self._not_after else None
        retry.newest = max(retry.newest, self._sequence)

        def end() -> None:
            answer(self._end(code, env.now))

        return end

    def _end(self, code: Code | None, now: float) -> Outcome:
        retry = self._plight
        if self._request_id in retry.done:
            return DONE
        if code is None and self._sequence < retry.newest:
            code = Code.STALE
        if code is None and self._verb is Verb.DELETE and not retry.made:
            code = Code.NOT_FOUND
        if code is not None:
            return refusal(code, Site.CONNECTOR_EXEC, CATALOGUE[code].prose, sent=True)
        retry.made = self._verb is Verb.CREATE
        retry.done.add(self._request_id)
        kind = EffectKind.CREATED if retry.made else EffectKind.DELETED
        retry.landed.append(Landed(kind, now, late=self.given_up_at < now))
        return DONE
