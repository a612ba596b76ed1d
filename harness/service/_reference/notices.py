"""What the reference pipeline told the receivers of a world: its webhooks there, and the notices that came."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

import httpx
from pydantic import BaseModel, ConfigDict

from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient, HttpRequest
from harness.service._reference.pages import get_json, read_pages
from reports.history import Notice

__all__ = ["NoticeInbox", "NoticeLog", "ReceivedMessage"]

_CREATED = 201
_OWED = "waiting"


class ReceivedMessage(Protocol):
    """One message as it came. at: by the world's steady clock. message: its id; path: at which receiver; data: what it
    tells of a share."""

    @property
    def at(self) -> float: ...
    @property
    def path(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class NoticeInbox(Protocol):
    """A receiver of webhooks, or of mail. taken: what it accepted, in order."""

    @property
    def taken(self) -> Sequence[ReceivedMessage]: ...


class _Delivery(BaseModel):
    model_config = ConfigDict(extra="ignore")

    number: int
    state: str


class NoticeLog:
    """The notices that came to inboxes, each of which is a webhook of the pipeline since `register`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._inboxes: list[NoticeInbox] = []
        self._paths: list[str] = []
        self.receivers: tuple[str, ...] = ()

    async def register(self, inbox: NoticeInbox, url: str, *, receiver: str) -> None:
        """Make it a webhook, by the URL at which the notifier finds it. receiver: the `path` of what comes there.

        Raises `WorldError`.
        """
        body = json.dumps({"url": url}).encode()
        headers = (("content-type", "application/json"),)
        asked = HttpRequest(method="POST", target="/v1/webhooks", headers=headers, body=body)
        answer = await self._http.send(asked)
        if answer.status != _CREATED:
            raise WorldError(f"/v1/webhooks: answered with status {answer.status}: {answer.body.decode()}")
        self._inboxes.append(inbox)
        self._paths.append(f"/v1/webhooks/{json.loads(answer.body)['id']}")
        self.receivers += (receiver,)

    async def at_rest(self) -> bool:
        """Whether all that happened has been told."""
        try:
            return all([await self._is_told(path) for path in self._paths])
        except (httpx.HTTPError, WorldError):
            return False

    async def _is_told(self, path: str) -> bool:
        shown = await get_json(self._http, path)
        events = await get_json(self._http, f"/v1/events?after={shown['cursor']}&limit=1")
        if events["events"] or shown["disabled"] is not None:
            return not events["events"]
        return not [row async for row in read_pages(self._http, f"{path}/deliveries", _Delivery) if row.state == _OWED]

    def read(self, clock: RunClock) -> tuple[Notice, ...]:
        """All that came up to now, in order."""
        came = sorted((row for inbox in self._inboxes for row in inbox.taken), key=attrgetter("at"))
        return tuple(_notice(number, row, clock) for number, row in enumerate(came, start=1))


def _notice(number: int, row: ReceivedMessage, clock: RunClock) -> Notice:
    told = row.data
    return Notice(
        number=number,
        at=clock.of_unix(row.at),
        share=told["id"],
        location=told["location"],
        name=told["name"],
        outcome=told["state"],
        dedupe_id=row.message,
        receiver=row.path,
        change=told["event"],
    )
