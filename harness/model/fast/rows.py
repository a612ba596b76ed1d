"""The rows of the shares that a fast run records in full: ops with their polls, commands, changes, effects."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, repeat
from math import inf
from typing import Any

from connector.codes import Code
from connector.operations import Verb
from connector.outcomes import Done, Failed, Unknown
from connector.sites import Site
from connector.values import replace
from harness.collect.assemble import in_order
from harness.model.fast.records import Records
from harness.model.fast.retry_state import DONE, Landed, RetryState, Sent
from harness.model.fast.share import FastCluster, Share
from harness.model.fast.struck_rows import StruckLife, StruckRows
from harness.model.fast.tally import Tally
from harness.model.fast.upkeep import Asked
from harness.scenario.scenario import Scenario
from harness.service.reference import ShareRecord, ShareState, learned_patience, request_id, settings_of
from harness.workload.arrivals import phase_at
from reports.history import (
    Attempt,
    Effect,
    EffectKind,
    History,
    Hop,
    Op,
    OpKind,
    OpResult,
    Purpose,
    Reading,
    SeenShare,
    StateChange,
)

__all__ = ["Rows"]

_RESULTS = {Done: OpResult.OK, Failed: OpResult.FAIL, Unknown: OpResult.INFO}


_NONE = repeat(0)
"""Numbers of ops that get theirs later."""

_Move = tuple[float, str | None, str | None, str | None]
"""at, before, after, reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """All that is recorded of one share. at: when it ended. seen, present: as a last reading shows it."""

    at: float
    ops: Sequence[Op]
    attempts: Sequence[Attempt]
    changes: Sequence[StateChange]
    effects: Sequence[Effect]
    seen: SeenShare | None
    present: SeenShare | None


class Rows:
    """Told of each share as it comes to its end."""

    def __init__(self, scenario: Scenario, records: Records, tally: Tally) -> None:
        self._scenario = scenario
        self._kept = records
        self._tally = tally
        self._told: list[_Told] = []

    def ended(self, share: Share, now: float) -> None:
        """It has become active."""
        self._tally.watched.pop(share.number, None)
        self._tell(share, now, "active", ((now, "pending", "active", None),))

    def removed(self, share: Share, now: float) -> None:
        """Its record has gone."""
        del self._tally.watched[share.number]
        retry: RetryState = share.retry
        moves = ((retry.failed_at, "pending", "failing", retry.record.reason), (now, "failing", None, None))
        self._tell(share, now, None, moves)

    def history(
        self,
        now: float,
        clusters: Mapping[str, FastCluster],
        asked: Iterable[Asked],
        struck: StruckRows | None = None,
    ) -> History:
        """All rows, once: the run is over. Both last readings show what was recorded and is there.

        asked: of the clusters, on no share's behalf. struck: of the shares that a fault might strike.
        """
        struck = struck or StruckRows(rested=now)
        for _, share in sorted(self._tally.watched.items()):
            self._still_open(share, now)
        told = sorted(self._told, key=lambda share: share.at)  # some are told of later than they end
        readings = [
            Reading(
                number=0,
                at=at,
                side=side,
                round=round,
                shares=(*shares, *shown.get(side, ())),
                sessions=None if side == "api" else 0,
            )
            for round, at, shown in ((1, struck.rested, struck.at_rest), (2, now, struck.at_end))
            for side, shares in _sides(told, clusters)
        ]
        ops = [
            replace(op, number=number) for number, op in enumerate((op for share in told for op in share.ops), start=1)
        ]
        numbers = count(len(ops) + 1)
        ops += [op for life in struck.lives for op in self._ops_of(life, now, numbers)]
        unclaimed = [self._unclaimed(row) for row in asked if row.ended <= now]
        changes = [row for share in told for row in share.changes]
        changes = sorted([*changes, *struck.changes], key=lambda row: row.at)
        return History(
            ops=tuple(ops),
            attempts=in_order([*unclaimed, *(row for share in told for row in share.attempts), *struck.attempts]),
            changes=tuple(replace(row, number=number) for number, row in enumerate(changes, start=1)),
            effects=in_order([*(row for share in told for row in share.effects), *struck.effects]),
            injections=in_order(struck.injections),
            nemesis=struck.nemesis,
            readings=in_order(readings),
        )

    def _ops_of(self, life: StruckLife, now: float, numbers: Iterator[int]) -> Iterator[Op]:
        """What the client of a share that a fault might strike asked, and heard."""
        create = self._create(life.share, life.id, life.name, next(numbers))
        yield create
        yield from self._polls(create, now if life.ended is None else life.ended, life.state, life.failed, numbers)

    def _still_open(self, share: Share, now: float) -> None:
        retry: RetryState | None = share.retry
        if retry is None or retry.record.state is ShareState.PENDING:
            self._tell(share, now, "pending", ())
        else:
            move = (retry.failed_at, "pending", "failing", retry.record.reason)
            self._tell(share, now, "failing", (move,))

    def _tell(self, share: Share, now: float, state: str | None, moves: Sequence[_Move]) -> None:
        record, trouble = self._kept.of(share), share.retry
        mark = self._kept.marks.of(record)
        sent, landed = _calm(share, record, now, state) if trouble is None else (trouble.sent, trouble.landed)
        create = self._create(share, record.id, record.name)
        failed = inf if trouble is None or state in ("active", "pending") else trouble.failed_at
        shown = SeenShare(location=record.location, name=record.name, size=record.size)
        is_there = state == "active" or (trouble is not None and trouble.made)
        self._told.append(
            _Told(
                at=now,
                ops=[create, *self._polls(create, now, state, failed)],
                attempts=[self._attempt(record, each) for each in sent],
                changes=[_change(record, move) for move in ((share.accepted, None, "pending", None), *moves)],
                effects=[_effect(record, mark, each) for each in landed],
                seen=None if state is None else replace(shown, share=record.id, state=state),
                present=replace(shown, mark=mark) if is_there else None,
            )
        )

    def _create(self, share: Share, id: str, name: str, number: int = 0) -> Op:
        return Op(
            number=number,
            client=f"client-{share.number}",
            kind=OpKind.CREATE,
            purpose=Purpose.LOAD,
            location=share.cluster.name,
            name=name,
            key=f"{share.number:032x}",
            size=1,
            phase=phase_at(self._scenario.phases, share.asked),
            intended_at=share.asked,
            invoked_at=share.accepted,
            completed_at=share.accepted,
            result=OpResult.OK,
            status=202,
            share=id,
            state="pending",
        )

    def _polls(
        self, create: Op, ended: float, state: str | None, failed: float, numbers: Iterator[int] = _NONE
    ) -> Iterator[Op]:
        """Up to the one that saw how the create ended. failed: from when on its record was on its way out."""
        policy, asked = self._scenario.client, create.invoked_at
        is_open = state in ("pending", "failing")
        seen = replace(create, kind=OpKind.GET, purpose=Purpose.POLL, key=None, size=None, status=200)
        due = asked
        while due < ended and due < asked + policy.poll_deadline:
            due += policy.poll_every
            at: dict[str, Any] = {"intended_at": due, "invoked_at": due, "completed_at": due}
            if due < ended or (is_open and due == ended):
                yield replace(seen, number=next(numbers), **at, state="pending" if due < failed else "failing")
            elif state is None:
                gone: dict[str, Any] = {"status": 404, "result": OpResult.FAIL, "cause": "not-found", "share": None}
                yield replace(seen, number=next(numbers), **at, **gone, state=None)
            elif not is_open:
                yield replace(seen, number=next(numbers), **at, state="active")

    def _attempt(self, record: ShareRecord, sent: Sent) -> Attempt:
        return Attempt(
            number=0,
            hop=Hop.PROCESSOR,
            share=record.id,
            location=record.location,
            name=record.name,
            verb=sent.verb.value,
            tried=sent.tried,
            request_id=sent.request_id,
            sequence=sent.sequence,
            began_at=sent.began,
            ended_at=sent.ended,
            deadline=sent.ended if sent.sequence is None else sent.began + self._kept.total,
            result=_RESULTS[type(sent.outcome)],
            code=None if isinstance(sent.outcome, Done) else sent.outcome.code,
            site=None if isinstance(sent.outcome, Done) else sent.outcome.site,
        )

    def _unclaimed(self, asked: Asked) -> Attempt:
        """It only reads, so that it is written down when it is over."""
        total = self._kept.total
        if asked.verb is Verb.CAPABILITIES:
            longest = settings_of(self._scenario).command.command
            total += learned_patience(longest, 0) - longest
        row = Attempt(
            number=0,
            hop=Hop.PROCESSOR,
            location=asked.cluster,
            verb=asked.verb.value,
            began_at=asked.began,
            deadline=asked.began + total,
        )
        if asked.timed_out:
            return replace(row, ended_at=asked.ended, code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY)
        return replace(row, ended_at=asked.ended, result=OpResult.OK)


def _calm(
    share: Share, record: ShareRecord, ended: float, state: str | None
) -> tuple[Sequence[Sent], Sequence[Landed]]:
    """What is recorded as sent for a share that met no trouble, and what came of it: all, once it is active."""
    if state != "active":
        return (), ()
    request, created = request_id(record, Verb.CREATE), share.create_ended
    create = Sent(Verb.CREATE, share.began, created, 1, DONE, request, record.sequence)
    return (create, Sent(Verb.SHOW, share.shown, ended, 1, DONE)), (Landed(EffectKind.CREATED, created),)


def _change(record: ShareRecord, move: _Move) -> StateChange:
    at, before, after, reason = move
    return StateChange(
        number=0,
        at=at,
        share=record.id,
        location=record.location,
        name=record.name,
        before=before,
        after=after,
        writer="api" if before is None else "processor",
        reason=reason,
    )


def _sides(told: Sequence[_Told], clusters: Mapping[str, FastCluster]) -> Iterator[tuple[str, list[SeenShare]]]:
    """What each side shows at the end: the API its records, a cluster what is there."""
    yield "api", [share.seen for share in told if share.seen is not None]
    by_cluster: dict[str, list[SeenShare]] = {name: [] for name in clusters}
    for share in told:
        if share.present is not None:
            by_cluster[share.present.location].append(share.present)
    yield from by_cluster.items()


def _effect(record: ShareRecord, mark: str, landed: Landed) -> Effect:
    return Effect(
        number=0,
        at=landed.at,
        cluster=record.location,
        kind=landed.kind,
        name=record.name,
        incarnation=1,
        mark=mark,
        size=1,
        late=landed.late,
    )
