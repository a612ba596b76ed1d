"""Claims: of the records that messages name, or of those that have been due longest, as many as there is room for.

However many are claimed in one transaction, they are those that one claim after the other would have taken.
"""

from collections.abc import Mapping, Sequence

from pipeline import transitions
from pipeline.holds import paused
from pipeline.record import Claim, Message, ShareRecord
from pipeline.store.tables import Tables

__all__ = ["claim", "claim_accepted", "claim_many"]

_MOST_POISON = 100
"""Records that one transaction makes dead letters at most: it shall not keep the store's writer for long."""


def claim(
    tables: Tables,
    message: Message | None,
    owner: str,
    lease: float,
    locations: frozenset[str] | None,
    *,
    turns: Mapping[str, str] | None = None,
    poison: int | None = None,
    writer: str = "processor",
) -> Claim | None:
    """Take the record of a message, or the one that has been due longest; with turns, whoever has its turn there."""
    rooms = None if locations is None else dict.fromkeys(locations, 1)
    claiming = _Claiming(tables, owner, lease, rooms, most=1, turns=turns, poison=poison, writer=writer)
    claims = claiming.longest_due() if message is None else claiming.named([message])
    return claims[0] if claims else None


def claim_many(
    tables: Tables,
    messages: Sequence[Message] | None,
    owner: str,
    lease: float,
    rooms: Mapping[str, int],
    *,
    most: int,
    turns: Mapping[str, str],
    poison: int,
    writer: str,
) -> Sequence[Claim]:
    """As `claim`, one after the other, `most` at most, while there is room. rooms: for how many, by location."""
    most = min(most, sum(rooms.values()))  # whoever looks for records locks them
    claiming = _Claiming(tables, owner, lease, rooms, most=most, turns=turns, poison=poison, writer=writer)
    return claiming.longest_due() if messages is None else claiming.named(messages)


def claim_accepted(tables: Tables, record: ShareRecord, owner: str, lease: float) -> Claim:
    """Take a record in the transaction that accepts it: nobody else can have seen it, and no pause is asked for."""
    claimed = transitions.claim(record, None, owner=owner, lease=lease, locations=None, now=tables.now)
    assert claimed is not None, "what was just accepted is due"
    assert tables.update(record, claimed), "nobody else writes within a transaction"
    return transitions.claim_of(claimed, owner, tables.now)


class _Claiming:
    """The claims of one transaction. What turns out to be poison becomes a dead letter, and another is looked for."""

    def __init__(
        self,
        tables: Tables,
        owner: str,
        lease: float,
        rooms: Mapping[str, int] | None,
        *,
        most: int,
        turns: Mapping[str, str] | None,
        poison: int | None,
        writer: str,
    ) -> None:
        self._tables = tables
        self._owner = owner
        self._lease = lease
        self._rooms = None if rooms is None else {place: room for place, room in rooms.items() if room > 0}
        self._most = most
        self._turns = None if turns is None else dict(turns)
        self._poison = poison
        self._writer = writer
        self._claims: list[Claim] = []
        self._dead = 0
        self._changed: dict[int, ShareRecord] = {}
        self._unwritten: list[tuple[ShareRecord, ShareRecord]] = []
        self._alone: set[tuple[str, str, str, int]] = set()

    def named(self, messages: Sequence[Message]) -> Sequence[Claim]:
        """One for each message at most: of its own record, or of who has the turn before it."""
        records = self._tables.find_ids([message.share for message in messages])
        left_alone = paused(self._tables.holds(), self._tables.now) if records else frozenset()
        for message in messages:
            record = records.get(message.share)
            if record is not None and record.location not in left_alone:
                self._take(record, message)
        self._write()
        return self._claims

    def longest_due(self) -> Sequence[Claim]:
        """As many as there is room for, those that have been due longest first."""
        while self._goes_on:
            found = self._tables.earliest_due(self._open, self._most - len(self._claims))
            for record in found:
                while self._take(record, None):
                    pass  # who had the turn before it, and then itself
            self._write()
            if not found:
                break
        return self._claims

    @property
    def _open(self) -> frozenset[str] | None:
        """Where there is room."""
        return None if self._rooms is None else frozenset(self._rooms)

    @property
    def _goes_on(self) -> bool:
        return len(self._claims) < self._most and self._dead < _MOST_POISON and self._rooms != {}

    def _take(self, record: ShareRecord, message: Message | None) -> bool:
        """Whether a claim was made."""
        while self._goes_on:
            before = self._changed.get(record.row, record)
            after = self._claimed(before, message)
            if after is None:
                return False
            ahead = self._ahead_of(before)
            passed = None if ahead is None else self._claimed(ahead, None)
            if ahead is not None and passed is not None:
                before, after = ahead, passed
            self._changed[after.row] = after
            self._unwritten.append((before, after))
            if after.dead is None:
                self._note(after)
                return True
            self._dead += 1
            self._tables.insert_event(transitions.dead_event(before, after, writer=self._writer, now=self._tables.now))
        return False

    def _claimed(self, record: ShareRecord, message: Message | None) -> ShareRecord | None:
        return transitions.claim(
            record,
            message,
            owner=self._owner,
            lease=self._lease,
            locations=self._open,
            now=self._tables.now,
            poison=self._poison,
        )

    def _ahead_of(self, record: ShareRecord) -> ShareRecord | None:
        """Who goes before it. Where nobody does, nobody does later on: within a transaction, at one instant, records
        only cease to be due."""
        if self._turns is None:
            return None
        served = self._turns.get(record.location, "")
        asked = record.location, served, record.tenant, record.priority
        if asked in self._alone:
            return None
        self._write()
        ahead = self._tables.ahead_of(record, served)
        if ahead is None:
            self._alone.add(asked)
        return ahead

    def _note(self, record: ShareRecord) -> None:
        self._claims.append(transitions.claim_of(record, self._owner, self._tables.now))
        if self._turns is not None:
            self._turns[record.location] = record.tenant
        if self._rooms is not None:
            self._rooms[record.location] -= 1
            if not self._rooms[record.location]:
                del self._rooms[record.location]

    def _write(self) -> None:
        if self._unwritten:
            assert all(self._tables.update_all(self._unwritten)), "nobody else writes within a transaction"
            self._unwritten = []
