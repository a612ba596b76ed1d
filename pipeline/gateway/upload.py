"""The body of a request on its way through: streamed, never kept, and how far it came when something broke."""

from collections.abc import AsyncIterator
from enum import Enum, auto

import httpx
from starlette.requests import ClientDisconnect
from starlette.types import Receive

__all__ = ["Upload", "UploadProgress"]


class UploadProgress(Enum):
    """How far a request came: it decides who is to blame, and whether the service can have acted."""

    UNSENT = auto()  # no connection to the service yet
    FROM_CLIENT = auto()  # waiting for more of the body
    TO_SERVICE = auto()  # handing it on
    SENT = auto()  # the service has all of it


class Upload(httpx.AsyncByteStream):
    """Reads the body from the client as fast as the service takes it; a client who leaves raises `ClientDisconnect`."""

    def __init__(self, receive: Receive, *, has_body: bool) -> None:
        self._receive = receive
        self._more = has_body
        self.progress = UploadProgress.UNSENT

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._more:
            self.progress = UploadProgress.FROM_CLIENT
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._more = message.get("more_body", False)
            self.progress = UploadProgress.TO_SERVICE
            if chunk := message.get("body", b""):
                yield chunk
        self.progress = UploadProgress.SENT
