"""The first answer of a service under test: a run begins when it speaks as its sheet says, and not before."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from harness.errors import ServiceUnavailable
from harness.http_client import HttpClient
from harness.service.answer import Answer
from harness.service.client import HttpServiceClient
from harness.service.service import Service
from reports.history import Op, OpKind, OpResult, Purpose

__all__ = ["await_first_answer"]

_WITHIN = 20.0
"""Seconds in which a service may come up that says nothing of when it is ready."""
_PATIENCE = 5.0
"""Seconds for one answer."""
_LOOK = 0.1
_FINAL = ("CERTIFICATE_VERIFY", "an answer of more than")
"""In what a client says of an answer that asking again does not change."""
_REDIRECTS = range(300, 400)


class ReadyPart(Protocol):
    """A part that was ready."""

    async def ready(self) -> None:
        """Raises `ServiceUnavailable` where it has ended since."""
        ...


async def await_first_answer(
    service: Service, http: HttpClient, parts: Iterable[ReadyPart], location: str, *, within: float = _WITHIN
) -> None:
    """Spoken for a list of shares until one comes that can be read.

    Raises `ServiceUnavailable` where a part ends, where no such list comes in time, and at once where it never will.
    """
    client = HttpServiceClient(http, service.api)
    last = "no answer"
    try:
        async with asyncio.timeout(within):
            while True:
                for part in parts:
                    await part.ready()
                answer = await client.send(_list_of(location), within=_PATIENCE)
                if answer.result is OpResult.OK and (await service.read_records(0)).ok:
                    return
                last = _words(answer)
                if answer.status is not None and not 500 <= answer.status < 600:
                    break
                if any(sign in answer.message for sign in _FINAL):
                    break
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        last = f"{last}, for {within:g} s"
    raise ServiceUnavailable(f"the service at {service.url} does not list its shares as its sheet says: {last}")


def _list_of(location: str) -> Op:
    return Op(
        number=1,
        client="spoolproof",
        kind=OpKind.LIST,
        purpose=Purpose.LOAD,
        location=location,
        name="",
        intended_at=0.0,
        invoked_at=0.0,
    )


def _words(answer: Answer) -> str:
    said = f": {answer.message}" if answer.message else ""
    match answer.status:
        case None:
            return answer.message or str(answer.cause)
        case status if status in _REDIRECTS:
            return f"it answers with a redirect (status {status}); give the address itself as `url`"
        case status if answer.result is OpResult.OK:
            return f"its list (status {status}) cannot be read to its end"
        case status:
            return f"it answers with status {status}{said}"
