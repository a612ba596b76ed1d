"""The rows of the shares that a quick run records in full: ops with their polls, commands, changes, effects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connector.operations import Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from harness.collect.assemble import in_order
from harness.model.scale.plight import DONE, Plight
from harness.model.scale.records import Records, first_sequence
from harness.model.scale.share import Cluster, Share
from harness.model.scale.tally import Tally
from harness.scenario.scenario import Scenario
from harness.workload.arrivals import phase_at
from pipeline.record import ShareRecord
from pipeline.states import ShareState
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


class _Told:
    """All that is recorded of one share. at: when it ended. seen, present: as a last reading shows it."""

    __slots__ = ("at", "attempts", "changes", "effects", "mark", "ops", "present", "record", "seen")

    def __init__(self, record: ShareRecord, mark: str, *, at: float) -> None:
        self.record = record
        self.mark = mark
        self.at = at
        self.ops: list[Op] = []
        self.attempts: list[Attempt] = []
        self.changes: list[StateChange] = []
        self.effects: list[Effect] = []
        self.seen: SeenShare | None = None
        self.present: SeenShare | None = None


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
        plight: Plight = share.trouble
        moves = ((plight.failed_at, "pending", "failing", plight.record.reason), (now, "failing", None, None))
        self._tell(share, now, None, moves)

    def history(self, now: float, clusters: Mapping[str, Cluster]) -> History:
        """All rows, once: the run is over. Both last readings show what was recorded and is there."""
        for _, share in sorted(self._tally.watched.items()):
            self._still_open(share, now)
        told = sorted(self._told, key=lambda share: share.at)  # some are told of later than they end
        readings = [
            Reading(
                number=0, at=now, side=side, round=round, shares=tuple(shares), sessions=None if side == "api" else 0
            )
            for round in (1, 2)
            for side, shares in _sides(told, clusters)
        ]
        ops = [op for share in told for op in share.ops]
        changes = sorted((row for share in told for row in share.changes), key=lambda row: row.at)
        return History(
            ops=tuple(replace(op, number=number) for number, op in enumerate(ops, start=1)),
            attempts=in_order(row for share in told for row in share.attempts),
            changes=tuple(replace(row, number=number) for number, row in enumerate(changes, start=1)),
            effects=in_order(row for share in told for row in share.effects),
            readings=in_order(readings),
        )

    def _still_open(self, share: Share, now: float) -> None:
        plight: Plight | None = share.trouble
        if plight is None or plight.record.state is ShareState.PENDING:
            self._tell(share, now, "pending", ())
        else:
            move = (plight.failed_at, "pending", "failing", plight.record.reason)
            self._tell(share, now, "failing", (move,))

    def _tell(
        self, share: Share, now: float, state: str | None, moves: tuple[tuple[float, str, str | None, str | None], ...]
    ) -> None:
        record = self._kept.of(share)
        told = _Told(record, self._kept.mark(record), at=now)
        self._told.append(told)
        self._commands(told, share, state)
        self._op(told, share, state)
        for at, before, after, reason in ((share.asked, None, "pending", None), *moves):
            told.changes.append(
                StateChange(
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
            )
        if state is not None:
            told.seen = SeenShare(
                location=record.location, name=record.name, share=record.id, state=state, size=record.size
            )
        if state == "active" or (share.trouble is not None and share.trouble.made):
            told.present = SeenShare(location=record.location, name=record.name, size=record.size, mark=told.mark)

    def _op(self, told: _Told, share: Share, state: str | None) -> None:
        """The create, and the polls up to the one that saw how it ended."""
        record, now = told.record, told.at
        policy = self._scenario.client
        create = Op(
            number=0,
            client=f"client-{share.number}",
            kind=OpKind.CREATE,
            purpose=Purpose.LOAD,
            location=share.cluster.name,
            name=record.name,
            key=f"{share.number:032x}",
            size=1,
            phase=phase_at(self._scenario.phases, share.asked),
            intended_at=share.asked,
            invoked_at=share.asked,
            completed_at=share.asked,
            result=OpResult.OK,
            status=202,
            share=record.id,
            state="pending",
        )
        told.ops.append(create)
        due = share.asked
        while due < now and due < share.asked + policy.poll_deadline:
            due += policy.poll_every
            if due > now and state in ("pending", "failing"):
                return
            over = due >= now and state in (None, "active")
            gone = over and state is None
            seen = replace(
                create, kind=OpKind.GET, purpose=Purpose.POLL, key=None, size=None, intended_at=due, invoked_at=due
            )
            told.ops.append(
                replace(
                    seen,
                    completed_at=due,
                    status=404 if gone else 200,
                    result=OpResult.FAIL if gone else OpResult.OK,
                    cause="not-found" if gone else None,
                    state=None if gone else "active" if over else "pending",
                    share=None if gone else record.id,
                )
            )

    def _commands(self, told: _Told, share: Share, state: str | None) -> None:
        id, name = told.record.id, told.record.name
        rows: list[tuple[Verb, float, float, int, int | None, Outcome]] = []
        if share.trouble is None and state == "active":
            sequence = first_sequence(share)
            created = share.shown if share.created is None else share.created
            rows = [
                (Verb.CREATE, share.began, created, 1, sequence, DONE),
                (Verb.SHOW, share.shown, told.at, 1, None, DONE),
            ]
            told.effects.append(_effect(told, EffectKind.CREATED, created, late=False))
        elif share.trouble is not None:
            rows = share.trouble.rows
            for kind, at, late in share.trouble.effects:
                told.effects.append(_effect(told, kind, at, late=late))
        for verb, began, ended, tried, sequence_, outcome in rows:
            told.attempts.append(
                Attempt(
                    number=0,
                    hop=Hop.PROCESSOR,
                    share=id,
                    location=share.cluster.name,
                    name=name,
                    verb=verb.value,
                    tried=tried,
                    request_id=None if sequence_ is None else f"{id}.1.{verb}",
                    sequence=sequence_,
                    began_at=began,
                    ended_at=ended,
                    deadline=ended if sequence_ is None else began + self._kept.total,
                    result=_RESULTS[type(outcome)],
                    code=None if isinstance(outcome, Done) else outcome.code,
                    site=None if isinstance(outcome, Done) else outcome.site,
                )
            )


def _sides(told: Sequence[_Told], clusters: Mapping[str, Cluster]) -> Iterator[tuple[str, list[SeenShare]]]:
    """What each side shows at the end: the API its records, a cluster what is there."""
    yield "api", [share.seen for share in told if share.seen is not None]
    by_cluster: dict[str, list[SeenShare]] = {name: [] for name in clusters}
    for share in told:
        if share.present is not None:
            by_cluster[share.present.location].append(share.present)
    yield from by_cluster.items()


def _effect(told: _Told, kind: EffectKind, at: float, *, late: bool) -> Effect:
    return Effect(
        number=0,
        at=at,
        cluster=told.record.location,
        kind=kind,
        name=told.record.name,
        incarnation=1,
        mark=told.mark,
        size=1,
        late=late,
    )
