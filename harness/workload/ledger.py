"""What the load knows of its own shares, from the answers alone: whom a later arrival may concern."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from connector.values import fast_frozen, replace
from harness.scenario.scenario import WorkloadKind
from harness.workload.arrivals import Arrival
from reports.history import Op, OpKind

__all__ = ["Ledger", "LedgerEntry", "ShareStatus"]

_ACCEPTED = 202
"""The answer to what will be done; any other success says that it has been."""

_RECENT = 16
"""A client repeats what it has just asked, not what it asked a minute ago: as soon what was refused as what was not."""


class ShareStatus(StrEnum):
    """asked: no clear answer to the create yet. pending: accepted. active: seen so. busy: an operation of the load is
    under way. gone: refused, removed, or given up."""

    ASKED = "asked"
    PENDING = "pending"
    ACTIVE = "active"
    BUSY = "busy"
    GONE = "gone"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A share as its creator knows it. op: the number of the create; key and size as given with it.

    busy_with: the number of the operation that is under way, of a share that is busy. allowed: a client was
    given access to it, and nobody has asked to take that away. kept: the same of its snapshot. tenant: whose it is.
    """

    location: str
    name: str
    op: int
    key: str
    size: int
    status: ShareStatus = ShareStatus.ASKED
    busy_with: int = 0
    allowed: bool = False
    kept: bool = False
    tenant: str | None = None
    priority: int | None = None


_CONCERNS: dict[WorkloadKind, Callable[[LedgerEntry], bool]] = {
    WorkloadKind.RECREATE: lambda entry: entry.status is ShareStatus.GONE,
    WorkloadKind.DELETE: lambda entry: entry.status is ShareStatus.ACTIVE,
    WorkloadKind.RESIZE: lambda entry: entry.status is ShareStatus.ACTIVE,
    WorkloadKind.PREMATURE: lambda entry: entry.status is not ShareStatus.ACTIVE,
    WorkloadKind.ALLOW: lambda entry: entry.status is ShareStatus.ACTIVE,
    WorkloadKind.DENY: lambda entry: entry.status is ShareStatus.ACTIVE and entry.allowed,
    WorkloadKind.SNAPSHOT_CREATE: lambda entry: entry.status is ShareStatus.ACTIVE and not entry.kept,
    WorkloadKind.SNAPSHOT_DELETE: lambda entry: entry.status is ShareStatus.ACTIVE and entry.kept,
    WorkloadKind.VERIFY: lambda entry: entry.status is ShareStatus.ACTIVE,
    WorkloadKind.CANCEL: lambda entry: entry.status is ShareStatus.PENDING,
    WorkloadKind.DUPLICATE: lambda entry: True,
    WorkloadKind.REUSE: lambda entry: True,
    WorkloadKind.COMPETE: lambda entry: entry.status is not ShareStatus.GONE,
}


class Ledger:
    """The shares of one load, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], LedgerEntry] = {}
        self._followed: set[tuple[str, str]] = set()
        self._refused: deque[LedgerEntry] = deque(maxlen=_RECENT // 2)

    def add(self, entry: LedgerEntry) -> None:
        """The latest; it takes the place of one of that name that is gone."""
        self._entries.pop((entry.location, entry.name), None)
        self._entries[entry.location, entry.name] = entry

    def get(self, location: str, name: str) -> LedgerEntry:
        return self._entries[location, name]

    def mark(self, location: str, name: str, status: ShareStatus) -> None:
        """Note what is now known of a share."""
        self._entries[location, name] = replace(self._entries[location, name], status=status)

    def announce(self, arrival: Arrival, op: Op) -> None:
        """Let later arrivals know of an op before its answer comes: they may repeat or contest it at once."""
        match arrival.kind:
            case WorkloadKind.CREATE | WorkloadKind.RECREATE:
                assert op.size is not None, "a create names a size"
                entry = LedgerEntry(
                    location=op.location,
                    name=op.name,
                    op=op.number,
                    key=arrival.key,
                    size=op.size,
                    tenant=op.tenant,
                    priority=op.priority,
                )
                self.add(entry)
            case WorkloadKind.DELETE | WorkloadKind.RESIZE | WorkloadKind.CANCEL:
                entry = self.get(op.location, op.name)
                self._entries[op.location, op.name] = replace(entry, status=ShareStatus.BUSY, busy_with=op.number)
            case WorkloadKind.DENY:
                self._entries[op.location, op.name] = replace(self.get(op.location, op.name), allowed=False)
            case WorkloadKind.SNAPSHOT_DELETE:
                self._entries[op.location, op.name] = replace(self.get(op.location, op.name), kept=False)
            case (
                WorkloadKind.LIST
                | WorkloadKind.SNAPSHOT_CREATE
                | WorkloadKind.VERIFY
                | WorkloadKind.ALLOW
                | WorkloadKind.DUPLICATE
                | WorkloadKind.COMPETE
                | WorkloadKind.REUSE
                | WorkloadKind.PREMATURE
            ):
                pass

    def granted(self, op: Op) -> bool:
        """Note that an operation was accepted, or done at once; whether its end is still to be looked for."""
        if op.status != _ACCEPTED:
            self.mark(op.location, op.name, ShareStatus.GONE if op.kind is OpKind.DELETE else ShareStatus.ACTIVE)
            return False
        # A poll may have told more by now.
        if op.kind is OpKind.CREATE and self.get(op.location, op.name).status in {ShareStatus.ASKED, ShareStatus.GONE}:
            self.mark(op.location, op.name, ShareStatus.PENDING)
        return True

    def given(self, op: Op) -> None:
        """Note that a client was given access, or that a snapshot was made."""
        entry = self.get(op.location, op.name)
        allowed, kept = op.kind is OpKind.ALLOW, op.kind is OpKind.SNAPSHOT_CREATE
        self._entries[op.location, op.name] = replace(entry, allowed=entry.allowed or allowed, kept=entry.kept or kept)

    def busy(self, op: Op) -> None:
        """Note that the share is busy with an operation that was accepted."""
        entry = self.get(op.location, op.name)
        self._entries[op.location, op.name] = replace(entry, status=ShareStatus.BUSY, busy_with=op.number)

    def refused(self, op: Op) -> None:
        """A refused create made nothing of its own; a refused operation leaves the share as it was."""
        entry = self.get(op.location, op.name)
        if op.kind is OpKind.CREATE:
            if not op.body_differs and op.key is not None and op.size is not None:
                self._refused.append(replace(entry, op=op.number, key=op.key, size=op.size))
            if entry.op == op.number and entry.status is ShareStatus.ASKED:
                self.mark(op.location, op.name, ShareStatus.GONE)
        elif entry.status is ShareStatus.BUSY and entry.busy_with == op.number:
            self.mark(op.location, op.name, ShareStatus.GONE if op.status == 404 else ShareStatus.ACTIVE)

    def choose(self, kind: WorkloadKind, pick: float, *, status: float = 0.5) -> LedgerEntry | None:
        """A share for an arrival of this kind, by `pick` in (0, 1); None where no share qualifies now.

        status: in (0, 1), which of all statuses a premature operation meets: those that pass soon would else be met
        the less the more shares there are.
        """
        qualified = [entry for entry in self._entries.values() if _CONCERNS[kind](entry)]
        if kind is WorkloadKind.PREMATURE:
            there = [each for each in ShareStatus if any(entry.status is each for entry in qualified)]
            chosen = there[int(status * len(there))] if there else None
            qualified = [entry for entry in qualified if entry.status is chosen]
        if kind not in {WorkloadKind.DELETE, WorkloadKind.RESIZE}:
            qualified = qualified[-_RECENT:]
        if kind is WorkloadKind.DUPLICATE and self._refused:
            qualified = [*qualified[-_RECENT // 2 :], *self._refused]
        return qualified[int(pick * len(qualified))] if qualified else None

    def follow(self, location: str, name: str) -> bool:
        """Become the one who polls this share; False where somebody does already."""
        if (location, name) in self._followed:
            return False
        self._followed.add((location, name))
        return True

    def unfollow(self, location: str, name: str) -> None:
        """Stop being the one who polls this share."""
        self._followed.discard((location, name))
