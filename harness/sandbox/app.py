"""The page's application: what is shown, and what the buttons do."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from harness.errors import OutputError, WorldError
from harness.sandbox.downloads import Downloads
from harness.sandbox.forms import number_of, read_form, rule_keys, said, seconds_of
from harness.sandbox.inbox_routes import inbox_routes
from harness.sandbox.live_verdict import LiveJudge
from harness.sandbox.named import CannotBreak, cluster_named, link_named
from harness.sandbox.panels import Panels
from harness.sandbox.portal_routes import portal_routes
from harness.sandbox.queue_routes import queue_routes
from harness.sandbox.said import said_for
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.speeds import Slider, Speed
from harness.sandbox.stream import events
from reports.html.template import asset
from reports.story import story_of

__all__ = ["Requests", "sandbox_app"]

_STATIC: Mapping[str, tuple[str, str]] = {
    "htmx.min.js": ("vendor", "text/javascript"),
    "sse.js": ("vendor", "text/javascript"),
    "idiomorph-ext.min.js": ("vendor", "text/javascript"),
    "sandbox.js": ("assets", "text/javascript"),
    "sandbox.css": ("assets", "text/css"),
}


class Requests(Protocol):
    """What the page can ask of the process that serves it."""

    @property
    def stop(self) -> Any: ...
    @property
    def reset(self) -> Any: ...


def sandbox_app(sandbox: Sandbox, judge: LiveJudge, requests: Requests, folder: Path) -> Starlette:
    """The application, without its guard. folder: for what lasts a moment."""
    page = _Page(sandbox, judge, requests)
    app = Starlette(
        routes=[
            Route("/", page.show),
            Route("/static/{name}", _static),
            Route("/events", page.events),
            Route("/panels", page.news),
            Route("/status", page.status),
            Route("/story/{where}/{name:path}", page.story),
            *portal_routes(sandbox, page.panels),
            Route("/past", page.past),
            *Downloads(sandbox, folder).routes(),
            Route("/clusters/{where}/faults", page.faults, methods=["GET", "POST"]),
            Route("/links/{where}/toxics", page.toxics, methods=["GET", "POST"]),
            Route("/off", page.switch_off, methods=["POST"]),
            Route("/clusters/{where}/speed", page.speed, methods=["POST"]),
            *queue_routes(sandbox, page.panels),
            *inbox_routes(sandbox),
            Route("/clusters/{where}/{act}", page.break_cluster, methods=["POST"]),
            Route("/parts/{where}/{act}", page.break_part, methods=["POST"]),
            Route("/load/{act}", page.load, methods=["POST"]),
            Route("/heal", page.heal, methods=["POST"]),
            Route("/down", page.down, methods=["POST"]),
            Route("/reset", page.reset, methods=["POST"]),
        ],
        exception_handlers={
            CannotBreak: _show_refusal,
            OutputError: _show_refusal,
            WorldError: _show_trouble,
            HTTPException: _show_http_error,
        },
    )
    app.router.redirect_slashes = False
    return app


class _Page:
    def __init__(self, sandbox: Sandbox, judge: LiveJudge, requests: Requests) -> None:
        self._sandbox = sandbox
        self._judge = judge
        self._requests = requests
        self.panels = Panels(sandbox, judge)

    async def show(self, request: Request) -> Response:
        return HTMLResponse(self.panels.page())

    async def events(self, request: Request) -> Response:
        last = request.headers.get("last-event-id", "")
        return StreamingResponse(events(self._sandbox, self.panels, last), media_type="text/event-stream")

    async def news(self, request: Request) -> Response:
        """GET /panels?seen=...: the panels that changed since, and what to ask with the next time."""
        panels = self.panels.versions.since(request.query_params.get("seen", ""))
        if not panels:
            return Response(status_code=204)
        return JSONResponse({"seen": self.panels.versions.seen, "panels": dict(panels)})

    async def status(self, request: Request) -> Response:
        sandbox = self._sandbox
        return JSONResponse(
            {
                "shares": dict(sandbox.table.counts()),
                "parts": {name: sandbox.by_hand.doing(name) or "running" for name in sandbox.world.service.parts},
                "clusters": {
                    cluster.name: {
                        "open": cluster.is_open,
                        "shares": len(cluster.share_names),
                        "on": [row.rule.label for row in sandbox.by_hand.faults.on(cluster.name)],
                    }
                    for cluster in sandbox.clusters
                },
                "verdict": {
                    "verdict": self._judge.verdict.verdict,
                    "final": self._judge.verdict.final,
                    "broken": [finding.invariant for finding in self._judge.verdict.broken],
                },
                "since": sandbox.world.clock.now(),
            }
        )

    async def story(self, request: Request) -> Response:
        """As it is; where it cannot be read at the moment, that is shown in its place, and asked again."""
        where, name = request.path_params["where"], request.path_params["name"]
        try:
            history, _ = await self._sandbox.history()
        except (WorldError, httpx.HTTPError) as error:
            answer = HTMLResponse(self.panels.no_story(where, name, str(error)), status_code=503)
            answer.headers.update({"HX-Retarget": "#story-body", "HX-Reswap": "outerHTML"})
            return answer
        story = story_of(history, where, name, now=self._sandbox.world.clock.now())
        exchanges = next((cluster.exchanges() for cluster in self._sandbox.clusters if cluster.name == where), None)
        return HTMLResponse(self.panels.story(story, said_for(story.commands, exchanges or ())))

    async def faults(self, request: Request) -> Response:
        where = request.path_params["where"]
        cluster_named(self._sandbox.world, where)
        if request.method == "GET":
            return HTMLResponse(self.panels.catalogue(where))
        keys, seconds = await rule_keys(request)
        label = self._sandbox.by_hand.faults.add_fault(where, keys, seconds=seconds)
        return said(f"{label} is on at {where}")

    async def toxics(self, request: Request) -> Response:
        where = request.path_params["where"]
        link_named(self._sandbox.world, where)
        if request.method == "GET":
            return HTMLResponse(self.panels.toxics(where))
        keys, seconds = await rule_keys(request)
        label = self._sandbox.by_hand.faults.add_toxic(where, keys, seconds=seconds)
        return said(f"{label} is on at {where}")

    async def past(self, request: Request) -> Response:
        part = number_of(request.query_params.get("part", ""), "part", least=0, most=1000)
        history, _ = await self._sandbox.history()
        return HTMLResponse(self.panels.past(history, part / 1000))

    async def switch_off(self, request: Request) -> Response:
        form = await read_form(request)
        self._sandbox.by_hand.faults.remove(form.get("where", ""), form.get("label", ""))
        return said(f"{form.get('label', '')} is off at {form.get('where', '')}")

    async def speed(self, request: Request) -> Response:
        form = await read_form(request)
        where = request.path_params["where"]
        speeds = self._sandbox.by_hand.speeds
        cluster_named(self._sandbox.world, where)
        speed = Speed(
            base=form.get("base") or None,
            factor=number_of(form.get("factor", "1"), "factor", above=0, most=1000),
        )
        tail = number_of(form.get("tail", "1"), "tail", above=0, most=1000)
        failures = number_of(form.get("failures", "0"), "failures", least=0, most=100)
        if speed != speeds.of[where]:
            speeds.set(where, speed)
        speeds.slide(where, Slider.TAIL, tail)
        speeds.slide(where, Slider.FAILURES, failures / 100)
        return said(
            f"{where}: {speed.base or 'its own profile'}, {speed.factor:g} times as long, 5 % of its commands "
            f"{tail:g} times as long again, {failures:g} % of them fail"
        )

    async def break_cluster(self, request: Request) -> Response:
        where, act = request.path_params["where"], request.path_params["act"]
        by_hand = self._sandbox.by_hand
        seconds = seconds_of((await read_form(request)).get("seconds") or "5s")
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "crash": lambda: by_hand.crash(where, seconds=seconds),
            "wipe": lambda: by_hand.crash(where, seconds=seconds, wipe=True),
            "disconnect": lambda: by_hand.disconnect(where),
        }
        await _known(acts, act)()
        return said(f"{where}: {act}")

    async def break_part(self, request: Request) -> Response:
        where, act = request.path_params["where"], request.path_params["act"]
        by_hand = self._sandbox.by_hand
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": lambda: by_hand.kill(where),
            "pause": lambda: by_hand.pause(where),
            "terminate": lambda: by_hand.terminate(where),
            "start": lambda: by_hand.start(where),
            "stop": lambda: by_hand.stop(where),
        }
        await _known(acts, act)()
        return said(f"{where}: {act}")

    async def load(self, request: Request) -> Response:
        act = request.path_params["act"]
        if act == "on":
            self._sandbox.start_load()
        elif act == "off":
            await self._sandbox.load.stop()
        else:
            raise CannotBreak(f"load: {act!r} is not accepted; accepted: on, off")
        return said(f"the load is {act}")

    async def heal(self, request: Request) -> Response:
        await self._sandbox.heal()
        return said("all faults are off, nothing is held up, and all parts run")

    async def down(self, request: Request) -> Response:
        self._requests.stop.set()
        return said("the sandbox ends; its state is kept")

    async def reset(self, request: Request) -> Response:
        self._requests.reset.set()
        return said("the sandbox begins anew")


@cache
def _file(name: str) -> str:
    folder, _ = _STATIC[name]
    text = (files("harness.sandbox") / folder / name).read_text(encoding="utf-8")
    return str(asset("assets/report.css") + asset("assets/story.css")) + text if name.endswith(".css") else text


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    return Response(_file(name), media_type=_STATIC[name][1])


def _known(acts: Mapping[str, Callable[[], Awaitable[None]]], act: str) -> Callable[[], Awaitable[None]]:
    if act not in acts:
        raise CannotBreak(f"{act!r} is not accepted; accepted: {', '.join(acts)}")
    return acts[act]


async def _show_refusal(request: Request, error: Exception) -> Response:
    return said(str(error), 422)


async def _show_trouble(request: Request, error: Exception) -> Response:
    return said(str(error), 503)


async def _show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return said(f"{request.url.path}: {error.detail}", error.status_code)
