"""A small world around the real `decide`, walked exhaustively: two processors, crashes, zombies, late commands.

Each action is atomic: one store transaction, one command landing, one crash, one step of time. The store's rules are
restated here in a few lines so that the search owns all of its state.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from connector.operations import ShareView, Verb
from connector.values import replace
from pipeline.marks import Marks, StoreIdentity
from pipeline.numbering import next_sequence
from pipeline.processor.decide import Decide
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.situation import (
    Absent,
    ConnectorAnswer,
    Inconclusive,
    Present,
    Rules,
    Sight,
    Situation,
    is_generated,
)
from pipeline.processor.steps import (
    Activate,
    Fail,
    GiveUp,
    Leave,
    Probe,
    Release,
    Remove,
    Send,
    Step,
    WaitUntil,
)
from pipeline.record import ShareRecord
from pipeline.states import Operation, ShareState, is_legal
from tests.pipeline.processor.records import FRESH

LEASE, TIMEOUT, BACKOFF = 8.0, 4.0, 1.0
MARKS = Marks(owner="spool", store=StoreIdentity(id="s1"))
RULES = Rules(marks=MARKS, attempts=2, skew=1.0)


@dataclass(frozen=True, slots=True)
class Sent:
    """A command: begun and not yet sent, or sent and not yet landed."""

    verb: Verb
    share: str
    size: int
    sequence: int
    deadline: float


@dataclass(frozen=True, slots=True)
class Hand:
    """What one processor holds: the record as it saw it, what it knows, and a command that it is about to send."""

    seen: ShareRecord
    answer: ConnectorAnswer | None = None
    sight: Sight | None = None
    about_to_send: Sent | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    commands: int = 4
    claims: int = 5
    crashes: int = 1
    requests: int = 2


@dataclass(frozen=True, slots=True)
class World:
    """All that there is. newest: the newest sequence that the cluster has seen of the name."""

    record: ShareRecord | None
    now: float = 100.0
    share: ShareView | None = None
    newest: int = 0
    flights: tuple[Sent, ...] = ()
    hands: tuple[Hand | None, ...] = (None, None)
    commands: int = 0
    claims: int = 0
    crashes: int = 0
    requests: int = 0
    rows: int = 1


class ProtocolBrokenError(AssertionError):
    """The search met a state that must not be."""


@dataclass(frozen=True, slots=True)
class Explorer:
    """sequences: the cluster refuses older commands than the newest it saw. instants: it refuses those past their
    deadline. A cluster without instants obeys a command however late it comes. busy: it turns commands away as well,
    or cannot be reached. marks: it keeps them; without, what has the name is obeyed on by name alone. cancels: the
    portal deletes a pending share, too."""

    decide: Decide
    sequences: bool = True
    instants: bool = True
    busy: bool = False
    marks: bool = True
    cancels: bool = False
    bounds: Bounds = Bounds()

    def successors(self, world: World) -> Iterator[World]:
        for index, hand in enumerate(world.hands):
            if hand is None:
                yield from self._claim(world, index)
            else:
                yield from self._act(world, index, hand)
                if world.crashes < self.bounds.crashes:
                    yield replace(_with_hand(world, index, None), crashes=world.crashes + 1)
        for flight in world.flights:
            yield self._land(_without(world, flight), flight)
        yield from self._time(world)
        yield from self._request(world)

    def can_still_land(self, world: World, sent: Sent) -> bool:
        """Whether this command would still be obeyed if it arrived now."""
        is_newest = not self.sequences or sent.sequence >= world.newest
        return is_newest and (not self.instants or world.now <= sent.deadline)

    def _claim(self, world: World, index: int) -> Iterator[World]:
        record = world.record
        if record is None or record.state is ShareState.ACTIVE or record.due_at > world.now:
            return
        if world.claims < self.bounds.claims:
            until = world.now + LEASE
            taken = replace(record, owner="p", fence=record.fence + 1, due_at=until, lease_until=until)
            yield replace(_with_hand(world, index, Hand(taken)), record=taken, claims=world.claims + 1)

    def _act(self, world: World, index: int, hand: Hand) -> Iterator[World]:
        if hand.about_to_send is not None:
            yield from self._send(world, index, hand, hand.about_to_send)
            return
        step = self.decide(self._situation(hand), RULES)
        match step:
            case Probe():
                yield _with_hand(world, index, replace(hand, sight=_look(world)))
            case Send(verb=verb):
                yield from self._begin(world, index, hand, verb)
            case _:
                yield self._write(world, index, hand, step)

    def _situation(self, hand: Hand) -> Situation:
        return Situation(
            record=hand.seen, marks=self.marks, sequences=self.sequences, answer=hand.answer, sight=hand.sight
        )

    def _begin(self, world: World, index: int, hand: Hand, verb: Verb) -> Iterator[World]:
        record = world.record
        if record is None or not _holds(record, hand):
            yield _with_hand(world, index, None)
        elif world.commands < self.bounds.commands:
            deadline = world.now + TIMEOUT
            begun = replace(
                record,
                sequence=next_sequence(record.sequence, record.row),
                attempt=record.attempt + 1,
                command_deadline=max(record.command_deadline or 0.0, deadline),
                settled=False,
            )
            sent = Sent(verb, record.id, record.size, begun.sequence, deadline)
            holding = replace(hand, seen=begun, about_to_send=sent)
            yield replace(_with_hand(world, index, holding), record=begun, commands=world.commands + 1)

    def _send(self, world: World, index: int, hand: Hand, sent: Sent) -> Iterator[World]:
        """Answered at once, answered to nobody, under way for long, refused, turned away as busy, never sent.

        It may have stalled since it was begun."""
        if self.can_still_land(world, sent):
            landed = self._land(world, sent)
            yield _answered(landed, index, hand, self._meaning(world, sent))
            yield _answered(landed, index, hand, OutcomeClass.UNKNOWN)
            yield _answered(replace(world, flights=(*world.flights, sent)), index, hand, OutcomeClass.UNKNOWN)
            yield _answered(self._started(world, sent), index, hand, OutcomeClass.REFUSED)
            if self.busy:
                yield _answered(world, index, hand, OutcomeClass.NOT_NOW)
                yield _answered(world, index, hand, OutcomeClass.UNREACHED)
        else:
            yield _answered(world, index, hand, OutcomeClass.NOT_NOW)

    def _meaning(self, world: World, sent: Sent) -> OutcomeClass:
        there = self._is_hit(world.share, sent)
        if sent.verb is Verb.CREATE:
            return OutcomeClass.DONE if world.share is None else OutcomeClass.TAKEN
        return OutcomeClass.DONE if there else OutcomeClass.MISSING

    def _land(self, world: World, sent: Sent) -> World:
        if not self.can_still_land(world, sent):
            return world
        share = world.share
        if sent.verb is Verb.CREATE and share is None:
            mark = _mark(sent.share) if self.marks else None
            share = ShareView(name="alpha", size=sent.size, mark=mark)
        elif sent.verb is Verb.DELETE and self._is_hit(share, sent):
            share = None
        elif sent.verb is Verb.RESIZE and share is not None and self._is_hit(share, sent):
            share = replace(share, size=sent.size)
        return self._started(replace(world, share=share), sent)

    def _is_hit(self, share: ShareView | None, sent: Sent) -> bool:
        return share is not None and (not self.marks or share.mark == _mark(sent.share))

    def _started(self, world: World, sent: Sent) -> World:
        return replace(world, newest=max(world.newest, sent.sequence))

    def _write(self, world: World, index: int, hand: Hand, step: Step) -> World:
        record = world.record
        freed = _with_hand(world, index, None)
        if record is None or not _holds(record, hand):
            return freed
        match step:
            case Activate(confirmed_size=size):
                _check_move(record.state, ShareState.ACTIVE)
                done = replace(_free(record), state=ShareState.ACTIVE, size=size, confirmed_size=size)
                return replace(freed, record=replace(done, generation_done=record.generation))
            case Fail(reason=reason):
                _check_move(record.state, ShareState.FAILING)
                failing = replace(record, state=ShareState.FAILING, attempt=0, reason=reason.split(":", maxsplit=1)[0])
                moved = replace(hand, seen=failing, answer=None)
                return replace(_with_hand(world, index, moved), record=failing)
            case GiveUp(size=size, reason=reason):
                given_up = replace(record, size=size, reason=reason, attempt=0, settled=False)
                moved = replace(hand, seen=given_up, answer=None)
                return replace(_with_hand(world, index, moved), record=given_up)
            case Release(settled=settled, refund=refund):
                given = replace(_free(record), due_at=world.now + BACKOFF, settled=record.settled or settled)
                return replace(freed, record=replace(given, attempt=given.attempt - refund))
            case WaitUntil(instant=instant, settled=settled):
                waiting = replace(_free(record), due_at=max(world.now, instant), settled=record.settled or settled)
                return replace(freed, record=waiting)
            case Remove():
                _check_move(record.state, None)
                return replace(freed, record=None)
            case Leave():
                return replace(freed, record=_free(record))
            case _:
                raise ProtocolBrokenError(f"{step} is not a write")

    def _time(self, world: World) -> Iterator[World]:
        """To the next instant that anyone waits for."""
        record = world.record
        instants = [sent.deadline + 0.5 for sent in self._on_the_way(world)]
        if record is not None and record.state is not ShareState.ACTIVE:
            instants.append(record.due_at)
        later = [instant for instant in instants if instant > world.now]
        if later:
            yield replace(world, now=min(later))

    def _request(self, world: World) -> Iterator[World]:
        """The portal resizes or deletes an active share, and creates anew when the name is free."""
        record = world.record
        if world.requests >= self.bounds.requests:
            return
        asked = world.requests + 1
        if record is None:
            fresh = replace(FRESH, row=world.rows + 1, id=f"share-{world.rows + 1}", owner=None, due_at=world.now)
            yield replace(world, record=fresh, requests=asked, rows=world.rows + 1)
        elif record.state is ShareState.PENDING and self.cancels:
            yield replace(world, record=_deleting(_free(record), world.now), requests=asked)
        elif record.state is ShareState.ACTIVE:
            newer = replace(record, generation=record.generation + 1, attempt=0, due_at=world.now, reason=None)
            updating = replace(newer, state=ShareState.UPDATING, operation=Operation.RESIZE, size=record.size + 1)
            yield replace(world, record=_deleting(record, world.now), requests=asked)
            yield replace(world, record=updating, requests=asked)

    def _on_the_way(self, world: World) -> list[Sent]:
        unsent = [hand.about_to_send for hand in world.hands if hand is not None and hand.about_to_send is not None]
        return [*world.flights, *unsent]

    def check(self, world: World) -> None:
        """Safety, at every state."""
        record = world.record
        if record is None and world.share is not None:
            raise ProtocolBrokenError(f"orphan: {world}")
        if record is None and any(
            sent.verb is Verb.CREATE and self.can_still_land(world, sent) for sent in self._on_the_way(world)
        ):
            raise ProtocolBrokenError(f"a create may still land after the removal: {world}")
        if record is not None and record.state is ShareState.ACTIVE:
            self._check_active(world, record)
            for sent in self._on_the_way(world):
                self._check_active(self._land(world, sent), record)

    def _check_active(self, world: World, record: ShareRecord) -> None:
        """The share is there and as the record says; also when what is on its way lands."""
        if world.share is None or not is_generated(Situation(record=record, marks=self.marks), world.share, RULES):
            raise ProtocolBrokenError(f"ghost: {world}")
        if world.share.size != record.size:
            raise ProtocolBrokenError(f"active with {record.size} bytes: {world}")

    def heal(self, world: World) -> World:
        """From here on nothing breaks: processors start anew, commands are obeyed and answered. Ends at rest."""
        good = replace(self, bounds=replace(self.bounds, commands=10**6, claims=10**6))
        for _ in range(200):
            hand = world.hands[0]
            if world.record is None or (world.record.state is ShareState.ACTIVE and hand is None):
                return world
            if hand is not None:
                world = next(iter(good._act(world, 0, hand)))
            else:
                world = next(good._claim(world, 0), None) or next(good._time(world))
        raise ProtocolBrokenError(f"stuck: {world}")


def walk(explorer: Explorer, start: World) -> int:
    """Visit every reachable state once; from those where the bounds end it, heal. Returns how many there are."""
    seen = {_key(start)}
    healed = set()
    todo = [start]
    while todo:
        world = todo.pop()
        explorer.check(world)
        following = list(explorer.successors(world))
        if not following or world.claims >= explorer.bounds.claims or world.commands >= explorer.bounds.commands:
            bare = replace(
                world, hands=(None, None), commands=0, claims=0, crashes=0, requests=explorer.bounds.requests
            )
            if (key := _key(bare)) not in healed:
                healed.add(key)
                explorer.check(explorer.heal(bare))
        for following_world in following:
            successor = _normal(following_world)
            key = _key(successor)
            if key not in seen:
                seen.add(key)
                todo.append(successor)
    return len(seen)


def _deleting(record: ShareRecord, now: float) -> ShareRecord:
    asked = replace(record, generation=record.generation + 1, attempt=0, due_at=now, reason=None)
    return replace(asked, state=ShareState.DELETING, operation=Operation.DELETE)


def _normal(world: World) -> World:
    """Processors are alike, and one that lost its lease and has nothing to send can do nothing more."""
    hands = [hand for hand in world.hands if hand is not None]
    alive = [hand for hand in hands if hand.about_to_send or (world.record and _holds(world.record, hand))]
    alive.sort(key=lambda hand: hand.seen.fence)
    return replace(world, hands=(*alive, *[None] * (len(world.hands) - len(alive))))


def _key(world: World) -> Hashable:
    """What tells two worlds apart: instants count by their distance from now, and long past is long past."""

    def away(instant: float | None) -> float:
        return -LEASE if instant is None else max(instant - world.now, -LEASE)

    def record_key(record: ShareRecord) -> Hashable:
        times = (max(away(record.due_at), 0.0), away(record.command_deadline))
        counts = (record.row, record.fence, record.sequence, record.attempt, record.size, record.confirmed_size)
        return (times, counts, record.state, record.owner, record.settled, record.reason, record.generation)

    def sent_key(sent: Sent) -> Hashable:
        return (sent.verb, sent.sequence, sent.size, away(sent.deadline))

    def hand_key(hand: Hand) -> Hashable:
        sight = hand.sight
        seen = None if sight is None or isinstance(sight, Inconclusive) else (type(sight), away(sight.at))
        view = sight.view if isinstance(sight, Present) else None
        about = None if hand.about_to_send is None else sent_key(hand.about_to_send)
        return (record_key(hand.seen), hand.answer and hand.answer.outcome_class, seen, view, about)

    return (
        None if world.record is None else record_key(world.record),
        world.share,
        world.newest,
        frozenset(map(sent_key, world.flights)),
        tuple(None if hand is None else hand_key(hand) for hand in world.hands),
        (world.commands, world.claims, world.crashes, world.requests),
    )


def _holds(record: ShareRecord, hand: Hand) -> bool:
    seen = hand.seen
    return (record.id, record.fence, record.state, record.owner) == (seen.id, seen.fence, seen.state, seen.owner)


def _free(record: ShareRecord) -> ShareRecord:
    return replace(record, owner=None, lease_until=None)


def _look(world: World) -> Sight:
    return Absent(at=world.now) if world.share is None else Present(at=world.now, view=world.share)


def _answered(world: World, index: int, hand: Hand, outcome_class: OutcomeClass) -> World:
    answer = ConnectorAnswer(outcome_class=outcome_class, text="")
    return _with_hand(world, index, replace(hand, answer=answer, sight=None, about_to_send=None))


def _with_hand(world: World, index: int, hand: Hand | None) -> World:
    hands = tuple(hand if place == index else other for place, other in enumerate(world.hands))
    return replace(world, hands=hands)


def _without(world: World, flight: Sent) -> World:
    return replace(world, flights=tuple(other for other in world.flights if other != flight))


def _check_move(before: ShareState, after: ShareState | None) -> None:
    if not is_legal(before, after):
        raise ProtocolBrokenError(f"illegal move from {before} to {after}")


def _mark(id: str) -> str:
    return f"spool/s1/{id}"
