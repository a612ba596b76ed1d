"""Runs a part of the reference pipeline in this process, on whatever a world provides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import httpx

from harness.http_client import InMemoryRequest
from harness.service._reference.forwarded_mail import ForwardedMail
from harness.service._reference.settings import open_to_all
from harness.service.environment import Environment, Forward
from pipeline.gateway.upstream import Passed, Returned, Upstream
from pipeline.notices.records import NoticeReply
from pipeline.notices.sender import Post, reply_of_status
from pipeline.overrides import Overrides
from pipeline.parts import Part
from pipeline.running import running
from pipeline.runtime import Runtime, mail_over_smtp, open_post_over_http
from pipeline.settings import GatewaySettings, NotifierSettings, PipelineSettings
from pipeline.spool.opening import open_broker
from pipeline.store.sqlite import open_store

__all__ = ["ForwardingUpstream", "run_part"]

_HTTP = 80


@asynccontextmanager
async def run_part(
    role: str, settings: PipelineSettings, environment: Environment, overrides: Overrides
) -> AsyncIterator[str | None]:
    """Run it while the context is open; gives its URL, if it has one."""
    part = Part(role)
    opened = open_to_all(settings)
    async with running(opened, frozenset({part}), overrides=overrides, runtime=_runtime(environment)) as urls:
        yield urls[part]


def _runtime(environment: Environment) -> Runtime:
    forward = environment.forward
    on_disk = partial(open_store, opener=environment.open_database, entropy=environment.store_entropy)
    upstream = None if forward is None else partial(_open_upstream, forward)
    return Runtime(
        read_targets=lambda _: environment.targets,
        open_connectors=environment.open_connectors,
        open_store=environment.open_store or on_disk,
        open_broker=environment.open_broker or open_broker,
        serve_http=environment.serve_http,
        open_upstream=environment.open_upstream or upstream,
        open_post=open_post_over_http if forward is None else partial(_open_post, forward),
        open_mail=mail_over_smtp if forward is None else partial(ForwardedMail, forward),
        open_access_log=environment.open_access_log,
        entropy=environment.entropy,
        holder=lambda: environment.life,
    )


@asynccontextmanager
async def _open_post(forward: Forward, settings: NotifierSettings) -> AsyncIterator[Post]:
    async def post(url: str, headers: list[tuple[str, str]], body: bytes) -> NoticeReply:
        parts = urlsplit(url)
        raw = [(name.encode(), value.encode()) for name, value in [("host", parts.netloc), *headers]]
        raw.append((b"content-length", b"%d" % len(body)))
        request = InMemoryRequest(method="POST", target=(parts.path or "/").encode(), headers=raw, body=body)
        try:
            answer = await forward(
                parts.hostname or "", parts.port or _HTTP, request, connect=settings.timeout, patience=settings.timeout
            )
        except httpx.HTTPError as error:
            return NoticeReply(error=str(error))
        return reply_of_status(answer.status, None)

    yield post


def _open_upstream(forward: Forward, service: httpx.URL, settings: GatewaySettings) -> Upstream:
    return ForwardingUpstream(forward, service, settings)


class ForwardingUpstream:
    """What a gateway asks through, where requests go from host to host without a wire."""

    def __init__(self, forward: Forward, service: httpx.URL, settings: GatewaySettings) -> None:
        self._forward = forward
        self.host, self.port = service.host, service.port or _HTTP
        self.connect, self.patience = settings.connect, settings.read

    async def ask(self, passed: Passed) -> Returned:
        body = b"".join([chunk async for chunk in passed.body])
        request = InMemoryRequest(method=passed.method, target=passed.target, headers=passed.headers, body=body)
        answer = await self._forward(self.host, self.port, request, connect=self.connect, patience=self.patience)
        return Returned(status=answer.status, headers=answer.headers, body=httpx.ByteStream(answer.body))

    async def aclose(self) -> None:
        """There is no connection to close."""
