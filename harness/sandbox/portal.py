"""What a user of the portal asks by hand, and what the service answered, as it answered."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from connector.operations import AccessRule
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.sandbox.session import Session
from harness.service.access import access_changes
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.service import ServiceApi, ShowsAccess
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult, Purpose

__all__ = ["CLIENT", "Portal", "PortalRequest"]

CLIENT = "you"
_ASKED = (OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE, OpKind.GET)
_KEPT = 12
_SHOWN = 4000
"""Bytes of a body that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRequest:
    """One thing that was asked. request, response: as they went over the wire; no response: none came."""

    op: Op
    answer: Answer | None = None
    request: str = ""
    response: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether it was answered by nothing that tells its outcome."""
        return self.answer is not None and self.answer.result is OpResult.INFO


class _Recording:
    """An `HttpClient` that remembers what the last request and its response were."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self.request: HttpRequest | None = None
        self.response: HttpResponse | None = None

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.request, self.response = request, None
        self.response = await self._http.send(request)
        return self.response


class Portal:
    """Asks the service, one try for each thing asked. changed: called where there is something new to show."""

    def __init__(
        self,
        http: HttpClient,
        api: ServiceApi,
        recorder: Recorder,
        session: Session,
        *,
        within: float,
        changed: Callable[[], None],
    ) -> None:
        self._http = http
        self._api = api
        self.offered: Sequence[OpKind] = (*_ASKED, *(kind for kind in OpKind if kind in access_changes(api)))
        """What can be asked of this service."""
        self._recorder = recorder
        self._session = session
        self._within = within
        self._changed = changed
        self._asked: deque[PortalRequest] = deque(maxlen=_KEPT)

    @property
    def asked(self) -> Sequence[PortalRequest]:
        """The newest first."""
        return tuple(reversed(self._asked))

    async def ask(
        self,
        kind: OpKind,
        location: str,
        name: str,
        *,
        size: int | None = None,
        rule: AccessRule | None = None,
        repeats: Op | None = None,
    ) -> PortalRequest:
        """Ask, and wait for the answer. rule: of a change of access. repeats: with the key of that op."""
        now = self._recorder.now()
        number = self._recorder.asked + 1
        key = None if kind is OpKind.GET else f"sandbox-{number}-{now:.6f}" if repeats is None else repeats.key
        op = self._recorder.invoke(
            Op(
                number=0,
                client=CLIENT,
                kind=kind,
                purpose=Purpose.LOAD if repeats is None else Purpose.DUPLICATE,
                location=location,
                name=name,
                key=key,
                duplicate_of=None if repeats is None else repeats.number,
                size=size,
                grantee=None if rule is None else rule.client,
                access=None if rule is None else rule.access.value,
                intended_at=now,
                invoked_at=now,
            )
        )
        self._show(PortalRequest(op=op))
        attempt = self._recorder.begin(op, 1)
        self._session.add(op)
        recording = _Recording(self._http)
        answer = await self._send(op, recording)
        attempt, op = self._recorder.end(attempt, answer), self._recorder.complete(op, answer, 1)
        self._session.add(attempt, op)
        return self._show(PortalRequest(op=op, answer=answer, request=_sent(recording), response=_heard(recording)))

    @property
    def shows_access(self) -> bool:
        """Whether it can be asked who may use a share."""
        return isinstance(self._api, ShowsAccess)

    async def look_at_access(self, location: str, name: str) -> Mapping[str, str]:
        """What the service answers, by what was asked for; nothing of one that does not say."""
        asked = self._api.looks_at_access(location, name) if isinstance(self._api, ShowsAccess) else {}
        return {what: await self._answer_to(request) for what, request in asked.items()}

    async def _answer_to(self, request: HttpRequest) -> str:
        recording = _Recording(self._http)
        try:
            async with asyncio.timeout(self._within):
                await recording.send(request)
        except (TimeoutError, httpx.RequestError) as error:
            return f"no answer came: {type(error).__name__}"
        return _heard(recording)

    async def _send(self, op: Op, http: HttpClient) -> Answer:
        try:
            async with asyncio.timeout(self._within):
                return await self._api.ask(op, http)
        except TimeoutError:
            return out_of_time(self._within)
        except httpx.RequestError as error:
            return read_failure(error)

    def _show(self, asked: PortalRequest) -> PortalRequest:
        for index, shown in enumerate(self._asked):
            if shown.op.number == asked.op.number:
                self._asked[index] = asked
                break
        else:
            self._asked.append(asked)
        self._changed()
        return asked


def _sent(recording: _Recording) -> str:
    request = recording.request
    if request is None:
        return ""
    head = [f"{request.method} {request.target}", *(f"{name}: {value}" for name, value in request.headers)]
    return _text(head, request.body)


def _heard(recording: _Recording) -> str:
    response = recording.response
    if response is None:
        return ""
    return _text(
        [f"HTTP {response.status}", *(f"{name}: {value}" for name, value in response.headers.items())], response.body
    )


def _text(head: Sequence[str], body: bytes) -> str:
    shown = body[:_SHOWN].decode(errors="replace")
    return "\n".join(head) + (f"\n\n{shown}" if shown else "")
