"""The Starlette application of the API."""

import logging
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from connector.clock import Clock
from pipeline.api.answers import Answers
from pipeline.api.evidence import Evidence
from pipeline.api.health import Health, problem_list, problem_page
from pipeline.api.resource import Resource
from pipeline.api.shares import PortalStore, Shares
from pipeline.errors import StoreError
from pipeline.problems import Cause, Problem, ProblemError, problem_response
from pipeline.settings import ApiSettings
from pipeline.store.protocol import ApiStore

__all__ = ["create_api"]

_LOG = logging.getLogger(__name__)


def create_api(
    store: PortalStore,
    settings: ApiSettings,
    *,
    clock: Clock,
    new_id: Callable[[], str],
    locations: frozenset[str] | None = None,
    tenant: str = "portal",
    accepts: ApiStore | None = None,
) -> Starlette:
    """The API on an open store; the caller opens and closes both.

    new_id: makes the ids of records (`pipeline.uuid7`). locations: those that are served, None for any.
    tenant: whose idempotency keys these are. accepts: who takes creates and changes in place of the store itself.
    """
    answers = Answers(settings)
    shares = Shares(
        accepts=store if accepts is None else accepts,
        reads=store,
        answers=answers,
        clock=clock,
        new_id=new_id,
        locations=locations,
        tenant=tenant,
        key_lifetime=settings.key_lifetime,
    )
    app = Starlette(
        routes=_routes(shares, Evidence(store=store), Health(store=store)),
        exception_handlers=_exception_handlers(answers.retry_after),
    )
    app.router.redirect_slashes = False  # a redirected POST is asked twice by some clients, and dropped by others
    return app


def _routes(shares: Shares, evidence: Evidence, health: Health) -> list[Route]:
    one_share = Resource({"GET": shares.show, "PATCH": shares.resize, "DELETE": shares.delete})
    return [
        Route("/v1/shares", Resource({"GET": shares.list, "POST": shares.create})),
        Route("/v1/shares/{location}/{name}", one_share),
        Route("/v1/events", Resource({"GET": evidence.events})),
        Route("/v1/attempts", Resource({"GET": evidence.attempts})),
        Route("/healthz", Resource({"GET": health.healthz})),
        Route("/readyz", Resource({"GET": health.readyz})),
        Route("/problems", Resource({"GET": problem_list})),
        Route("/problems/{cause}", Resource({"GET": problem_page})),
    ]


def _exception_handlers(
    retry_after: str,
) -> dict[type[Exception] | int, Callable[[Request, Exception], Awaitable[Response]]]:
    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return problem_response(error.problem)

    async def store(_: Request, error: Exception) -> Response:
        _LOG.error("%s", error)  # its path and reason are the operator's, not the client's
        detail = "The store cannot be used for now; whether the request was accepted is not known."
        headers = {"Retry-After": retry_after}
        return problem_response(Problem(cause=Cause.STORE_UNAVAILABLE, detail=detail, headers=headers))

    async def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return problem_response(Problem(cause=Cause.NOT_FOUND, detail="There is no such page."))

    async def gone(_: Request, error: Exception) -> Response:
        return Response(status_code=400)  # nobody reads it

    async def internal(_: Request, error: Exception) -> Response:
        return problem_response(Problem(cause=Cause.INTERNAL, detail="The service failed; its log says how."))

    return {ProblemError: problem, StoreError: store, HTTPException: http, ClientDisconnect: gone, Exception: internal}
