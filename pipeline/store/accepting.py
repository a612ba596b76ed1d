"""The API's transactions: a create or a change is accepted with its message and its event, or not at all; at a
location that is drained, or beyond the tenant's quota, not at all."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline import transitions
from pipeline.holds import drained
from pipeline.quotas import Usage
from pipeline.record import Change, NewShare, ShareRecord
from pipeline.store.acceptances import Accepted, Drained, Exists, NotActive, NotFound, OverQuota
from pipeline.store.tables import Tables

__all__ = ["change", "create_all"]


def create_all(
    tables: Tables, shares: Sequence[NewShare], *, message_lifetime: float | None
) -> Sequence[Accepted | Exists | Drained | OverQuota]:
    """Make records in state pending, each with its message and its event.

    message_lifetime: seconds; None: no message, for a design in which nobody would take it.
    """
    holds = tables.holds()
    refused = [drained(holds, share.location, tables.now) for share in shares] if holds else [None] * len(shares)
    wanted = [share for share, hold in zip(shares, refused, strict=True) if hold is None]
    expires_at = None if message_lifetime is None else tables.now + message_lifetime
    made = iter(_made_all(tables, wanted, expires_at))
    return [next(made) if hold is None else Drained(hold=hold) for hold in refused]


def _made_all(
    tables: Tables, shares: Sequence[NewShare], expires_at: float | None
) -> Sequence[Accepted | Exists | OverQuota]:
    """Together, where all of them are certain to fit; else one after the other, since what is taken counts for none."""
    if not shares:
        return []
    limited = [share for share in shares if share.quota.is_limited]
    used = tables.usage(sorted({share.tenant for share in limited})) if limited else {}
    asked: defaultdict[str, Usage] = defaultdict(Usage)
    for share in limited:
        asked[share.tenant] += share.usage
    if not any(share.quota.excess(share.tenant, used[share.tenant], asked[share.tenant]) for share in limited):
        rows = tables.insert_created(shares, expires_at)
        return [_made(tables, share, row) for share, row in zip(shares, rows, strict=True)]
    has = dict(used)
    made: list[Accepted | Exists | OverQuota] = []
    for share in shares:
        excess = share.quota.excess(share.tenant, has.get(share.tenant, Usage()), share.usage)
        if excess is not None:
            standing = tables.find(share.location, share.name)
            made.append(OverQuota(excess=excess) if standing is None else Exists(record=standing))
            continue
        (row,) = tables.insert_created([share], expires_at)
        made.append(_made(tables, share, row))
        if row is not None and share.tenant in has:
            has[share.tenant] += share.usage
    return made


def _made(tables: Tables, share: NewShare, record: ShareRecord | None) -> Accepted | Exists:
    if record is not None:
        return Accepted(record=record)
    record = tables.find(share.location, share.name)
    assert record is not None, "a name that is taken has its record"
    return Exists(record=record)


def change(
    tables: Tables, location: str, name: str, change: Change, *, message_lifetime: float | None
) -> Accepted | NotFound | NotActive | Drained | OverQuota:
    """Ask for a resize or a delete of an active record. message_lifetime: as for creates."""
    record = tables.find(location, name)
    if record is None or change.tenant not in {None, record.tenant}:
        return NotFound()
    if (hold := drained(tables.holds(), location, tables.now)) is not None:
        return Drained(hold=hold)
    changed = transitions.change(record, change, tables.now)
    if changed is None:
        return NotActive(record=record)
    after, event = changed
    quota, more = change.quotas.of(record.tenant), after.bytes - record.bytes
    if quota.bytes is not None and more > 0:
        used = tables.usage([record.tenant])[record.tenant]
        if excess := quota.excess(record.tenant, used, Usage(bytes=more)):
            return OverQuota(excess=excess)
    assert tables.update(record, after), "nobody else writes within a transaction"
    if message_lifetime is not None:
        tables.insert_message(after.id, after.generation, tables.now + message_lifetime)
    tables.insert_event(event)
    return Accepted(record=after)
