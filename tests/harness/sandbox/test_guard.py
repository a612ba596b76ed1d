"""The page is for whoever was given its token, under this host's name, and asked by the page itself."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from harness.sandbox.guard import PageGuard

TOKEN = "t0ken"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def _hello(request: Request) -> Response:
    return PlainTextResponse("hello")


def _client() -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/", _hello, methods=["GET", "POST"])])
    transport = httpx.ASGITransport(app=PageGuard(app, token=TOKEN, host="127.0.0.1"))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4000")


async def test_the_token_of_the_url_becomes_a_cookie_that_no_script_and_no_other_site_has() -> None:
    async with _client() as client:
        assert (await client.get("/")).status_code == 401
        greeted = await client.get("/", params={"token": TOKEN})
        assert (greeted.status_code, greeted.headers["location"]) == (303, "/")
        cookie = greeted.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/"))
        assert (await client.get("/")).text == "hello"
        assert (await client.get("/", params={"token": "wrong"})).status_code == 200  # the cookie counts


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:4000"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:4001"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Origin": "http://127.0.0.1:4000", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "localhost:4000"}, 200),
        ({"Host": "[::1]:4000"}, 200),
    ],
)
async def test_what_comes_from_elsewhere_is_refused(headers: dict[str, str], status: int) -> None:
    async with _client() as client:
        answer = await client.post("/", headers=BEARER | headers)
    assert answer.status_code == status


async def test_every_answer_bears_the_policy() -> None:
    async with _client() as client:
        for answer in (await client.get("/"), await client.get("/", headers=BEARER)):
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
