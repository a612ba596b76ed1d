"""What is known of a share in trouble, and what a mutation of it does on its cluster."""

from collections import Counter
from collections.abc import Callable

from connector.codes import CATALOGUE, Code
from connector.operations import DoneReply, Verb
from connector.outcomes import Done, Outcome, refusal
from connector.sites import Site
from harness.model.environment import FastEnvironment
from pipeline.record import ShareRecord
from reports.history import EffectKind

__all__ = ["DONE", "Mutation", "Plight"]

DONE = Done(reply=DoneReply())


class Plight:
    """made: the share is on the cluster. newest: sequence that the cluster has seen. done: request ids.
    rows, effects: its commands and what they did, for the record: (verb, began, ended, tried, sequence, outcome)
    and (kind, instant, late)."""

    __slots__ = ("done", "effects", "failed_at", "made", "newest", "record", "rows", "seen")

    def __init__(self, record: ShareRecord, seen: Counter[Verb]) -> None:
        self.record = record
        self.seen = seen
        self.made = False
        self.newest = 0
        self.done: set[str] = set()
        self.failed_at = 0.0
        self.rows: list[tuple[Verb, float, float, int, int | None, Outcome]] = []
        self.effects: list[tuple[EffectKind, float, bool]] = []


class Mutation:
    """As a cluster sees it: refused as overtaken or expired when it starts, else carried out at its end."""

    __slots__ = ("_not_after", "_plight", "_request_id", "_sequence", "_verb")

    def __init__(self, plight: Plight, verb: Verb, request_id: str, sequence: int, not_after: float) -> None:
        self._plight = plight
        self._verb = verb
        self._request_id = request_id
        self._sequence = sequence
        self._not_after = not_after

    def start(self, env: FastEnvironment, answer: Callable[[Outcome], object]) -> Callable[[], None]:
        """Its service begins; what is returned is to be called as it ends, and hands on what comes of it."""
        plight = self._plight
        code = Code.STALE if self._sequence < plight.newest else Code.EXPIRED if env.now > self._not_after else None
        plight.newest = max(plight.newest, self._sequence)

        def end() -> None:
            answer(self._end(code, env.now))

        return end

    def _end(self, code: Code | None, now: float) -> Outcome:
        plight = self._plight
        if self._request_id in plight.done:
            return DONE
        if code is None and self._sequence < plight.newest:
            code = Code.STALE
        if code is None and self._verb is Verb.DELETE and not plight.made:
            code = Code.NOT_FOUND
        if code is not None:
            return refusal(code, Site.CONNECTOR_EXEC, CATALOGUE[code].prose, sent=True)
        plight.made = self._verb is Verb.CREATE
        plight.done.add(self._request_id)
        plight.effects.append((EffectKind.CREATED if plight.made else EffectKind.DELETED, now, False))
        return DONE
