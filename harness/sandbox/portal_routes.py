"""The routes of the portal: what is asked as a user would, and a look at who may use a share."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.sandbox.forms import access_rule_of, choice_of, read_form, said, size_of
from harness.sandbox.named import CannotBreak, cluster_named
from harness.sandbox.panels import Panels
from harness.sandbox.sandbox import Sandbox
from harness.service.access import rule_of
from reports.history import OpKind

__all__ = ["portal_routes"]


def portal_routes(sandbox: Sandbox, panels: Panels) -> list[Route]:
    """Of one sandbox."""
    handlers = _PortalRoutes(sandbox, panels)
    return [
        Route("/portal", handlers.ask, methods=["POST"]),
        Route("/portal/{number:int}/again", handlers.ask_again, methods=["POST"]),
        Route("/access/{where}/{name:path}", handlers.access),
    ]


class _PortalRoutes:
    def __init__(self, sandbox: Sandbox, panels: Panels) -> None:
        self._sandbox = sandbox
        self._panels = panels

    async def access(self, request: Request) -> Response:
        where, name = request.path_params["where"], request.path_params["name"]
        cluster_named(self._sandbox.world, where)
        return HTMLResponse(self._panels.access(where, name, await self._sandbox.portal.look_at_access(where, name)))

    async def ask(self, request: Request) -> Response:
        form = await read_form(request)
        kind = OpKind(choice_of(form.get("ask", ""), "ask", self._sandbox.portal.offered))
        location, name = form.get("location", ""), form.get("name", "").strip()
        cluster_named(self._sandbox.world, location)
        if not name:
            raise CannotBreak("name: give the share a name")
        size = size_of(form) if kind in {OpKind.CREATE, OpKind.RESIZE} else None
        rule = access_rule_of(form) if kind in {OpKind.ALLOW, OpKind.DENY} else None
        asked = await self._sandbox.portal.ask(kind, location, name, size=size, rule=rule)
        assert asked.answer is not None
        return said(f"{kind} {location}/{name}: {asked.answer.status or asked.answer.cause or 'no answer'}")

    async def ask_again(self, request: Request) -> Response:
        number = request.path_params["number"]
        before = next((one.op for one in self._sandbox.portal.asked if one.op.number == number), None)
        if before is None:
            raise CannotBreak(f"request {number} is not listed any more")
        portal = self._sandbox.portal
        rule = rule_of(before) if before.grantee is not None else None
        asked = await portal.ask(before.kind, before.location, before.name, size=before.size, rule=rule, repeats=before)
        assert asked.answer is not None
        return said(f"{before.kind} {before.location}/{before.name} again: {asked.answer.status or asked.answer.cause}")
