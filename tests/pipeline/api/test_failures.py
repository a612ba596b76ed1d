"""What a client is told where the service fails, and what its log says."""

from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.failures import Failures
from pipeline.api.resource import Handler, Resource
from pipeline.errors import StoreUnavailableError


async def asked(handler: Handler, method: str = "GET") -> httpx.Response:
    resource = Resource("/", {"GET": handler}, Failures("2"), clock=lambda: 0.0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(resource), base_url="http://api") as client:
        return await client.request(method, "/")


async def test_a_bug_is_answered_without_what_it_was_and_logged_with_it(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: Request) -> Response:
        raise KeyError("a secret")

    reply = await asked(broken)
    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    assert reply.json()["type"] == "/problems/internal"
    assert "secret" not in reply.text
    assert "KeyError: 'a secret'" in caplog.text


async def test_a_store_that_cannot_be_used_is_told_when_to_be_asked_again_but_not_where_it_lies(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(_: Request) -> Response:
        raise StoreUnavailableError(f"{tmp_path}: the disk is full")

    reply = await asked(full)
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")
    assert str(tmp_path) not in reply.text
    assert str(tmp_path) in caplog.text


async def test_the_failure_of_a_head_has_no_body() -> None:
    async def broken(_: Request) -> Response:
        raise KeyError("a secret")

    reply = await asked(broken, "HEAD")
    assert (reply.status_code, reply.content) == (500, b"")
