"""What a service shows of itself through its list: all its shares, and whether it is at rest."""

from collections.abc import Sequence

import httpx

from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient
from harness.service.sheet.loading import ListingApi
from harness.service.sheet.terms import SheetState
from reports.history import Reading

__all__ = ["ListedShares"]


class ListedShares:
    """`read_records` and `at_rest` of a `Service` that has a sheet. locations: those of the run's clusters."""

    def __init__(self, api: ListingApi, http: HttpClient, clock: RunClock, locations: Sequence[str]) -> None:
        self._api = api
        self._http = http
        self._clock = clock
        self._locations = locations

    async def read_records(self, round: int) -> Reading:
        """See `Service.read_records`."""
        at = self._clock.now()
        try:
            shares = await self._api.read_shares(self._http, self._locations)
        except (httpx.HTTPError, WorldError):
            return Reading(number=0, at=at, side="api", round=round, ok=False)
        return Reading(number=0, at=at, side="api", round=round, shares=shares)

    async def at_rest(self) -> bool:
        """See `Service.at_rest`."""
        try:
            shares = await self._api.read_shares(self._http, self._locations)
        except (httpx.HTTPError, WorldError):
            return False
        return all(share.state == SheetState.ACTIVE for share in shares)
