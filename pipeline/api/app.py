"""The ASGI application of the API."""

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from connector.clock import Clock
from pipeline.api.answers import Answers
from pipeline.api.audit import AuditRoutes
from pipeline.api.dead import DeadLetters
from pipeline.api.document import document_resources, document_text
from pipeline.api.event_stream import EventStreams
from pipeline.api.event_tail import EventTail
from pipeline.api.failures import Failures
from pipeline.api.health import Health, problem_list, problem_page
from pipeline.api.holds import Holds
from pipeline.api.queue import Queue
from pipeline.api.quota import QuotaRoute
from pipeline.api.resource import Handler, Resource
from pipeline.api.service import PortalStore, ShareService
from pipeline.api.shares import Shares
from pipeline.api.waiting import Waiting
from pipeline.api.webhooks import Webhooks
from pipeline.auth.access_control import AccessControl
from pipeline.kinds.table import KINDS
from pipeline.problems import Cause, Problem, problem_response
from pipeline.quotas import NO_QUOTAS, Quotas
from pipeline.record import PartKind
from pipeline.settings import ApiSettings, NotifierSettings
from pipeline.store.protocol import ApiStore
from pipeline.uuid7 import Entropy

if TYPE_CHECKING:
    from pipeline.metrics import Metrics
    from pipeline.tracing import Tracing

__all__ = ["Api", "create_api"]

_SHARE = "/v1/shares/{location}/{name}"


class Api(Router):
    """The application. service: what is done with requests about shares; failures: what is answered where it raises.
    document: the OpenAPI document of all of it, as JSON.
    """

    def __init__(
        self, routes: list[Route], service: ShareService, failures: Failures, *, document: Callable[[], bytes]
    ) -> None:
        # Not an application with layers around its routes: a resource answers for its handlers' errors itself.
        # And no redirects: a redirected POST is asked twice by some clients, and dropped by others.
        super().__init__(routes, redirect_slashes=False, default=_no_such_page)
        self.service = service
        self.failures = failures
        self.document = document


def create_api(
    store: PortalStore,
    settings: ApiSettings,
    *,
    clock: Clock,
    new_id: Callable[[], str],
    locations: frozenset[str] | None = None,
    accepts: ApiStore | None = None,
    commit: Callable[[], Awaitable[None]] | None = None,
    metrics: "Metrics | None" = None,
    tracing: "Tracing | None" = None,
    notices: NotifierSettings | None = None,
    entropy: Entropy = os.urandom,
    access_control: AccessControl | None = None,
    quotas: Quotas = NO_QUOTAS,
) -> Api:
    """The API on an open store; the caller opens and closes both.

    new_id: makes the ids of records (`pipeline.uuid7`). locations: those that are served, None for any.
    accepts: who takes creates and changes in place of the store itself.
    commit: writes something durably, to see whether the store does (None: nothing is tried). metrics: what the process
    measures; None: nothing is measured. tracing: likewise. notices: what webhooks there may be. entropy: of their
    secrets. access_control: who is let in; None: whoever asks. quotas: how much tenants may have.
    """
    answers = Answers(settings)
    service = ShareService(
        accepts=store if accepts is None else accepts,
        reads=store,
        answers=answers,
        clock=clock,
        new_id=new_id,
        locations=locations,
        key_lifetime=settings.key_lifetime,
        cancels=settings.cancel_pending,
        on_accepted=None if tracing is None else tracing.accepted,
        quotas=quotas,
        on_over_quota=None if metrics is None else metrics.over_quota,
    )
    failures = Failures(answers.retry_after)
    tells = access_control is None or access_control.authenticator is None
    health = Health(store=store, commit=commit or _nothing, metrics=metrics, tells=tells)
    webhooks = Webhooks(store=store, settings=notices or NotifierSettings(), new_id=new_id, entropy=entropy)
    tail = EventTail(store=store, poll=settings.event_poll)
    streams = EventStreams(
        store=store, service=service, tail=tail, most=settings.streams, retry_after=answers.retry_after
    )
    waiting = Waiting(reads=store, answers=answers, tail=tail, longest=settings.longest_wait)
    shares = Shares(service=service, waiting=waiting)
    quota = QuotaRoute(store=store, quotas=quotas)
    resources = _resources(shares, AuditRoutes(store=store, streams=streams), quota, webhooks, health)
    resources = {**resources, **_of_operators(store, locations, clock)}
    resources = document_resources(resources)
    observe = None if metrics is None else metrics.answered
    routes = [
        Route(
            path,
            Resource(
                path, handlers, failures, clock=clock, access_control=access_control, observe=observe, tracing=tracing
            ),
        )
        for path, handlers in resources.items()
    ]
    return Api(routes, service, failures, document=partial(document_text, resources))


def _of_operators(
    store: PortalStore, locations: frozenset[str] | None, clock: Clock
) -> Mapping[str, Mapping[str, Handler]]:
    holds, dead = Holds(store=store, locations=locations), DeadLetters(store=store)
    return {
        "/v1/holds": {"GET": holds.list},
        "/v1/holds/{location}": {"PUT": holds.put, "DELETE": holds.lift},
        "/v1/queue": {"GET": Queue(store=store, clock=clock).list},
        "/v1/dead": {"GET": dead.list},
        "/v1/dead/requeue": {"POST": dead.requeue},
    }


def _resources(
    shares: Shares, audit: AuditRoutes, quota: QuotaRoute, webhooks: Webhooks, health: Health
) -> Mapping[str, Mapping[str, Handler]]:
    resources: dict[str, dict[str, Handler]] = {
        "/v1/shares": {"GET": shares.list, "POST": shares.create},
        _SHARE: {"GET": shares.show},
        f"{_SHARE}/events": {"GET": audit.streams.of_share},
        f"{_SHARE}/access-rules": {"GET": shares.listing(PartKind.ACCESS_RULE)},
        f"{_SHARE}/snapshots": {"GET": shares.listing(PartKind.SNAPSHOT)},
        "/v1/events": {"GET": audit.events},
        "/v1/attempts": {"GET": audit.attempts},
        "/v1/findings": {"GET": audit.findings},
        "/v1/quota": {"GET": quota.show},
        "/v1/webhooks": {"GET": webhooks.list, "POST": webhooks.create},
        "/v1/webhooks/{id}": {"GET": webhooks.show, "DELETE": webhooks.delete},
        "/v1/webhooks/{id}/rotate": {"POST": webhooks.rotate},
        "/v1/webhooks/{id}/disable": {"POST": webhooks.disable},
        "/v1/webhooks/{id}/enable": {"POST": webhooks.enable},
        "/v1/webhooks/{id}/replay": {"POST": webhooks.replay},
        "/v1/webhooks/{id}/test": {"POST": webhooks.test},
        "/v1/webhooks/{id}/deliveries": {"GET": webhooks.deliveries},
        "/v1/webhooks/{id}/attempts": {"GET": webhooks.attempts},
        "/livez": {"GET": health.livez},
        "/readyz": {"GET": health.readyz},
        "/problems": {"GET": problem_list},
        "/problems/{cause}": {"GET": problem_page},
    }
    for kind in KINDS.values():
        if kind.request is not None:
            resources.setdefault(_SHARE + kind.request.path, {})[kind.request.method] = shares.changing(kind)
    if health.metrics is not None:
        resources["/metrics"] = {"GET": health.measured}
    return resources


async def _nothing() -> None:
    """Nothing is committed."""


async def _no_such_page(scope: Scope, receive: Receive, send: Send) -> None:
    response = problem_response(Problem(cause=Cause.NOT_FOUND, detail="There is no such page."))
    await response(scope, receive, send)
