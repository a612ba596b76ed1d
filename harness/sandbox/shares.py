"""The shares of a sandbox as a table: the state of each by the service's own log, and what was tried for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from connector.values import replace
from reports.history import Attempt, Reading, StateChange

__all__ = ["AT_REST", "SandboxShares", "ShareRow"]

AT_REST = frozenset({"active", "removed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """One record, live or the last of its name. since: when it came to this state. tries: commands that changed
    something or could have. reason: why it is failing. size: bytes, where that is known."""

    location: str
    name: str
    share: str
    state: str
    made: float
    since: float
    tries: int = 0
    reason: str = ""
    size: int | None = None
    last: Attempt | None = None

    @property
    def at_rest(self) -> bool:
        return self.state in AT_REST


def _order(row: ShareRow) -> tuple[bool, float]:
    return row.at_rest, -row.made


class SandboxShares:
    """Grows with what happened; a later record of a name takes the place of an earlier one."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], ShareRow] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self.moves = 0
        """How many changes of state it was told of."""

    def rows(self) -> Sequence[ShareRow]:
        """What is under way first, then the newest."""
        return sorted(self._rows.values(), key=_order)

    def first(self, count: int) -> Sequence[ShareRow]:
        """So many of them, in the same order."""
        return nsmallest(count, self._rows.values(), key=_order)

    def get(self, location: str, name: str) -> ShareRow | None:
        return self._rows.get((location, name))

    def counts(self) -> Mapping[str, int]:
        """By state."""
        found: dict[str, int] = {}
        for row in self._rows.values():
            found[row.state] = found.get(row.state, 0) + 1
        return found

    def moved(self, change: StateChange) -> None:
        """A record has changed its state."""
        self.moves += 1
        key = (change.location, change.name)
        known = self._rows.get(key)
        state = change.after or "removed"
        if known is None or known.share != change.share:
            if known is not None and change.before is not None and known.made > change.at:
                return
            known = ShareRow(
                location=change.location,
                name=change.name,
                share=change.share,
                state=state,
                made=change.at,
                since=change.at,
            )
        self._names[change.share] = key
        self._rows[key] = replace(known, state=state, since=change.at, reason=change.reason or "")

    def tried(self, attempts: Iterable[Attempt]) -> None:
        """Commands, all or the newer ones, in order: one that is under way may come again when it has ended."""
        for attempt in attempts:
            key = self._names.get(attempt.share or "")
            row = None if key is None else self._rows.get(key)
            if key is None or row is None or row.share != attempt.share:
                continue
            last = 0 if row.last is None else row.last.number
            if attempt.number >= last:
                self._rows[key] = replace(row, last=attempt, tries=row.tries + (attempt.number > last))

    def read(self, reading: Reading) -> None:
        """All records, of a service that keeps no log of changes."""
        seen = {(share.location, share.name): share for share in reading.shares}
        for key, share in seen.items():
            known = self._rows.get(key)
            state = share.state or "active"
            if known is None or known.share != (share.share or ""):
                known = ShareRow(
                    location=share.location,
                    name=share.name,
                    share=share.share or "",
                    state=state,
                    made=reading.at,
                    since=reading.at,
                )
            since = known.since if known.state == state else reading.at
            self._rows[key] = replace(known, state=state, since=since, size=share.size)
        for key, row in self._rows.items():
            if key not in seen and row.state != "removed":
                self._rows[key] = replace(row, state="removed", since=reading.at)

    def sized(self, reading: Reading) -> None:
        """Take the sizes alone from a reading."""
        for share in reading.shares:
            row = self._rows.get((share.location, share.name))
            if row is not None and row.size != share.size:
                self._rows[share.location, share.name] = replace(row, size=share.size)
