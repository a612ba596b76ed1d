"""What the reference API shows at one instant: its records, how many of them are in which state, its findings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient
from harness.service._reference.pages import get_json, read_pages
from pipeline.record import ShareRecord
from reports.history import Reading, SeenShare

__all__ = ["read_counts", "read_findings", "read_records", "seen_of"]

_NAMED = 3
"""Shares that a note names; of more it gives the number."""
_COUNTS: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])


class _Share(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    location: str
    name: str
    size: int
    state: str


async def read_records(http: HttpClient, clock: RunClock, round: int) -> Reading:
    """All records, or a reading that says that there was none. Its number comes when the history is put together."""
    at = clock.now()
    try:
        rows = read_pages(http, "/v1/shares", _Share, cursor="cursor")
        shares = tuple([_seen(row) async for row in rows])
    except (httpx.HTTPError, WorldError):
        return Reading(number=0, at=at, side="api", round=round, ok=False)
    return Reading(number=0, at=at, side="api", round=round, shares=shares)


def seen_of(records: Iterable[ShareRecord]) -> tuple[SeenShare, ...]:
    """What a reading shows of a store that is at hand."""
    return tuple([_seen(record) for record in records])


async def read_counts(http: HttpClient) -> dict[str, int] | None:
    """Records by state, and `queued` messages; None where the API does not answer."""
    try:
        counts = _COUNTS.validate_python((await get_json(http, "/readyz")).get("counts", {}))
    except (httpx.HTTPError, WorldError, ValidationError):  # a service of somebody else may count in other ways
        return None
    return counts


def _seen(row: _Share | ShareRecord) -> SeenShare:
    return SeenShare(location=row.location, name=row.name, share=row.id, state=str(row.state), size=row.size)


class _Finding(BaseModel):
    model_config = ConfigDict(extra="ignore")

    number: int
    location: str
    kind: str
    name: str
    detail: str


async def read_findings(http: HttpClient) -> Sequence[str]:
    """A note per cluster and kind; none from a service that knows no findings, or does not answer."""
    by_kind: defaultdict[tuple[str, str], list[_Finding]] = defaultdict(list)
    try:
        async for row in read_pages(http, "/v1/findings", _Finding):
            by_kind[row.location, row.kind].append(row)
    except (httpx.HTTPError, WorldError):
        return ()
    return [_note(location, kind, rows) for (location, kind), rows in by_kind.items()]


def _note(location: str, kind: str, rows: Sequence[_Finding]) -> str:
    names = ", ".join(row.name for row in rows[:_NAMED] if row.name)
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    about = f"{kind}, {names}{more}" if names else kind
    return f"the sweeper reports on {location}: {about}: {rows[0].detail}"
