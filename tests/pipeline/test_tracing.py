"""From a request to the command that it leads to: two traces, and a link between them."""

import json
import logging
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import ASGIApp

from connector.codes import Code
from connector.operations import Create, DoneReply, Request, Show, Stamp
from connector.outcomes import Done, Outcome, Unknown
from connector.protocol import Deadlines
from connector.sites import Site
from pipeline.api.app import create_api
from pipeline.errors import SettingsError
from pipeline.gateway.app import create_gateway
from pipeline.gateway.upstream import Passed, Returned
from pipeline.log import _JsonLines
from pipeline.marks import StoreIdentity
from pipeline.settings import ApiSettings, GatewaySettings
from pipeline.store.memory import memory_store
from pipeline.tracing import Tracing, open_tracing
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(spans: InMemorySpanExporter) -> Iterator[Tracing]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    yield Tracing(provider.get_tracer("test"))
    provider.shutdown()


class Answering:
    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        return self._outcome


def contexts(span: ReadableSpan) -> tuple[str, str | None]:
    assert span.context is not None
    return f"{span.context.trace_id:032x}", None if span.parent is None else f"{span.parent.span_id:016x}"


async def ask(tracing: Tracing, headers: dict[str, str], *, size: int = 5) -> httpx.Response:
    clock = HandClock(1_764_000_000.0)
    app = create_api(
        memory_store(clock, identity=StoreIdentity(id="in-memory")),
        ApiSettings(),
        clock=clock,
        new_id=uuid7_maker(clock),
        tracing=tracing,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        return await client.post("/v1/shares", json={"location": "n", "name": "h", "size": size}, headers=headers)


async def test_a_request_goes_on_with_the_clients_trace_and_links_to_the_trace_of_the_share(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    reply = await ask(tracing, {"traceparent": f"00-{TRACE}-{PARENT}-01"})
    [span] = spans.get_finished_spans()
    assert contexts(span) == (TRACE, PARENT)
    assert span.name == "POST /v1/shares"
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == 202
    [link] = span.links
    assert link.context.trace_id == UUID(reply.json()["id"]).int


@pytest.mark.parametrize("given", ["", "00-xyz", f"ff-{TRACE}-{PARENT}-01", f"00-{'0' * 32}-{PARENT}-01", "0" * 5000])
async def test_a_traceparent_that_is_none_begins_a_trace_anew(
    tracing: Tracing, spans: InMemorySpanExporter, given: str
) -> None:
    reply = await ask(tracing, {"traceparent": given}, size=0)
    assert reply.status_code == 400
    [span] = spans.get_finished_spans()
    assert span.parent is None
    assert not span.links


async def test_a_command_belongs_to_the_trace_of_its_share_whatever_process_sends_it(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    share = str(UUID(int=7 << 64 | 9))
    silent = Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message="no answer")
    connectors = tracing.around({"north": Answering(silent), "south": Answering(Done(reply=DoneReply()))})
    create = Create(name="h", size=5, stamp=Stamp(request_id=f"{share}.1.create"))
    await connectors["north"].perform(create, Deadlines())
    await connectors["south"].perform(create, Deadlines())
    await connectors["south"].perform(Show(name="h"), Deadlines())
    first, second, look = spans.get_finished_spans()
    assert contexts(first) == contexts(second) == (f"{7 << 64 | 9:032x}", f"{9:016x}")
    assert (first.status.is_ok, first.attributes and first.attributes["spoolproof.outcome"]) == (False, "unknown")
    assert second.status.is_ok
    assert look.parent is None


def test_a_line_of_the_log_names_the_trace_that_it_belongs_to(tracing: Tracing) -> None:
    record = logging.makeLogRecord(
        {"name": "pipeline", "levelname": "INFO", "msg": "a\n%s", "args": ("b",), "share": "7"}
    )
    scope = {"method": "GET", "headers": [(b"traceparent", f"00-{TRACE}-{PARENT}-01".encode())]}
    with tracing.request(scope, "/livez"):
        told = json.loads(_JsonLines().format(record))
    assert (told["message"], told["level"], told["share"], told["trace_id"]) == ("a\nb", "info", "7", TRACE)
    assert "\n" not in _JsonLines().format(record)
    assert "trace_id" not in json.loads(_JsonLines().format(record))


CALLED: list[str] = []


def set_up() -> None:
    CALLED.append("set up")


def test_what_sets_opentelemetry_up_is_named_in_the_settings() -> None:
    open_tracing(f"{__name__}:set_up")
    assert CALLED == ["set up"]
    for wrong in ("nothing", "no.module:x", f"{__name__}:none", f"{__name__}:TRACE"):
        with pytest.raises(SettingsError, match=r"traces\.setup"):
            open_tracing(wrong)
    assert not trace.get_current_span().get_span_context().is_valid


class AnsweredByAnApplication:
    """See `Upstream`: asks an application in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api")

    async def ask(self, request: Passed) -> Returned:
        body = b"".join([chunk async for chunk in request.body])
        url = f"http://api{request.target.decode()}"
        answer = await self._client.request(request.method, url, content=body, headers=request.headers)
        return Returned(status=answer.status_code, headers=answer.headers.raw, body=httpx.ByteStream(answer.content))

    async def aclose(self) -> None:
        await self._client.aclose()


@pytest.mark.parametrize("traced", [True, False])
async def test_a_trace_goes_on_through_the_gateway_which_has_a_span_of_its_own(
    tracing: Tracing, spans: InMemorySpanExporter, traced: bool
) -> None:
    clock = HandClock(1_764_000_000.0)
    store = memory_store(clock, identity=StoreIdentity(id="in-memory"))
    api = create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), tracing=tracing)
    gateway = create_gateway(
        ["http://api"], GatewaySettings(), clock=clock, tracing=tracing if traced else None,
        open_upstream=lambda *_: AnsweredByAnApplication(api),
    )  # fmt: skip
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://gateway") as client:
        assert (await client.get("/v1/shares/n/none", headers=headers)).status_code == 404
    inner, *outer = spans.get_finished_spans()
    assert inner.name == "GET /v1/shares/{location}/{name}"
    if not traced:
        assert (contexts(inner), outer) == ((TRACE, PARENT), [])
        return
    (own,) = outer
    assert (own.name, contexts(own)) == ("GET gateway", (TRACE, PARENT))
    assert own.context is not None
    assert contexts(inner) == (TRACE, f"{own.context.span_id:016x}")
    assert own.attributes is not None
    assert own.attributes["http.response.status_code"] == 404
    assert inner.context is not None
    assert inner.context.trace_state.get("vendor") == "1"
