"""What the reference pipeline told the receivers of a world: its webhooks there, and the notices that came."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol
from urllib.parse import urlsplit

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
_HOST = "127.0.0.1"
_TOLD = {"id", "location", "name", "state", "event"}


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
        self.secrets: dict[str, str] = {}
        """By receiver, of those whose messages are signed."""

    async def register(self, inbox: NoticeInbox, url: str, *, receiver: str, anew: bool = False) -> None:
        """Make it a webhook, by the URL at which the notifier finds it. receiver: the `path` of what comes there.
        anew: in place of those that an earlier start made for it, and it is told of everything from the beginning.

        Raises `WorldError`.
        """
        if anew:
            await self._remove_earlier(receiver)
        body = json.dumps({"url": url}).encode()
        headers = (("content-type", "application/json"),)
        asked = HttpRequest(method="POST", target="/v1/webhooks", headers=headers, body=body)
        answer = await self._http.send(asked)
        if answer.status != _CREATED:
            raise WorldError(f"/v1/webhooks: answered with status {answer.status}: {answer.body.decode()}")
        made = json.loads(answer.body)
        path = f"/v1/webhooks/{made['id']}"
        self._inboxes.append(inbox)
        self._paths.append(path)
        self.receivers += (receiver,)
        if made["secret"] is not None:
            self.secrets[receiver] = made["secret"]
        if anew and made["cursor"] > 0:
            everything = json.dumps({"first": 1, "last": made["cursor"]}).encode()
            await self._http.send(HttpRequest(method="POST", target=f"{path}/replay", headers=headers, body=everything))

    async def _remove_earlier(self, receiver: str) -> None:
        """Whatever of this host is called so."""
        for row in (await get_json(self._http, "/v1/webhooks"))["webhooks"]:
            url = urlsplit(row["url"])
            if url.path == receiver and url.hostname in {None, _HOST}:
                await self._http.send(HttpRequest(method="DELETE", target=f"/v1/webhooks/{row['id']}"))

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
        came = sorted(
            (row for inbox in self._inboxes for row in inbox.taken if row.path in self.receivers and _is_notice(row)),
            key=attrgetter("at"),
        )
        return tuple(_notice(number, row, clock) for number, row in enumerate(came, start=1))


def _is_notice(row: ReceivedMessage) -> bool:
    """Anybody can send anything to an inbox."""
    try:
        return row.data.keys() >= _TOLD
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


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
