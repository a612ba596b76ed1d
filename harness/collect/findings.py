"""What the pipeline's sweeps found and may not mend by themselves, for the notes of a run."""

from collections import defaultdict
from collections.abc import Sequence

import httpx
from pydantic import BaseModel, ConfigDict

from harness.collect.pages import Page, read_pages
from harness.errors import WorldError
from harness.http_client import HttpClient

__all__ = ["read_findings"]

_NAMED = 3
"""Shares that a note names; of more it gives the number."""


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
        async for row in read_pages(http, "/v1/findings", Page[_Finding]):
            by_kind[row.location, row.kind].append(row)
    except (httpx.HTTPError, WorldError):
        return ()
    return [_note(location, kind, rows) for (location, kind), rows in by_kind.items()]


def _note(location: str, kind: str, rows: Sequence[_Finding]) -> str:
    names = ", ".join(row.name for row in rows[:_NAMED] if row.name)
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    about = f"{kind}, {names}{more}" if names else kind
    return f"the sweeper reports on {location}: {about}: {rows[0].detail}"
