"""Whether a service's change log fits what clients and final reads saw: one that does not proves nothing."""

from collections.abc import Mapping, Sequence, Set

from reports.history import Op, OpKind, OpResult, Reading, StateChange

__all__ = ["misfit"]


def misfit(
    changes: Sequence[StateChange], ops: Sequence[Op], readings: Sequence[Reading], *, now: float, skew: float
) -> str | None:
    """Why it proves nothing; None where it fits. skew: seconds by which its clock may be off."""
    promised = {op.share: op for op in ops if op.kind is OpKind.CREATE and op.result is OpResult.OK and op.share}
    latest = {row.share: row for row in changes}
    if promised and not promised.keys() & latest.keys():
        return "it tells of none of the shares that were promised: is `id` in [change_log] right?"
    before = {share.share for row in readings if row.side == "api" and row.round == 0 for share in row.shares}
    gap = _unlike_the_reads(latest, ops, before) or _unlike_the_reading(latest, readings, before)
    return _wrong_clock(changes, ops, now, skew) or gap


def _wrong_clock(changes: Sequence[StateChange], ops: Sequence[Op], now: float, skew: float) -> str | None:
    if any(row.at > now + skew for row in changes):
        return "its clock is ahead of this machine's: a row lies in the future"
    asked: dict[tuple[str, str], float] = {}
    for op in ops:
        if op.kind is OpKind.CREATE:
            asked.setdefault((op.location, op.name), op.invoked_at)
    made = [row for row in changes if row.before is None and (row.location, row.name) in asked]
    if made and all(row.at < asked[row.location, row.name] - skew for row in made):
        return "its clock is behind this machine's: every share is made before it was asked for"
    return None


def _unlike_the_reads(latest: Mapping[str, StateChange], ops: Sequence[Op], before: Set[str | None]) -> str | None:
    for op in ops:
        if op.kind is OpKind.GET and op.result is OpResult.OK and op.share and op.share not in before | latest.keys():
            return f"it says nothing of {op.location}/{op.name}, which a client read"
    return None


def _unlike_the_reading(
    latest: Mapping[str, StateChange], readings: Sequence[Reading], before: Set[str | None]
) -> str | None:
    """The API, read at rest just before the log, shows the state that the last row about a share leads to."""
    shown = [row for row in readings if row.side == "api" and row.ok]
    if not shown or shown[-1].round == 0:
        return None
    present = {share.share: share for share in shown[-1].shares if share.share}
    for share in present.values():
        row = latest.get(share.share or "")
        if row is None and share.share not in before:
            return f"it says nothing of {share.location}/{share.name}, which the API shows"
        if row is not None and row.after != share.state:
            came = row.after or "gone"
            return f"its last row about {share.location}/{share.name} leads to {came}; the API shows {share.state}"
    if latest.keys() - present.keys() and all(row.after is not None for row in latest.values()):
        return "no row of it removes a share, and some are gone: which word of `after` says so?"
    return None
