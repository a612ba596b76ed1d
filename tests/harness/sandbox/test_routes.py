"""No route of the page is for somebody without the token, under another host's name, or on behalf of another site."""

import re
from pathlib import Path

import httpx

from harness.sandbox.sandbox import Sandbox
from tests.harness.sandbox.standing import HOST, TOKEN, in_sandbox

BEARER = {"Authorization": f"Bearer {TOKEN}"}
FORGED = [
    ({}, 401),
    ({"Authorization": "Bearer wrong"}, 401),
    ({**BEARER, "Host": "evil.example"}, 421),
    ({**BEARER, "Origin": "http://evil.example"}, 403),
    ({**BEARER, "Origin": "null"}, 403),
]
CROSS_SITE = [({**BEARER, "Sec-Fetch-Site": site}, 403) for site in ("cross-site", "same-site")]


def test_every_route_is_refused_to_whoever_is_not_the_page(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        app = client._transport.app._app  # type: ignore[attr-defined] # the application behind its guard
        tried = 0
        async with httpx.AsyncClient(transport=client._transport, base_url=f"http://{HOST}") as stranger:
            for route in app.routes:
                path = re.sub(r"{\w+(:\w+)?}", "1", route.path)
                for method in sorted(route.methods - {"HEAD"}):
                    for headers, status in [*FORGED, *(CROSS_SITE if method == "POST" else [])]:
                        answer = await stranger.request(method, path, headers=headers)
                        assert (method, path, answer.status_code) == (method, path, status)
                        assert "default-src 'none'" in answer.headers["content-security-policy"]
                        tried += 1
        assert tried > 5 * 25
        assert not sandbox.world.nemesis_log.actions

    in_sandbox(tmp_path, test)
