"""The tables in PostgreSQL: an open transaction, one instant, and the named queries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from math import inf
from typing import Any

import asyncpg

from connector.operations import Verb
from connector.outcomes import Outcome
from pipeline import transitions
from pipeline.findings import FindingKind, FindingRow, SweepFinding
from pipeline.holds import Hold
from pipeline.quotas import Usage
from pipeline.record import AttemptRow, DeadFilter, EventRow, Idempotency, Message, NewShare, ShareRecord, spec_hash
from pipeline.states import ShareState
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.notice_tables import SqlNotices
from pipeline.store.postgres.bridge import Gives, Statement, wait_for, wait_for_all
from pipeline.store.postgres.position import Positions
from pipeline.store.protocol import BacklogAge, Bloat, MessageCounts
from pipeline.store.queries import Query
from pipeline.store.rows import (
    CHANGING_COLUMNS,
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

__all__ = ["PostgresTables"]

_LOCKED = " FOR UPDATE"
_SKIP_LOCKED = " FOR UPDATE SKIP LOCKED"
_OVERLAP = 0.1
"""Seconds before the newest message taken: one that was sent at the same time may be committed a little later."""
_UNENDED: Mapping[str, object] = dict.fromkeys(("ended_at", "result", "code", "site", "message", "reply"))


@cache
def _as_it_stood(first: int) -> str:
    """The record to the last field, with the values from place `first` on. By `=` it is found through an index."""
    found = f"row = ${first} AND id = ${first + 1}"
    stands = (f"{column} IS NOT DISTINCT FROM ${place}" for place, column in enumerate(CHANGING_COLUMNS, first + 2))
    return " AND ".join((found, *stands))


@cache
def _update(changed: tuple[int, ...]) -> str:
    """Writes these of the columns that change: a new version of a row whose indexed columns stay needs no new index
    entries."""
    assignments = ", ".join(f"{CHANGING_COLUMNS[place]} = ${number}" for number, place in enumerate(changed, 1))
    stood = _as_it_stood(len(changed) + 1)
    return f"UPDATE shares SET {assignments} WHERE {stood} RETURNING row"  # noqa: S608 - of names of columns alone


@cache
def _delete() -> str:
    return f"DELETE FROM shares WHERE {_as_it_stood(1)} RETURNING row"  # noqa: S608 - of names of columns alone


def _changed(before: ShareRecord, after: ShareRecord) -> Statement:
    """Writes a record that stands as `before`."""
    old, new = changing_values(before), changing_values(after)
    changed = tuple([place for place, value in enumerate(new) if value != old[place]]) or (0,)
    values = (*[new[place] for place in changed], before.row, before.id, *old)
    return Statement(_update(changed), values, Gives.KEYED, before.row)


class PostgresTables:
    """See `Tables`. Used by code that `bridged` runs.

    writes: a record that is found stays as it is until the transaction ends, since nobody else may write it meanwhile.
    positions: from where this process looks for what is next.
    Events are written at the transaction's end (`flush`), in the order of commits.
    """

    def __init__(
        self,
        now: float,
        queries: Mapping[str, Query],
        positions: Positions,
        *,
        writes: bool = False,
    ) -> None:
        self.now = now
        self._positions = positions
        self._queries = queries
        self._writes = writes
        self._events: list[EventRow] = []

    # Records

    def find(self, location: str, name: str) -> ShareRecord | None:
        return self._record("find_share", location=location, name=name)

    def find_id(self, id: str) -> ShareRecord | None:
        return self._record("find_id", id=id)

    def find_ids(self, ids: Sequence[str]) -> Mapping[str, ShareRecord]:
        records = self._records("find_ids", _LOCKED, ids=list(ids))
        return {record.id: record for record in records}

    def load(self, row: int) -> ShareRecord | None:
        query = self._queries["load_share"]
        found = wait_for(Statement(query.text + (_LOCKED if self._writes else ""), (row,), Gives.KEYED, row))
        return record_of(tuple(found[0])) if found else None

    def earliest_due(self, locations: frozenset[str] | None, limit: int) -> Sequence[ShareRecord]:
        """One that somebody else is just claiming is passed over."""
        listed = None if locations is None else list(locations)
        asked = {"locations": listed, "since": self._positions.due.since, "now": self.now, "limit": limit}
        return self._records("earliest_due", _SKIP_LOCKED, **asked)

    def ahead_of(self, record: ShareRecord, served: str) -> ShareRecord | None:
        since = self._positions.due.since
        return self._record("ahead_of", _SKIP_LOCKED, **ahead_values(record, served), since=since, now=self.now)

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
        bound = None if limit < 0 else limit
        rows = self._all(
            "list", location=location, state=state and state.value, since=since, tenant=tenant, after=after, limit=bound
        )
        return [record_of(tuple(row)) for row in rows]

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(id for (id,) in self._all("known", ids=list(ids)))

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys(map(str, ShareState), 0) | dict(map(tuple, self._all("count")))
        every, queued = found.pop("all"), found.pop("queued")
        return found | {ShareState.ACTIVE.value: every - sum(found.values()), "queued": queued}

    def backlog_age(self) -> BacklogAge:
        return backlog_age_of(self._one("backlog_since", now=self.now), self.now)

    def backlog(self, most: int) -> int:
        found: int = self._only("backlog", since=self._positions.due.since, most=most)
        return found

    def usage(self, tenants: Sequence[str]) -> Mapping[str, Usage]:
        """The locks are a statement of their own: the next one sees what their earlier holders have committed."""
        if self._writes:
            for tenant in sorted(tenants):
                self._one("lock_tenant", tenant=tenant)
        return usage_of(tenants, self._rows("usage", {"tenants": list(tenants)}))

    def insert_created(
        self, shares: Sequence[NewShare], message_expires_at: float | None
    ) -> Sequence[ShareRecord | None]:
        """One statement, however many they are. A name that was taken when the insert came to it, and is free again
        when it is looked up, is asked for once more."""
        made = self._insert(shares, message_expires_at)
        return [self._made(share, made, message_expires_at) for share in shares]

    def _insert(self, shares: Sequence[NewShare], message_expires_at: float | None) -> dict[str, int]:
        """The rows of those that were made, by id."""
        rows = self._all(
            "insert_shares",
            ids=[share.id for share in shares],
            locations=[share.location for share in shares],
            names=[share.name for share in shares],
            sizes=[share.size for share in shares],
            specs=[spec_hash(share.location, share.name, share.size) for share in shares],
            tenants=[share.tenant for share in shares],
            priorities=[share.priority for share in shares],
            now=self.now,
            expires_at=message_expires_at,
        )
        return dict(map(tuple, rows))

    def _made(self, share: NewShare, made: dict[str, int], message_expires_at: float | None) -> ShareRecord | None:
        while share.id not in made:
            standing = self.find(share.location, share.name)
            if standing is not None:
                return standing if standing.id == share.id else None
            made |= self._insert([share], message_expires_at)
        record = transitions.create(made[share.id], share, self.now)
        self.insert_event(transitions.created(record, self.now))
        return record

    def update(self, before: ShareRecord, after: ShareRecord) -> bool:
        return bool(wait_for(_changed(before, after)))

    def update_all(self, changes: Sequence[tuple[ShareRecord, ShareRecord]]) -> Sequence[bool]:
        return [bool(found) for found in wait_for_all([_changed(before, after) for before, after in changes])]

    def delete(self, record: ShareRecord) -> bool:
        values = (record.row, record.id, *changing_values(record))
        return bool(wait_for(Statement(_delete(), values, Gives.KEYED, record.row)))

    # Dead letters

    def dead(self, wanted: DeadFilter, after: int, limit: int) -> Sequence[ShareRecord]:
        return [record_of(tuple(row)) for row in self._all("dead", **asdict(wanted), after=after, limit=limit)]

    def count_dead(self, wanted: DeadFilter) -> int:
        count: int = self._only("count_dead", **asdict(wanted))
        return count

    def requeue(self, wanted: DeadFilter, message_expires_at: float | None) -> int:
        """By a function that may do this alone: so an API needs no right to bring records into those states."""
        values = {**asdict(wanted), "now": self.now, "expires_at": message_expires_at}
        rows = self._all("requeue", **values)
        for row in rows:
            due = record_of(tuple(row))
            self.insert_event(transitions.dead_event(due, due, writer="api", now=self.now))
        return len(rows)

    # Events and attempts

    def insert_event(self, event: EventRow) -> None:
        self._events.append(event)

    def flush(self) -> str:
        """Write the events: the last statement before the commit. The id of the transaction, as PostgreSQL gives it."""
        rows = json.dumps([event_values(event) for event in self._events])
        self._events = []
        number: str = self._only("append_events", rows=rows)
        return number

    def events(self, after: int, limit: int) -> Sequence[EventRow]:
        return [event_of(tuple(row)) for row in self._all("events", after=after, limit=limit)]

    def removed(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        return {id: (location, name) for id, location, name in self._all("removed", ids=list(ids))}

    def insert_attempt(self, attempt: AttemptRow) -> int:
        ((number,),) = self._fetch("insert_attempt", {**_UNENDED, **attempt_values(attempt)}, rows=Gives.ONE)
        return int(number)

    def end_attempt(self, number: int, verb: Verb, outcome: Outcome) -> None:
        self._run("end_attempt", number=number, ended_at=self.now, **outcome_values(verb, outcome))

    def attempts(self, after: int, limit: int) -> Sequence[AttemptRow]:
        return [attempt_of(tuple(row)) for row in self._all("attempts", after=after, limit=limit)]

    # Messages

    def insert_message(self, share: str, generation: int, expires_at: float) -> None:
        self._one("insert_message", share=share, generation=generation, now=self.now, expires_at=expires_at)

    def take_messages(self, owner: str, visible_at: float, limit: int) -> Sequence[Message]:
        taken, position = list[Message](), self._positions.messages
        while len(taken) < limit:
            values = {"owner": owner, "visible_at": visible_at, "now": self.now, "since": position.since}
            rows = sorted(map(tuple, self._all("take_message", **values, limit=limit - len(taken))))
            if not rows:
                break
            position.move(max(row[-1] for row in rows) - _OVERLAP)
            taken += [
                Message(number=number, share=share, generation=generation)
                for _, number, share, generation, ending, _ in rows
                if ending is None
            ]
        return taken

    def hide_message(self, number: int, owner: str, visible_at: float) -> None:
        self._run("hide_message", number=number, owner=owner, visible_at=visible_at)

    def next_message_at(self) -> float | None:
        found: float | None = self._only("next_message_at", since=self._positions.messages.since)
        return found

    def end_messages(self, numbers: Sequence[int]) -> None:
        self._run("end_messages", numbers=list(numbers), now=self.now)

    def waiting_messages(self) -> Sequence[Message]:
        rows = map(tuple, self._all("waiting_messages", now=self.now))
        return [Message(number=number, share=share, generation=generation) for number, share, generation in rows]

    def message_counts(self) -> MessageCounts:
        return message_counts_of(self._one("count_messages"))

    # Idempotency keys

    def find_key(self, tenant: str, key: str) -> KeptAnswer | None:
        """From here to the transaction's end nobody else looks at this key, where it writes."""
        if self._writes:
            self._one("lock_key", tenant=tenant, key=key)
        row = self._one("find_key", tenant=tenant, key=key, now=self.now)
        return None if row is None else kept_answer_of(row)

    def keep_key(self, key: Idempotency, answer: StoredAnswer) -> None:
        expired = self._positions.keys
        forgotten = self._all("forget_keys", since=expired.since, now=self.now)
        expired.move(max((at for (at,) in forgotten), default=-inf))
        self._one("keep_key", **key_values(key, answer))

    # Holds

    def holds(self) -> Sequence[Hold]:
        return [hold_of(tuple(row)) for row in self._all("holds")]

    def put_hold(self, hold: Hold) -> None:
        self._one("put_hold", **hold_values(hold))

    def drop_hold(self, location: str) -> None:
        self._one("drop_hold", location=location)

    # Findings

    def report(
        self, location: str, found: Sequence[SweepFinding], kinds: frozenset[FindingKind]
    ) -> Sequence[SweepFinding]:
        rows = json.dumps([(row.kind, row.name, row.mark, row.detail) for row in found])
        self._one("drop_findings", location=location, kinds=sorted(kinds), findings=rows)
        return [
            finding_of(tuple(row)) for row in self._all("add_findings", location=location, findings=rows, now=self.now)
        ]

    def findings(self, after: int, limit: int) -> Sequence[FindingRow]:
        return [finding_row_of(tuple(row)) for row in self._all("findings", after=after, limit=limit)]

    def finding_counts(self) -> dict[str, int]:
        return dict(map(tuple, self._all("count_findings")))

    # Upkeep

    def bloat(self) -> Bloat | None:
        dead_rows = dict(map(tuple, self._all("dead_rows")))
        return Bloat(dead_rows=dead_rows, oldest_snapshot=self._only("oldest_snapshot"))

    def first(self, query: str, since: float) -> tuple[float, float]:
        """For `Position.keep`."""
        at: float | None = self._only(query, since=since, now=self.now)
        return inf if at is None else at, self.now

    # Notices

    @property
    def notices(self) -> SqlNotices:
        return SqlNotices(self._rows)

    # Queries

    def _rows(self, query: str, values: Mapping[str, object], /, *, lock: bool = False) -> Sequence[Sequence[Any]]:
        return [tuple(row) for row in self._fetch(query, values, _LOCKED if lock and self._writes else "")]

    def _record(self, query: str, lock: str = _LOCKED, **values: object) -> ShareRecord | None:
        records = self._records(query, lock, **values)
        return records[0] if records else None

    def _records(self, query: str, lock: str, **values: object) -> Sequence[ShareRecord]:
        return [record_of(tuple(row)) for row in self._fetch(query, values, lock if self._writes else "")]

    def _one(self, query: str, **values: object) -> Any:
        """The first row of a named query, or None."""
        rows = self._fetch(query, values)
        return tuple(rows[0]) if rows else None

    def _only(self, query: str, **values: object) -> Any:
        """The only value of a named query that always has one."""
        row = self._one(query, **values)
        assert row is not None, query
        return row[0]

    def _all(self, query: str, **values: object) -> Sequence[asyncpg.Record]:
        return self._fetch(query, values)

    def _run(self, query: str, **values: object) -> None:
        """Execute a named query of whose rows none is looked at."""
        self._fetch(query, values, rows=Gives.NONE)

    def _fetch(
        self, query: str, values: Mapping[str, object], more: str = "", *, rows: Gives = Gives.ANY
    ) -> Sequence[asyncpg.Record]:
        found = self._queries[query]
        return wait_for(Statement(found.text + more, found.values(values), rows))
