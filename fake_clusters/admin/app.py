"""The admin API as an ASGI application: which path and method is which route."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fake_clusters.admin import routes
from fake_clusters.admin.guard import Guard, accepted_hosts
from fake_clusters.admin.problems import AdminProblem, show_http_error, show_problem
from fake_clusters.admin.waits import Waits
from fake_clusters.farm import Farm

__all__ = ["ROUTES", "admin_app"]


async def _faults(request: Request) -> Response:
    """One path, three methods, so that `Allow` names all of them."""
    match request.method:
        case "POST":
            return await routes.add_fault(request)
        case "DELETE":
            return await routes.clear_faults(request)
        case _:
            return await routes.list_faults(request)


async def _shares(request: Request) -> Response:
    return await (routes.add_share if request.method == "POST" else routes.list_shares)(request)


ROUTES = (
    Route("/clusters", routes.list_clusters),
    Route("/clusters/{cluster}", routes.show_cluster),
    Route("/clusters/{cluster}/shares", _shares, methods=["GET", "POST"]),
    Route("/clusters/{cluster}/shares/{name:path}", routes.remove_share, methods=["DELETE"], name="share"),
    Route("/clusters/{cluster}/effects", routes.list_effects),
    Route("/clusters/{cluster}/injections", routes.list_injections),
    Route("/clusters/{cluster}/counters", routes.show_counters),
    Route("/clusters/{cluster}/profile", routes.set_profile, methods=["PUT"]),
    Route("/clusters/{cluster}/faults", _faults, methods=["GET", "POST", "DELETE"]),
    Route("/clusters/{cluster}/faults/{label:path}", routes.remove_fault, methods=["DELETE"], name="fault"),
    Route("/clusters/{cluster}/crash", routes.crash, methods=["POST"]),
    Route("/clusters/{cluster}/reset", routes.reset, methods=["POST"]),
    Route("/clusters/{cluster}/restore", routes.restore, methods=["POST"]),
    Route("/clusters/{cluster}/wait", routes.wait),
    Route("/faults", routes.list_kinds),
)


def admin_app(farm: Farm, waits: Waits, *, token: str, host: str) -> Guard:
    """The application for a farm, bound to `host`."""
    app = Starlette(
        routes=list(ROUTES),
        exception_handlers={AdminProblem: show_problem, HTTPException: show_http_error},
    )
    app.router.redirect_slashes = False  # some clients drop the body of a request that is redirected, or the token
    app.state.farm = farm
    app.state.waits = waits
    return Guard(app, token=token, hosts=accepted_hosts(host))
