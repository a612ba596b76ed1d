"""The body of a request on its way through: streamed, kept only to be sent again, and how far it came."""

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
    """Reads the body from the client as fast as the service takes it; a client who leaves raises `ClientDisconnect`.

    kept: bytes of a body that can be sent again; a longer one is sent once.
    """

    def __init__(self, receive: Receive, *, has_body: bool, kept: int = 0) -> None:
        self._receive = receive
        self._more = has_body
        self._room = kept
        self._chunks: list[bytes] = []
        self.progress = UploadProgress.UNSENT

    @property
    def repeatable(self) -> bool:
        """Whether all of it that was sent can be sent once more."""
        return self._room >= 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            self.progress = UploadProgress.TO_SERVICE
            yield chunk
        while self._more:
            self.progress = UploadProgress.FROM_CLIENT
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._more = message.get("more_body", False)
            self.progress = UploadProgress.TO_SERVICE
            if chunk := message.get("body", b""):
                self._keep(chunk)
                yield chunk
        self.progress = UploadProgress.SENT

    def _keep(self, chunk: bytes) -> None:
        self._room -= len(chunk)
        if self.repeatable:
            self._chunks.append(chunk)
        else:
            self._chunks.clear()
