"""ReferenceService: the reference pipeline as a service under test, with all powers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient
from harness.scenario.nemesis_kinds import HoldAction
from harness.scenario.roles import Role
from harness.service._reference.holds import lift_hold, put_hold
from harness.service._reference.logs import AttemptLog
from harness.service._reference.notices import NoticeLog
from harness.service._reference.operating import ReferenceOperator
from harness.service._reference.readings import read_counts, read_findings
from harness.service._reference.rows import CallStore, HttpRows, RowSource, StoreRows
from harness.service.parts import RunningPart
from harness.service.reference_api import ReferenceApi
from reports.allowances import STRICT, Allowances
from reports.history import Attempt, Hop, Notice, Reading, StateChange

__all__ = ["OnTheWay", "ReferenceService", "as_it_is", "url_of"]

_CANCELS = (("pending", "deleting"),)
_UNRESTED = ("pending", "updating", "failing", "deleting", "queued")


class ReferenceService:
    """A `Service` with all powers. http: straight to its API, past the gateway. commander: who sends commands.
    notices: what came to the world's receivers; None: nobody is notified. cancels: a create may be ended by a delete.
    call: how a world reads its store, in place of over HTTP.
    """

    def __init__(
        self,
        parts: Mapping[str, RunningPart],
        http: HttpClient,
        clock: RunClock,
        *,
        commander: Hop,
        cancels: bool = False,
        notices: NoticeLog | None = None,
        call: CallStore | None = None,
    ) -> None:
        self.api = ReferenceApi()
        self.allowances = Allowances(moves=_CANCELS) if cancels else STRICT
        self.parts = parts
        self.can_hold = commander is Hop.PROCESSOR
        self.operator = ReferenceOperator(http, clock)
        self._http = http
        self._clock = clock
        self._notices = notices
        self._rows: RowSource = (
            HttpRows(http, clock, hop=commander) if call is None else StoreRows(call, clock, hop=commander)
        )
        self._commands = AttemptLog(self._rows.commands)

    @property
    def url(self) -> str:
        return url_of(self.parts[Role.GATEWAY])

    async def at_rest(self) -> bool:
        counts = await read_counts(self._http)
        if counts is None or any(counts.get(state, 0) for state in _UNRESTED):
            return False
        return self._notices is None or await self._notices.at_rest()

    async def read_records(self, round: int) -> Reading:
        return await self._rows.records(round)

    async def read_changes(self, *, after: int = 0) -> Sequence[StateChange]:
        return await self._rows.changes(after or None)

    async def read_commands(self) -> Sequence[Attempt]:
        return await self._commands.read()

    @property
    def webhook_secrets(self) -> Mapping[str, str]:
        return {} if self._notices is None else self._notices.secrets

    @property
    def receivers(self) -> Sequence[str]:
        return () if self._notices is None else self._notices.receivers

    def read_notices(self) -> Sequence[Notice] | None:
        return None if self._notices is None else self._notices.read(self._clock)

    async def read_gauges(self) -> Mapping[str, float]:
        counts = await read_counts(self._http) or {}
        rows = ((name, value) for name, value in counts.items() if value or name != "lost")
        return {"queue" if name == "queued" else name: float(value) for name, value in rows}

    async def hold(self, location: str, action: HoldAction) -> bool:
        return await put_hold(self._http, location, action)

    async def lift(self, location: str) -> bool:
        return await lift_hold(self._http, location)

    async def read_findings(self) -> Sequence[str]:
        return await read_findings(self._http)


OnTheWay = Callable[[str], Awaitable[str]]
"""From the URL at which a server listens to the one at which its clients shall find it."""


async def as_it_is(url: str) -> str:
    """There is nothing on the way."""
    return url


def url_of(part: RunningPart) -> str:
    """Where a part listens. Raises `WorldError` where it does not say."""
    if part.url is None:
        raise WorldError(f"the {part.part} is ready, and does not say where")
    return part.url
