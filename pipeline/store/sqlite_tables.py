"""The tables in SQLite: an open transaction, one instant, and the named queries."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

from pydantic_core import to_json

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import fast_frozen
from pipeline import transitions
from pipeline.findings import FindingKind, FindingRow, SweepFinding
from pipeline.holds import Hold
from pipeline.quotas import Usage
from pipeline.record import AttemptRow, DeadFilter, EventRow, Idempotency, Message, NewShare, ShareRecord, spec_hash
from pipeline.states import ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.notice_tables import SqlNotices
from pipeline.store.protocol import BacklogAge, Bloat, MessageCounts
from pipeline.store.queries import Query
from pipeline.store.rows import (
    CHANGING_COLUMNS,
    Row,
    ahead_values,
    attempt_of,
    attempt_values,
    backlog_age_of,
    changing_values,
    event_of,
    event_values,
    finding_of,
    finding_row_of,
    hold_of,
    hold_values,
    kept_answer_of,
    key_values,
    message_counts_of,
    outcome_values,
    record_of,
    usage_of,
)
from pipeline.store.tables import KeptAnswer

__all__ = ["SqliteTables"]

# The `+` keeps the comparison of the state from the planner: to hold a bound value against the partial index, SQLite
# would prepare the statement anew at every execution, which costs several times what it takes to run.
_AS_IT_STOOD = " AND ".join(["row = ?", "id = ?", *(f"+{column} IS ?" for column in CHANGING_COLUMNS)])
_DELETE = f"DELETE FROM shares WHERE {_AS_IT_STOOD}"  # noqa: S608 - of names of columns alone


@cache
def _update(changed: tuple[int, ...]) -> str:
    """Writes these of the columns that change: an index that a transition does not touch is not written."""
    assignments = ", ".join(f"{CHANGING_COLUMNS[place]} = ?" for place in changed)
    return f"UPDATE shares SET {assignments} WHERE {_AS_IT_STOOD}"  # noqa: S608 - of names of columns alone


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteTables:
    """See `Tables`. Besides, `one` to `run` execute named queries, for tools and experiments."""

    db: sqlite3.Connection
    now: float
    queries: Mapping[str, Query]

    # Records

    def find(self, location: str, name: str) -> ShareRecord | None:
        return _record(self.one("find_share", location=location, name=name))

    def find_id(self, id: str) -> ShareRecord | None:
        return _record(self.one("find_id", id=id))

    def find_ids(self, ids: Sequence[str]) -> Mapping[str, ShareRecord]:
        found = ((id, self.find_id(id)) for id in ids)
        return {id: record for id, record in found if record is not None}

    def load(self, row: int) -> ShareRecord | None:
        return _record(self.one("load_share", row=row))

    def earliest_due(self, locations: frozenset[str] | None, limit: int) -> Sequence[ShareRecord]:
        """One statement by an index, where the pure rule would look at all that is due: the suite holds it to that."""
        listed = None if locations is None else _listed(locations)
        return [record_of(row) for row in self.all("earliest_due", locations=listed, now=self.now, limit=limit)]

    def ahead_of(self, record: ShareRecord, served: str) -> ShareRecord | None:
        """By an index, too."""
        return _record(self.one("ahead_of", **ahead_values(record, served), now=self.now))

    def records(
        self,
        location: str | None,
        state: ShareState | None,
        after: int,
        limit: int,
        *,
        since: float | None = None,
        tenant: str | None = None,
    ) -> Sequence[ShareRecord]:
        rows = self.all("list", location=location, state=state, since=since, tenant=tenant, after=after, limit=limit)
        return [record_of(row) for row in rows]

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(id for (id,) in self.all("known", ids=json.dumps(list(ids))))

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys(map(str, ShareState), 0) | dict(self.all("count"))
        every, queued = found.pop("all"), found.pop("queued")
        return found | {ShareState.ACTIVE.value: every - sum(found.values()), "queued": queued}

    def backlog_age(self) -> BacklogAge:
        (since,) = self.all("backlog_since", now=self.now)
        return backlog_age_of(since, self.now)

    def backlog(self, most: int) -> int:
        found: int = self._only("backlog", most=most)
        return found

    def usage(self, tenants: Sequence[str]) -> Mapping[str, Usage]:
        return usage_of(tenants, self.all("usage", tenants=json.dumps(list(tenants))))

    def insert_created(
        self, shares: Sequence[NewShare], message_expires_at: float | None
    ) -> Sequence[ShareRecord | None]:
        """Three statements, however many they are: what `transitions.create` says, in SQL, to which the suite holds it.

        The interpreter's lock is let go and taken again at every statement, which costs more than the rows do while the
        loop's thread wants it too.
        """
        specs = [spec_hash(share.location, share.name, share.size) for share in shares]
        wanted = [
            (share.id, share.location, share.name, share.size, spec, share.tenant, share.priority)
            for share, spec in zip(shares, specs, strict=True)
        ]
        newest = self._only("newest_row")
        cursor = self._execute("insert_shares", {"shares": to_json(wanted).decode(), "now": self.now})
        made, last = cursor.rowcount, cursor.lastrowid or 0
        if made:
            if message_expires_at is not None:
                self.run("insert_messages_behind", newest=newest, now=self.now, expires_at=message_expires_at)
            self.run("insert_events_behind", newest=newest, now=self.now)
        if made < len(shares):
            standing = [self.find(share.location, share.name) for share in shares]
            return [row if row and row.id == share.id else None for row, share in zip(standing, shares, strict=True)]
        # None was left out, so that their rows follow on each other: one writer, and rows that are never used again.
        rows = range(last - made + 1, last + 1)
        return [transitions.create(row, share, self.now) for row, share in zip(rows, shares, strict=True)]

    def update(self, before: ShareRecord, after: ShareRecord) -> bool:
        old, new = changing_values(before), changing_values(after)
        changed = tuple([place for place, value in enumerate(new) if value != old[place]]) or (0,)
        values = (*[new[place] for place in changed], before.row, before.id, *old)
        return self.db.execute(_update(changed), values).rowcount == 1

    def update_all(self, changes: Sequence[tuple[ShareRecord, ShareRecord]]) -> Sequence[bool]:
        return [self.update(before, after) for before, after in changes]

    def delete(self, record: ShareRecord) -> bool:
        return self.db.execute(_DELETE, (record.row, record.id, *changing_values(record))).rowcount == 1

    # Dead letters

    def dead(self, wanted: DeadFilter, after: int, limit: int) -> Sequence[ShareRecord]:
        return [record_of(row) for row in self.all("dead", **asdict(wanted), after=after, limit=limit)]

    def count_dead(self, wanted: DeadFilter) -> int:
        count: int = self._only("count_dead", **asdict(wanted))
        return count

    def requeue(self, wanted: DeadFilter, message_expires_at: float | None) -> int:
        """Three statements, however many they are: events and messages first, while they can still be told."""
        values = {**asdict(wanted), "now": self.now}
        self.run("insert_requeued", **values)
        if message_expires_at is not None:
            self.run("insert_messages_again", **values, expires_at=message_expires_at)
        return self.run("requeue", **values)

    # Events and attempts

    def insert_event(self, event: EventRow) -> None:
        self.run("insert_event", **event_values(event))

    def events(self, after: int, limit: int) -> Sequence[EventRow]:
        return [event_of(row) for row in self.all("events", after=after, limit=limit)]

    def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        rows = self.all("removed", ids=json.dumps(list(ids)))
        return {id: (location, name) for id, location, name in rows}

    def insert_attempt(self, attempt: AttemptRow) -> int:
        query = "insert_attempt" if attempt.outcome is None else "insert_ended_attempt"
        return self._execute(query, attempt_values(attempt)).lastrowid or 0

    def end_attempt(self, number: int, verb: Verb, outcome: Outcome) -> None:
        self.run("end_attempt", number=number, ended_at=self.now, **outcome_values(verb, outcome))

    def attempts(self, after: int, limit: int) -> Sequence[AttemptRow]:
        return [attempt_of(row) for row in self.all("attempts", after=after, limit=limit)]

    # Messages

    def insert_message(self, share: str, generation: int, expires_at: float) -> None:
        self.run("insert_message", share=share, generation=generation, now=self.now, expires_at=expires_at)

    def take_messages(self, owner: str, visible_at: float, limit: int) -> Sequence[Message]:
        """Expired ones cost their taker another look."""
        taken: list[Message] = []
        while len(taken) < limit and (rows := self.all("next_messages", now=self.now, limit=limit - len(taken))):
            numbers = json.dumps([row[0] for row in rows])
            self.run("take_messages", numbers=numbers, owner=owner, visible_at=visible_at, now=self.now)
            taken += [
                Message(number=number, share=share, generation=generation)
                for number, share, generation, is_alive in rows
                if is_alive
            ]
        return taken

    def hide_message(self, number: int, owner: str, visible_at: float) -> None:
        self.run("hide_message", number=number, owner=owner, visible_at=visible_at)

    def next_message_at(self) -> float | None:
        at: float | None = self._only("next_message_at")
        return at

    def end_messages(self, numbers: Sequence[int]) -> None:
        self.run("end_messages", numbers=json.dumps(list(numbers)), now=self.now)

    def waiting_messages(self) -> Sequence[Message]:
        return [
            Message(number=number, share=share, generation=generation)
            for number, share, generation in self.all("waiting_messages", now=self.now)
        ]

    def message_counts(self) -> MessageCounts:
        return message_counts_of(self.one("count_messages"))

    # Idempotency keys

    def find_key(self, tenant: str, key: str) -> KeptAnswer | None:
        row = self.one("find_key", tenant=tenant, key=key, now=self.now)
        return None if row is None else kept_answer_of(row)

    def keep_key(self, key: Idempotency, answer: StoredAnswer) -> None:
        self.run("forget_keys", now=self.now)
        self.run("keep_key", **key_values(key, answer))

    # Holds

    def holds(self) -> Sequence[Hold]:
        return [hold_of(row) for row in self.all("holds")]

    def put_hold(self, hold: Hold) -> None:
        self.run("put_hold", **hold_values(hold))

    def drop_hold(self, location: str) -> None:
        self.run("drop_hold", location=location)

    # Findings

    def report(
        self, location: str, found: Sequence[SweepFinding], kinds: frozenset[FindingKind]
    ) -> Sequence[SweepFinding]:
        rows = json.dumps([(row.kind, row.name, row.mark, row.detail) for row in found])
        self.run("drop_findings", location=location, kinds=json.dumps(sorted(kinds)), findings=rows)
        new = self.all("add_findings", location=location, findings=rows, now=self.now)
        return [finding_of(row) for row in new]

    def findings(self, after: int, limit: int) -> Sequence[FindingRow]:
        return [finding_row_of(row) for row in self.all("findings", after=after, limit=limit)]

    def finding_counts(self) -> dict[str, int]:
        return dict(self.all("count_findings"))

    # Upkeep

    def bloat(self) -> Bloat | None:
        return None

    # Notices

    @property
    def notices(self) -> SqlNotices:
        return SqlNotices(self._fetch)

    # Queries

    def one(self, query: str, **values: object) -> Row | None:
        """The only row of a named query, or None. The statement runs to its end."""
        rows = self._execute(query, values).fetchall()
        return rows[0] if rows else None

    def all(self, query: str, **values: object) -> list[Row]:
        """All rows of a named query."""
        return self._execute(query, values).fetchall()

    def run(self, query: str, **values: object) -> int:
        """How many rows a named query changed."""
        return self._execute(query, values).rowcount

    def _fetch(self, query: str, values: Mapping[str, object], /, *, lock: bool = False) -> list[Row]:
        """lock: there is one writer, and nobody else changes anything meanwhile."""
        return self._execute(query, values).fetchall()

    def _only(self, query: str, **values: object) -> Any:
        """The only value of a named query that always has one."""
        row = self.one(query, **values)
        assert row is not None, query
        return row[0]

    def _execute(self, query: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        found = self.queries[query]
        return self.db.execute(found.text, found.values(values))


def _record(row: Row | None) -> ShareRecord | None:
    return None if row is None else record_of(row)


@lru_cache
def _listed(locations: frozenset[str]) -> str:
    """As SQLite reads them. A processor claims from the same few sets again and again."""
    return json.dumps(sorted(locations))
