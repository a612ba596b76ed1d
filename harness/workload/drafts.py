"""From an arrival to the op that it asks, given what the load knows at that moment."""

from connector.values import replace
from harness.scenario.scenario import WorkloadKind
from harness.workload.arrivals import Arrival
from harness.workload.ledger import Ledger, LedgerEntry
from reports.history import Op, OpKind, Purpose

__all__ = ["draft_op", "draft_poll"]

_PLAIN = {
    WorkloadKind.DELETE: OpKind.DELETE,
    WorkloadKind.CANCEL: OpKind.DELETE,
    WorkloadKind.ALLOW: OpKind.ALLOW,
    WorkloadKind.DENY: OpKind.DENY,
    WorkloadKind.SNAPSHOT_CREATE: OpKind.SNAPSHOT_CREATE,
    WorkloadKind.SNAPSHOT_DELETE: OpKind.SNAPSHOT_DELETE,
    WorkloadKind.VERIFY: OpKind.VERIFY,
}
"""Arrivals that ask for the same of whatever share they concern."""

_EARLY = 0.25
"""The part of the access changes that concerns a share that is not active."""


def draft_op(arrival: Arrival, ledger: Ledger, *, unit: int = 1) -> Op | None:
    """The op of an arrival; its number and `invoked_at` come when it is invoked. None: there is no share for it.

    unit: bytes, of which every size is a multiple.
    """
    arrival = replace(arrival, size=_whole(arrival.size, unit)) if unit > 1 else arrival
    match arrival.kind:
        case WorkloadKind.CREATE:
            return _op(arrival, OpKind.CREATE, arrival, size=arrival.size)
        case WorkloadKind.LIST:
            return _op(arrival, OpKind.LIST, None)
        case kind:
            entry = ledger.choose(kind, arrival.pick, status=arrival.status)
            if kind is WorkloadKind.ALLOW and arrival.operation < _EARLY:
                entry = ledger.choose(WorkloadKind.PREMATURE, arrival.pick, status=arrival.status) or entry
            return None if entry is None else _concerning(arrival, entry, unit)


def draft_poll(op: Op, due: float) -> Op:
    """The question what became of the share that `op` concerns."""
    return Op(
        number=0,
        client=op.client,
        kind=OpKind.GET,
        purpose=Purpose.POLL,
        location=op.location,
        name=op.name,
        phase=op.phase,
        intended_at=due,
        invoked_at=due,
        tenant=op.tenant,
    )


def _concerning(arrival: Arrival, entry: LedgerEntry, unit: int) -> Op:
    asked = _PLAIN.get(arrival.kind)
    if asked is not None:
        return _op(arrival, asked, entry)
    match arrival.kind:
        case WorkloadKind.RECREATE:
            return _op(arrival, OpKind.CREATE, entry, size=arrival.size)
        case WorkloadKind.RESIZE:
            return _op(arrival, OpKind.RESIZE, entry, size=_resized(arrival, entry, unit))
        case WorkloadKind.PREMATURE if arrival.operation < 0.5:
            return _op(arrival, OpKind.DELETE, entry)
        case WorkloadKind.PREMATURE:
            return _op(arrival, OpKind.RESIZE, entry, size=_resized(arrival, entry, unit))
        case WorkloadKind.DUPLICATE:
            return _op(arrival, OpKind.CREATE, entry, size=entry.size, repeats=entry, key=entry.key)
        case WorkloadKind.REUSE:
            return _op(arrival, OpKind.CREATE, entry, size=entry.size + unit, repeats=entry, key=entry.key)
        case WorkloadKind.COMPETE:
            return _op(arrival, OpKind.CREATE, entry, size=entry.size, repeats=entry)
        case _:
            raise AssertionError(f"{arrival.kind} concerns no earlier share")


def _op(
    arrival: Arrival,
    kind: OpKind,
    concerns: Arrival | LedgerEntry | None,
    *,
    size: int | None = None,
    repeats: LedgerEntry | None = None,
    key: str | None = None,
) -> Op:
    return Op(
        number=0,
        client=f"client-{arrival.number}",
        kind=kind,
        purpose=Purpose.LOAD if repeats is None else Purpose.DUPLICATE,
        location=arrival.location if concerns is None else concerns.location,
        name="" if concerns is None else concerns.name,
        key=None if kind is OpKind.LIST else key or arrival.key,
        duplicate_of=None if repeats is None else repeats.op,
        body_differs=arrival.kind is WorkloadKind.REUSE,
        size=size,
        phase=arrival.phase,
        intended_at=arrival.at,
        invoked_at=arrival.at,
        tenant=(concerns or arrival).tenant,
        priority=(repeats or arrival).priority if kind is OpKind.CREATE else None,
    )


def _resized(arrival: Arrival, entry: LedgerEntry, unit: int) -> int:
    """A size that two resizes of one share seldom have in common: one to the size that it has asks for nothing.

    A share of one unit can only grow.
    """
    step = 1 + arrival.number % 8
    if arrival.shrink < 0.5 and entry.size > unit:
        return min(_whole(entry.size - entry.size * step // 10, unit), entry.size - unit)
    return entry.size + arrival.size * step


def _whole(size: int, unit: int) -> int:
    """Rounded up to a multiple of the unit."""
    return -(-size // unit) * unit
