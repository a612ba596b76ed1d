"""An HTTP API for toxics: list, add, change and remove them on relays that stand."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fake_clusters.admin.bodies import read_body
from fake_clusters.admin.guard import Guard, accepted_hosts
from fake_clusters.admin.problems import AdminProblem, refused_body, show_http_error, show_problem
from fake_clusters.rules.spelling import plain
from harness.toxics.config import AnyToxic, ToxicTable
from harness.toxics.errors import ToxicError
from harness.toxics.relay import Relay
from harness.toxics.toxic import Toxic

__all__ = ["toxics_app"]

_BODY: TypeAdapter[ToxicTable] = TypeAdapter(AnyToxic)


def toxics_app(links: Mapping[str, Relay], *, token: str, host: str) -> Guard:
    """The application for these relays, by link, bound to `host`; it wants the token as a bearer's."""
    app = Starlette(
        routes=[
            Route("/links", _list_links),
            Route("/links/{link}/toxics", _toxics, methods=["GET", "POST", "DELETE"]),
            Route("/links/{link}/toxics/{label:path}", _toxic, methods=["GET", "PUT", "DELETE"]),
            Route("/links/{link}/reset", _reset, methods=["POST"]),
        ],
        exception_handlers={AdminProblem: show_problem, HTTPException: show_http_error},
    )
    app.router.redirect_slashes = False  # as in fake_clusters/admin/app.py
    app.state.links = links
    return Guard(app, token=token, hosts=accepted_hosts(host))


async def _list_links(request: Request) -> Response:
    links: Mapping[str, Relay] = request.app.state.links
    return JSONResponse({"links": [_link_view(relay) for relay in links.values()]})


async def _toxics(request: Request) -> Response:
    relay = _relay(request)
    match request.method:
        case "POST":
            toxic = await _body(request)
            _do(lambda: relay.add(toxic))
            return JSONResponse(_toxic_view(toxic), status_code=201)
        case "DELETE":
            relay.clear()
            return Response(status_code=204)
        case _:
            return JSONResponse({"toxics": [_toxic_view(toxic) for toxic in relay.toxics]})


async def _toxic(request: Request) -> Response:
    relay, toxic = _relay(request), _found(request)
    match request.method:
        case "PUT":
            wanted = await _body(request)
            if wanted.name != toxic.name:
                raise AdminProblem(422, "not-acceptable", f"label: must be {toxic.name!r}, as in the path")
            _do(lambda: relay.update(wanted))
            return JSONResponse(_toxic_view(wanted))
        case "DELETE":
            relay.remove(toxic.name)
            return Response(status_code=204)
        case _:
            return JSONResponse(_toxic_view(toxic))


async def _reset(request: Request) -> Response:
    """Reset every connection of a link."""
    _relay(request).reset_all()
    return Response(status_code=204)


def _relay(request: Request) -> Relay:
    links: Mapping[str, Relay] = request.app.state.links
    name = request.path_params["link"]
    if name not in links:
        raise AdminProblem(404, "not-found", f"no link {name!r}; there are: {', '.join(links) or 'none'}")
    return links[name]


def _found(request: Request) -> Toxic:
    relay, label = _relay(request), request.path_params["label"]
    toxic = next((row for row in relay.toxics if row.name == label), None)
    if toxic is None:
        listing = ", ".join(row.name for row in relay.toxics) or "none"
        raise AdminProblem(404, "not-found", f"no toxic {label!r} on {relay.link}; there are: {listing}")
    return toxic


async def _body(request: Request) -> Toxic:
    try:
        return _BODY.validate_python(await read_body(request)).toxic()
    except ValidationError as error:
        raise refused_body(error, ToxicTable) from error


def _do(act: Callable[[], None]) -> None:
    try:
        act()
    except ToxicError as error:
        raise AdminProblem(409, "conflict", str(error)) from error


def _link_view(relay: Relay) -> dict[str, Any]:
    return {
        "link": relay.link,
        "host": relay.host,
        "port": relay.port,
        "connections": relay.connections,
        "counters": dict(relay.counters),
        "toxics": [_toxic_view(toxic) for toxic in relay.toxics],
    }


def _toxic_view(toxic: Toxic) -> dict[str, Any]:
    """As a body spells it."""
    view: dict[str, Any] = {"kind": toxic.kind.name, "label": toxic.name}
    if toxic.kind.direction is not None and not toxic.kind.standing:
        view["direction"] = toxic.direction or toxic.kind.direction
    if not toxic.kind.standing:
        view["toxicity"] = toxic.toxicity
    return view | {row.name: plain(getattr(toxic.parameters, row.name)) for row in fields(toxic.parameters)}
