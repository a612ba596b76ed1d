"""The routes of the queue: clusters are held up and let go, dead letters are counted and requeued."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.sandbox.forms import read_form, said, seconds_of
from harness.sandbox.named import cluster_named
from harness.sandbox.panels import Panels
from harness.sandbox.sandbox import Sandbox

__all__ = ["queue_routes"]


def queue_routes(sandbox: Sandbox, panels: Panels) -> list[Route]:
    """Of one sandbox."""
    handlers = _Queue(sandbox, panels)
    return [
        Route("/queue/count", handlers.count, methods=["POST"]),
        Route("/queue/requeue", handlers.requeue, methods=["POST"]),
        Route("/queue/hold", handlers.hold, methods=["POST"]),
        Route("/queue/lift/{where}", handlers.lift, methods=["POST"]),
    ]


class _Queue:
    def __init__(self, sandbox: Sandbox, panels: Panels) -> None:
        self._sandbox = sandbox
        self._panels = panels

    async def hold(self, request: Request) -> Response:
        form = await read_form(request)
        where = form.get("where", "")
        cluster_named(self._sandbox.world, where)
        wish = form.get("seconds", "").strip()
        seconds = seconds_of(wish) if wish else None
        kind = form.get("kind", "")
        await self._sandbox.queue.hold(where, kind, reason=form.get("reason", "").strip(), seconds=seconds)
        return said(f"{kind}: {where}, {'until it is lifted' if seconds is None else f'for {seconds:g} s'}")

    async def lift(self, request: Request) -> Response:
        where = request.path_params["where"]
        cluster_named(self._sandbox.world, where)
        await self._sandbox.queue.lift(where)
        return said(f"{where} is not held up any more")

    async def count(self, request: Request) -> Response:
        """How many a requeue would mean, with the button that does it."""
        location, reason = _filter(await read_form(request))
        count = await self._sandbox.queue.count_dead(location=location, reason=reason)
        return HTMLResponse(self._panels.requeue(count, location, reason))

    async def requeue(self, request: Request) -> Response:
        location, reason = _filter(await read_form(request))
        count = await self._sandbox.queue.requeue(location=location, reason=reason)
        return said(f"requeued: {count}")


def _filter(form: dict[str, str]) -> tuple[str | None, str | None]:
    return form.get("location") or None, form.get("reason", "").strip() or None
