"""The rows of the shares that a fast run records in full: ops with their polls, commands, changes, effects."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from operator import attrgetter, itemgetter
from typing import Any

from connector.operations import Verb
from connector.values import replace
from harness.collect.assemble import in_order
from harness.model.fast.lives import OnClusters, RecordedShare
from harness.model.fast.records import SIZE, Records
from harness.model.fast.share import Share
from harness.model.fast.tally import Tally
from harness.scenario.scenario import Scenario
from harness.service.reference import ShareState, request_id
from harness.workload.arrivals import phase_at
from reports.history import (
    Attempt,
    Effect,
    EffectKind,
    History,
    Hop,
    NemesisAction,
    Op,
    OpKind,
    OpResult,
    Purpose,
    Reading,
    SeenShare,
    StateChange,
)

__all__ = ["Rows"]


class Rows:
    """Told of each calm share as it comes to its end."""

    def __init__(self, scenario: Scenario, records: Records, tally: Tally) -> None:
        self._scenario = scenario
        self._kept = records
        self._tally = tally
        self._ended: list[tuple[float, Share]] = []

    def ended(self, share: Share, now: float) -> None:
        """It has become active."""
        self._tally.watched.pop(share.number, None)
        self._ended.append((now, share))

    def history(
        self,
        now: float,
        asked: Iterable[Attempt],
        lives: Iterable[RecordedShare],
        struck: History,
        *,
        shown: Sequence[tuple[float, OnClusters]],
        nemesis: tuple[NemesisAction, ...],
    ) -> History:
        """All rows, once: the run is over. Both last readings show what was recorded and is there.

        asked: of the clusters, on no share's behalf. lives, struck: of the struck shares. shown: of either reading,
        when it was, and what was on the clusters of the struck shares.
        """
        active = [_Calm(share, self._kept, at) for at, share in sorted(self._ended, key=itemgetter(0))]
        calm = [*active, *(_Calm(share, self._kept) for _, share in sorted(self._tally.watched.items()))]
        lives, numbers = [*(each.life for each in calm), *lives], count(1)
        changes = sorted([*(row for each in calm for row in each.changes()), *struck.changes], key=attrgetter("at"))
        effects = [each.effect() for each in active]
        attempts = (row for each in active for row in each.attempts())
        return History(
            ops=tuple(op for life in lives for op in self._ops_of(life, now, numbers)),
            attempts=in_order([*(row for row in asked if (row.ended_at or now) <= now), *attempts, *struck.attempts]),
            changes=tuple(replace(row, number=number) for number, row in enumerate(changes, start=1)),
            effects=in_order([*effects, *struck.effects]),
            injections=in_order(struck.injections),
            nemesis=nemesis,
            readings=in_order(
                reading
                for round, (at, there) in enumerate(shown, start=1)
                for reading in self._readings(round, at, lives, effects, there)
            ),
        )

    def _readings(
        self, round: int, at: float, lives: Iterable[RecordedShare], effects: Iterable[Effect], there: OnClusters
    ) -> Iterator[Reading]:
        """What each side showed at that instant, all having been accepted."""
        seen = tuple(share for life in lives if (share := life.seen(at)) is not None)
        yield Reading(number=0, at=at, side="api", round=round, shares=seen)
        calm: dict[str, list[SeenShare]] = {spec.name: [] for spec in self._scenario.clusters}
        for row in effects:
            if row.at <= at:
                calm[row.cluster].append(SeenShare(location=row.cluster, name=row.name, size=row.size, mark=row.mark))
        for name, shares in calm.items():
            on_it = (*shares, *there.get(name, ()))
            yield Reading(number=0, at=at, side=name, round=round, shares=on_it, sessions=0)

    def _ops_of(self, life: RecordedShare, now: float, numbers: Iterator[int]) -> Iterator[Op]:
        """What its client asked, and heard, up to the poll that saw how the create ended."""
        share = life.share
        create = Op(
            number=next(numbers),
            client=f"client-{share.number}",
            kind=OpKind.CREATE,
            purpose=Purpose.LOAD,
            location=share.cluster.name,
            name=life.name,
            key=f"{share.number:032x}",
            size=SIZE,
            phase=phase_at(self._scenario.phases, share.asked),
            intended_at=share.asked,
            invoked_at=share.accepted,
            completed_at=share.accepted,
            result=OpResult.OK,
            status=202,
            share=life.id,
            state="pending",
        )
        yield create
        failed, is_open, is_gone = life.failed, life.ended is None, life.moves[-1][1] is None
        ended = now if life.ended is None else life.ended
        policy, asked = self._scenario.client, create.invoked_at
        pending = seen = replace(create, kind=OpKind.GET, purpose=Purpose.POLL, key=None, size=None, status=200)
        due = asked
        while due < ended and due < asked + policy.poll_deadline:
            due += policy.poll_every
            if due < ended or (is_open and due == ended):
                if due >= failed and seen is pending:
                    seen = replace(pending, state="failing")
            elif is_gone:
                gone: dict[str, Any] = {"status": 404, "result": OpResult.FAIL, "cause": "not-found", "share": None}
                seen = replace(pending, **gone, state=None)
            elif not is_open:
                seen = replace(pending, state="active")
            else:
                return
            yield replace(seen, number=next(numbers), intended_at=due, invoked_at=due, completed_at=due)


class _Calm:
    """One that met no trouble. ended: when it came to active; None: it has not."""

    def __init__(self, share: Share, records: Records, ended: float | None = None) -> None:
        self._share = share
        self._records = records
        self._record = record = records.of(share)
        moves = [(share.accepted, ShareState.PENDING)]
        if ended is not None:
            moves.append((ended, ShareState.ACTIVE))
        self.life = RecordedShare(share=share, id=record.id, name=record.name, moves=moves)

    def attempts(self) -> Iterator[Attempt]:
        """Of one that is active."""
        share, record = self._share, self._record
        create = Attempt(
            number=0,
            hop=Hop.PROCESSOR,
            share=record.id,
            location=record.location,
            name=record.name,
            verb=Verb.CREATE,
            request_id=request_id(record, Verb.CREATE),
            sequence=record.sequence,
            began_at=share.began,
            ended_at=share.create_ended,
            deadline=share.began + self._records.total,
            result=OpResult.OK,
        )
        yield create
        show: dict[str, Any] = {"began_at": share.shown, "ended_at": self.life.ended, "deadline": self.life.ended}
        yield replace(create, verb=Verb.SHOW, request_id=None, sequence=None, **show)

    def changes(self) -> Iterator[StateChange]:
        """All of it."""
        before: str | None = None
        for at, state in self.life.moves:
            yield StateChange(
                number=0,
                at=at,
                share=self._record.id,
                location=self._record.location,
                name=self._record.name,
                before=before,
                after=state,
                writer="api" if before is None else "processor",
            )
            before = state

    def effect(self) -> Effect:
        """Of one that is active."""
        record = self._record
        return Effect(
            number=0,
            at=self._share.create_ended,
            cluster=record.location,
            kind=EffectKind.CREATED,
            name=record.name,
            incarnation=1,
            mark=self._records.marks.of(record),
            size=SIZE,
        )
