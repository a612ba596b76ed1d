"""SheetApi: how a service is spoken to as its sheet says."""

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from connector.values import replace
from harness.http_client import HttpClient, HttpRequest
from harness.service.access import rule_of
from harness.service.answer import Answer
from harness.service.sheet.access import AccessIds, access_changes_of
from harness.service.sheet.answers import SheetAnswers
from harness.service.sheet.asking import Asking, places_of_share
from harness.service.sheet.change_log import ChangeLogReader
from harness.service.sheet.following import Following
from harness.service.sheet.lists import Lists
from harness.service.sheet.lookup import Lookup, needs_id
from harness.service.sheet.places import UNITS, size_in
from harness.service.sheet.pointers import find
from harness.service.sheet.request_tables import RequestTable, ResizeTable
from harness.service.sheet.shares import ShownShare, Unreadable
from harness.service.sheet.sizes import size_unit
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import SheetRequest
from reports.history import Op, OpKind, OpResult, SeenShare, StateChange

__all__ = ["SheetApi"]


class SheetApi:
    """A `ServiceApi`. It remembers what was promised, and which share an op was about: one for each run.

    environment: the variables that the sheet names.
    """

    def __init__(self, sheet: SheetTable, environment: Mapping[str, str]) -> None:
        self.sheet = sheet
        self.size_unit = size_unit(sheet)
        self._asking = Asking(sheet, environment)
        self._answers = SheetAnswers(sheet)
        self._lists = Lists(sheet, self._asking, self._answers)
        self._lookup = Lookup(sheet, self._asking, self._answers, self._lists)
        self._rules = AccessIds()
        self._following = Following(sheet, self._asking, self._answers)

    @property
    def access_changes(self) -> frozenset[OpKind]:
        """See `ChangesAccess`."""
        return access_changes_of(self.sheet)

    async def ask(self, op: Op, http: HttpClient) -> Answer:
        """See `ServiceApi.ask`."""
        match op.kind:
            case OpKind.GET:
                answer = await self._get(op, http)
            case OpKind.LIST:
                answer = await self._list(op, http)
            case OpKind.CREATE:
                answer = await self._change(SheetRequest.CREATE, self.sheet.create, op, http)
            case OpKind.DELETE:
                answer = await self._change(SheetRequest.DELETE, self.sheet.delete, op, http)
            case OpKind.RESIZE:
                answer = await self._resize(op, http)
            case OpKind.ALLOW:
                answer = await self._allow(op, http)
            case OpKind.DENY:
                answer = await self._deny(op, http)
            case OpKind.SNAPSHOT_CREATE | OpKind.SNAPSHOT_DELETE | OpKind.VERIFY:
                answer = _not_offered(op.kind.value)
            case _:
                assert_never(op.kind)
        message = self._asking.without_secrets(answer.message)
        return answer if message == answer.message else replace(answer, message=message)

    async def read_shares(self, http: HttpClient, locations: Iterable[str]) -> tuple[SeenShare, ...]:
        """All shares. Raises `WorldError` where they cannot be read, `httpx.RequestError` where no answer comes."""
        return await self._lists.read_all(http, tuple(locations))

    async def read_changes(
        self, http: HttpClient, locations: Iterable[str], of_unix: Callable[[float], float]
    ) -> tuple[StateChange, ...] | None:
        """The service's own log, in the run's seconds; None where the sheet names none. Raises as `read_shares`."""
        table = self.sheet.change_log
        if table is None:
            return None
        return await ChangeLogReader(self.sheet, table, self._asking).read(http, tuple(locations), of_unix)

    async def _allow(self, op: Op, http: HttpClient) -> Answer:
        table = self.sheet.allow
        if table is None:
            return _not_offered(SheetRequest.ALLOW)
        places = await self._places(table, op, http)
        if isinstance(places, Answer):
            return places
        rule = rule_of(op)
        places |= {"client": rule.client, "access": rule.access.value}
        response = await http.send(self._asking.spell(SheetRequest.ALLOW, table, places, key=op.key))
        accepted = self._answers.accepted(SheetRequest.ALLOW, response)
        if not isinstance(accepted, Answer) and table.access_id is not None:
            self._rules.remember(op, rule.client, find(accepted.read, table.access_id))
        return self._answers.of_change(SheetRequest.ALLOW, table, response)

    async def _deny(self, op: Op, http: HttpClient) -> Answer:
        table = self.sheet.deny
        if table is None:
            return _not_offered(SheetRequest.DENY)
        places = await self._places(table, op, http)
        if isinstance(places, Answer):
            return places
        client = rule_of(op).client
        places |= {"client": client, "access": "", "access_id": self._rules.of(op, client)}
        response = await http.send(self._asking.spell(SheetRequest.DENY, table, places, key=op.key))
        return self._answers.of_change(SheetRequest.DENY, table, response)

    async def _places(self, table: RequestTable, op: Op, http: HttpClient) -> dict[str, object] | Answer:
        places = places_of_share(op.location, op.name)
        if needs_id(table):
            found = await self._lookup.find_once(op, http)
            if isinstance(found, Answer):
                return found
            places["id"] = found.id
        return places

    async def _get(self, op: Op, http: HttpClient) -> Answer:
        progress = await self._following.progress(op, http)
        if isinstance(progress, Answer):
            return progress
        answer = await self._read(op, http)
        return answer if progress is None else replace(answer, reason=answer.reason or progress)

    async def _read(self, op: Op, http: HttpClient) -> Answer:
        table, places = self.sheet.get, places_of_share(op.location, op.name)
        if needs_id(table):
            found = await self._lookup.find(op, http)
            if isinstance(found, Answer):
                return found
            places["id"] = found.id
        response = await http.send(self._asking.spell(SheetRequest.GET, table, places))
        shown = self._answers.of_share(SheetRequest.GET, table, op, response)
        if isinstance(shown, Answer):
            return shown
        state = None if shown.state is None else str(shown.state)
        return Answer(result=OpResult.OK, status=response.status, share=shown.id, state=state, reason=shown.reason)

    async def _list(self, op: Op, http: HttpClient) -> Answer:
        response = await http.send(self._lists.first(op.location))
        accepted = self._answers.accepted(SheetRequest.LIST, response)
        if isinstance(accepted, Answer):
            return accepted
        try:
            self._answers.shares.read_items(accepted.document, self.sheet.list.items, self.sheet.list.share)
        except Unreadable as error:
            return self._answers.unreadable(response, error)
        return Answer(result=OpResult.OK, status=response.status)

    async def _resize(self, op: Op, http: HttpClient) -> Answer:
        table = self.sheet.resize
        if table is None:
            return _not_offered(SheetRequest.RESIZE)
        return await self._change(SheetRequest.RESIZE, table, op, http)

    async def _change(self, asked: SheetRequest, table: RequestTable, op: Op, http: HttpClient) -> Answer:
        places = places_of_share(op.location, op.name, size=op.size)
        if asked is not SheetRequest.CREATE and needs_id(table):
            found = await self._lookup.find_once(op, http)
            if isinstance(found, Answer):
                return found
            places["id"] = found.id
            table = _by_size(self.sheet, table, found, op.size)
        return await self._send(asked, table, op, self._asking.spell(asked, table, places, key=op.key), http)

    async def _send(
        self, asked: SheetRequest, table: RequestTable, op: Op, request: HttpRequest, http: HttpClient
    ) -> Answer:
        response = await http.send(request)
        promised = self._following.promised(asked, op, response)
        return self._answers.of_change(asked, table, response) if promised is None else promised


def _not_offered(asked: str) -> Answer:
    return Answer(result=OpResult.FAIL, status=405, cause="not-offered", message=f"the sheet has no {asked}")


def _by_size(sheet: SheetTable, table: RequestTable, found: ShownShare, size: int | None) -> RequestTable:
    """The request for a smaller size, where that is another one: smaller in the service's own units."""
    if not isinstance(table, ResizeTable) or table.smaller is None or found.size is None or size is None:
        return table
    unit = UNITS[sheet.share.unit]
    return table.smaller if size_in(size, unit) * unit < found.size else table
