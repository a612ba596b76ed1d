"""What one side shows at one instant: the API's records, a cluster's shares."""

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from connector.operations import ShareView
from harness.collect.clock import RunClock
from harness.collect.pages import Page, get_json, read_pages
from harness.errors import WorldError
from harness.http_client import HttpClient
from reports.history import Reading, SeenShare

__all__ = ["read_counts", "read_records", "seen_on_cluster"]


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
        rows = read_pages(http, "/v1/shares", Page[_Share], cursor="cursor")
        shares = tuple([_seen(row) async for row in rows])
    except (httpx.HTTPError, WorldError):
        return Reading(number=0, at=at, side="api", round=round, ok=False)
    return Reading(number=0, at=at, side="api", round=round, shares=shares)


async def read_counts(http: HttpClient) -> dict[str, int] | None:
    """Records by state, and `queued` messages; None where the API does not answer."""
    try:
        counts = _COUNTS.validate_python((await get_json(http, "/readyz")).get("counts", {}))
    except (httpx.HTTPError, WorldError, ValidationError):  # a service of somebody else may count in other ways
        return None
    return counts


def seen_on_cluster(cluster: str, view: ShareView) -> SeenShare:
    """A share as a cluster shows it."""
    return SeenShare(location=cluster, name=view.name, size=view.size, complete=view.complete, mark=view.mark)


def _seen(row: _Share) -> SeenShare:
    return SeenShare(location=row.location, name=row.name, share=row.id, state=row.state, size=row.size)
