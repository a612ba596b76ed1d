"""Traces of what a pipeline does, for OpenTelemetry: requests, and the commands that follow from them.

A request is traced as its `traceparent` says (W3C Trace Context). What is done for a share later, by whichever process,
belongs to a trace of its own, whose id is the share's: a request that is accepted links to it. So nothing has to travel
with the message, which may be lost or come twice; and since the request id of a command begins with the share's id,
what a cluster logs belongs to the trace, too.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from connector.operations import Create, Delete, Request, Resize
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from pipeline.errors import SettingsError
from pipeline.processor.outcome_classes import OutcomeClass, classify, describe
from pipeline.record import ShareRecord

__all__ = ["Tracing", "open_tracing", "share_context"]

_LOW = 2**64 - 1
_PROPAGATED = frozenset({b"traceparent", b"tracestate"})


def share_context(share: str) -> SpanContext:
    """The root of a share's trace. share: its id, a UUID."""
    number = UUID(share).int
    return SpanContext(
        trace_id=number, span_id=(number & _LOW) or 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )


class Tracing:
    """Makes spans of one tracer."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def request(self, scope: Scope, route: str) -> Iterator[Span]:
        """While a request is answered; whoever answers it ends with `answered`."""
        carrier = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _PROPAGATED}
        attributes = {"http.request.method": scope["method"], "http.route": route}
        with self._tracer.start_as_current_span(
            f"{scope['method']} {route}",
            context=self._propagator.extract(carrier),
            kind=SpanKind.SERVER,
            attributes=attributes,
        ) as span:
            yield span

    def passed_on(self, scope: Scope) -> Scope:
        """A request as it is sent on: in the trace of the span that it is in."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        own = [(name.encode(), value.encode("latin-1")) for name, value in carrier.items()]
        given = [(name, value) for name, value in scope["headers"] if name not in _PROPAGATED]
        return {**scope, "headers": [*given, *own]}

    @staticmethod
    def answered(span: Span, status: int) -> None:
        """Note how a request was answered."""
        span.set_attribute("http.response.status_code", status)
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))

    @staticmethod
    def accepted(record: ShareRecord) -> None:
        """Link the request that is being answered to the trace of the share."""
        span = trace.get_current_span()
        span.set_attribute("spoolproof.share", record.id)
        span.add_link(share_context(record.id))

    def around(self, connectors: Mapping[str, Connector]) -> Mapping[str, Connector]:
        """The same connectors, by the names of their clusters: each command is a span."""
        return {
            name: _TracedConnector(cluster=name, connector=connector, tracer=self._tracer)
            for name, connector in connectors.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _TracedConnector:
    cluster: str
    connector: Connector
    tracer: trace.Tracer

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """See `Connector.perform`."""
        attributes = {"spoolproof.cluster": self.cluster, "spoolproof.verb": request.verb.value}
        request_id = request.stamp.request_id if isinstance(request, Create | Resize | Delete) else None
        context = None
        if request_id is not None:
            attributes["spoolproof.request_id"] = request_id
            context = _of_request_id(request_id)
        with self.tracer.start_as_current_span(
            f"ssh {request.verb}", context=context, kind=SpanKind.CLIENT, attributes=attributes
        ) as span:
            outcome = await self.connector.perform(request, deadlines)
            outcome_class = classify(outcome)
            span.set_attribute("spoolproof.outcome", outcome_class.value)
            if outcome_class is not OutcomeClass.DONE:
                span.set_status(Status(StatusCode.ERROR, describe(outcome)))
            return outcome


def _of_request_id(request_id: str) -> Context | None:
    """A request id begins with the id of the share."""
    try:
        root = share_context(request_id.partition(".")[0])
    except ValueError:  # of a connector that shortens them
        return None
    return trace.set_span_in_context(NonRecordingSpan(root))


def open_tracing(setup: str) -> Tracing:
    """Call what `module:function` names, which sets a tracer provider; trace from then on. Raises `SettingsError`."""
    module, _, name = setup.partition(":")
    try:
        function: Callable[[], object] = getattr(import_module(module), name)
        function()
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise SettingsError(f"traces.setup: {setup}: {error}") from error
    return Tracing(trace.get_tracer("spoolproof.pipeline"))
