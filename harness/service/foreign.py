"""A service of which only its API is seen, spoken to by its sheet."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from connector.errors import TomlProblems
from harness.collect.clock import RunClock
from harness.errors import NoSheet
from harness.http_client import HttpClient
from harness.service.access import ACCESS_CHANGES
from harness.service.parts import RunningPart
from harness.service.service import ServiceApi
from harness.service.sheet.access import access_changes_of
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import OpenSheet, open_sheet, read_sheet, sheet_file
from harness.service.sheet.readings import ListedShares
from reports.history import OpKind, Reading, StateChange

__all__ = ["ForeignService", "OpenSheet", "complaint", "has_change_log", "offered_by_sheet", "open_sheet"]


def complaint(sheet: str, beside: Path) -> str | None:
    """Why the file of a sheet cannot be used; None where it can. An adapter is code, and not run for that."""
    try:
        if (path := sheet_file(sheet, beside=beside)) is not None:
            read_sheet(path)
    except (NoSheet, TomlProblems) as error:
        return str(error)
    return None


def offered_by_sheet(sheet: str, beside: Path) -> frozenset[OpKind]:
    """The access changes that a sheet can ask for; of an adapter, all. Raises `NoSheet`, `TomlProblems`."""
    path = sheet_file(sheet, beside=beside)
    return ACCESS_CHANGES if path is None else access_changes_of(read_sheet(path))


def has_change_log(sheet: str, beside: Path) -> bool:
    """Whether the instants of its changes are known, see `ForeignService.read_change_log`. Raises as above."""
    path = sheet_file(sheet, beside=beside)
    return path is not None and read_sheet(path).change_log is not None


class ForeignService:
    """A `Service` that is allowed what its sheet says. http: to its API. locations: those of the run's clusters."""

    def __init__(
        self,
        sheet: OpenSheet,
        url: str,
        parts: Mapping[str, RunningPart],
        *,
        http: HttpClient,
        clock: RunClock,
        locations: Sequence[str],
    ) -> None:
        self.api: ServiceApi = sheet.api
        self.url = url
        self.allowances = sheet.allowances
        self.parts = parts
        self._shares = ListedShares(sheet.api, http, clock, locations)
        self._http = http
        self._clock = clock
        self._locations = locations

    async def at_rest(self) -> bool:
        return await self._shares.at_rest()

    async def read_records(self, round: int) -> Reading:
        return await self._shares.read_records(round)

    async def read_change_log(self) -> Sequence[StateChange] | None:
        """See `StoredChangeLog`. An adapter has none."""
        if not isinstance(self.api, SheetApi):
            return None
        return await self.api.read_changes(self._http, self._locations, self._clock.of_unix)
