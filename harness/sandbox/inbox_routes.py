"""The routes of the inbox: what came, as JSON for a portal's own tests, and how the inbox misbehaves."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.sandbox.forms import choice_of, number_of, read_form, said, seconds_of
from harness.sandbox.sandbox import Sandbox
from harness.scenario.receivers import NoticeChannel
from harness.servers.inbox import InboxAction

__all__ = ["inbox_routes"]

_LONGEST = 60.0
"""Seconds that a request may wait."""
_MOST = 1_000_000
_QUERY = ("to", "wait", "after")


def inbox_routes(sandbox: Sandbox) -> list[Route]:
    """Of one sandbox."""
    handlers = _InboxRoutes(sandbox)
    return [
        Route("/inbox", handlers.read),
        Route("/inbox/rules", handlers.switch_on, methods=["POST"]),
        Route("/inbox/off", handlers.switch_off, methods=["POST"]),
        Route("/inbox/receivers", handlers.subscribe, methods=["POST"]),
    ]


class _InboxRoutes:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def read(self, request: Request) -> Response:
        """GET /inbox?to=...&wait=5&after=0: what was taken; `next` is the `after` of the next request."""
        query = request.query_params
        for name in query:
            choice_of(name, "query", _QUERY)
        wait = number_of(query.get("wait", "0"), "wait", least=0, most=_LONGEST, unit=" s")
        after = int(number_of(query.get("after", "0"), "after", least=0, most=_MOST))
        found = await self._sandbox.inbox.wait(query.get("to"), after=after, seconds=wait)
        behind = found[-1].number if found else after
        return JSONResponse({"messages": [message.as_json() for message in found], "next": behind})

    async def switch_on(self, request: Request) -> Response:
        form = await read_form(request)
        kind = NoticeChannel(choice_of(form.get("kind", ""), "kind", list(NoticeChannel)))
        action = InboxAction(choice_of(form.get("action", ""), "action", list(InboxAction)))
        wish = form.get("left", "").strip()
        left = None if not wish else int(number_of(wish, "left", least=1, most=_MOST))
        seconds = seconds_of(form.get("seconds") or "1s")
        self._sandbox.inbox.switch_on(kind, action, left=left, seconds=seconds)
        return said(f"{kind}: {action} {'all' if left is None else f'the next {left}'}")

    async def switch_off(self, request: Request) -> Response:
        form = await read_form(request)
        self._sandbox.inbox.switch_off(int(number_of(form.get("number", ""), "number", least=1, most=_MOST)))
        return said("the inbox does that no more")

    async def subscribe(self, request: Request) -> Response:
        """An address of mail: what is sent there comes to this inbox, whatever the address is."""
        to = (await read_form(request)).get("to", "").strip()
        await self._sandbox.queue.notify(f"mailto:{to}")
        return said(f"{to} is notified from now on")
