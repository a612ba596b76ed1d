"""The page's application: what is shown, and what the buttons do."""

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

from markupsafe import escape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from connector.units import parse_duration, parse_size
from harness.sandbox.by_hand import CannotBreak, Speed
from harness.sandbox.downloads import Downloads
from harness.sandbox.live_verdict import LiveJudge
from harness.sandbox.panels import Panels
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.stream import events
from reports.history import OpKind
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
_LONGEST = 86_400.0
_LARGEST_FORM = 65_536


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
            Route("/status", page.status),
            Route("/story/{where}/{name:path}", page.story),
            *Downloads(sandbox, folder).routes(),
            Route("/portal", page.ask, methods=["POST"]),
            Route("/portal/{number:int}/again", page.ask_again, methods=["POST"]),
            Route("/clusters/{where}/faults", page.faults, methods=["GET", "POST"]),
            Route("/links/{where}/toxics", page.toxics, methods=["GET", "POST"]),
            Route("/off", page.switch_off, methods=["POST"]),
            Route("/clusters/{where}/speed", page.speed, methods=["POST"]),
            Route("/clusters/{where}/{act}", page.break_cluster, methods=["POST"]),
            Route("/parts/{where}/{act}", page.break_part, methods=["POST"]),
            Route("/load/{act}", page.load, methods=["POST"]),
            Route("/heal", page.heal, methods=["POST"]),
            Route("/down", page.down, methods=["POST"]),
            Route("/reset", page.reset, methods=["POST"]),
        ],
        exception_handlers={CannotBreak: _show_refusal, HTTPException: _show_http_error},
    )
    app.router.redirect_slashes = False
    return app


class _Page:
    def __init__(self, sandbox: Sandbox, judge: LiveJudge, requests: Requests) -> None:
        self._sandbox = sandbox
        self._judge = judge
        self._requests = requests
        self._panels = Panels(sandbox, judge)

    async def show(self, request: Request) -> Response:
        return HTMLResponse(self._panels.page())

    async def events(self, request: Request) -> Response:
        last = request.headers.get("last-event-id", "")
        number = int(last) if last.isdecimal() else None
        return StreamingResponse(events(self._sandbox, self._panels, number), media_type="text/event-stream")

    async def status(self, request: Request) -> Response:
        sandbox = self._sandbox
        return JSONResponse(
            {
                "shares": dict(sandbox.table.counts()),
                "parts": {name: sandbox.doing(name) or "running" for name in sandbox.world.service.parts},
                "clusters": {
                    cluster.name: {
                        "open": cluster.is_open,
                        "shares": len(cluster.share_names),
                        "on": [row.rule.label for row in sandbox.by_hand.on(cluster.name)],
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
        where, name = request.path_params["where"], request.path_params["name"]
        history, _ = await self._sandbox.history()
        story = story_of(history, where, name, now=self._sandbox.world.clock.now())
        return HTMLResponse(self._panels.story(story))

    async def ask(self, request: Request) -> Response:
        form = await _form(request)
        kind = _choice(form, "ask", OpKind)
        location, name = form.get("location", ""), form.get("name", "").strip()
        self._sandbox.by_hand.cluster(location)
        if not name:
            raise CannotBreak("name: give the share a name")
        size = _size(form) if kind in {OpKind.CREATE, OpKind.RESIZE} else None
        asked = await self._sandbox.portal.ask(kind, location, name, size=size)
        assert asked.answer is not None
        return _said(f"{kind} {location}/{name}: {asked.answer.status or asked.answer.cause or 'no answer'}")

    async def ask_again(self, request: Request) -> Response:
        number = request.path_params["number"]
        before = next((one.op for one in self._sandbox.portal.asked if one.op.number == number), None)
        if before is None:
            raise CannotBreak(f"request {number} is not listed any more")
        portal = self._sandbox.portal
        asked = await portal.ask(before.kind, before.location, before.name, size=before.size, repeats=before)
        assert asked.answer is not None
        return _said(
            f"{before.kind} {before.location}/{before.name} again: {asked.answer.status or asked.answer.cause}"
        )

    async def faults(self, request: Request) -> Response:
        where = request.path_params["where"]
        self._sandbox.by_hand.cluster(where)
        if request.method == "GET":
            return HTMLResponse(self._panels.catalogue(where))
        keys, seconds = await _keys(request)
        label = self._sandbox.by_hand.add_fault(where, keys, seconds=seconds)
        return _said(f"{label} is on at {where}")

    async def toxics(self, request: Request) -> Response:
        where = request.path_params["where"]
        self._sandbox.by_hand.link(where)
        if request.method == "GET":
            return HTMLResponse(self._panels.toxics(where))
        keys, seconds = await _keys(request)
        label = self._sandbox.by_hand.add_toxic(where, keys, seconds=seconds)
        return _said(f"{label} is on at {where}")

    async def switch_off(self, request: Request) -> Response:
        form = await _form(request)
        self._sandbox.by_hand.remove(form.get("where", ""), form.get("label", ""))
        return _said(f"{form.get('label', '')} is off at {form.get('where', '')}")

    async def speed(self, request: Request) -> Response:
        form = await _form(request)
        where = request.path_params["where"]
        try:
            factor = float(form.get("factor", "1"))
        except ValueError:
            factor = 0.0
        if not 0 < factor <= 1000:
            raise CannotBreak("factor: a number above 0, at most 1000")
        self._sandbox.by_hand.set_speed(where, Speed(base=form.get("base") or None, factor=factor))
        return _said(f"{where} takes {factor:g} times as long")

    async def break_cluster(self, request: Request) -> Response:
        where, act = request.path_params["where"], request.path_params["act"]
        by_hand = self._sandbox.by_hand
        seconds = _seconds((await _form(request)).get("seconds") or "5s")
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "crash": lambda: by_hand.crash(where, seconds=seconds),
            "wipe": lambda: by_hand.crash(where, seconds=seconds, wipe=True),
            "disconnect": lambda: by_hand.disconnect(where),
        }
        await _known(acts, act)()
        return _said(f"{where}: {act}")

    async def break_part(self, request: Request) -> Response:
        where, act = request.path_params["where"], request.path_params["act"]
        by_hand = self._sandbox.by_hand
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": lambda: by_hand.kill(where),
            "pause": lambda: by_hand.pause(where),
            "terminate": lambda: by_hand.terminate(where),
            "start": lambda: by_hand.start(where),
        }
        await _known(acts, act)()
        return _said(f"{where}: {act}")

    async def load(self, request: Request) -> Response:
        act = request.path_params["act"]
        if act == "on":
            self._sandbox.start_load()
        elif act == "off":
            await self._sandbox.load.stop()
        else:
            raise CannotBreak(f"load: {act!r} is not accepted; accepted: on, off")
        return _said(f"the load is {act}")

    async def heal(self, request: Request) -> Response:
        await self._sandbox.by_hand.heal()
        return _said("all faults are off, and all parts run")

    async def down(self, request: Request) -> Response:
        self._requests.stop.set()
        return _said("the sandbox ends; its state is kept")

    async def reset(self, request: Request) -> Response:
        self._requests.reset.set()
        return _said("the sandbox begins anew")


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


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, of which each counts once."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise CannotBreak(f"a form may have {_LARGEST_FORM} bytes")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)))
    except ValueError as error:
        raise CannotBreak(f"the form cannot be read: {error}") from error


async def _keys(request: Request) -> tuple[dict[str, Any], float | None]:
    """The keys of a rule from a form, and for how long it is on. An empty field is a key that is left out."""
    form = await _form(request)
    wish = form.pop("for", "")
    keys: dict[str, Any] = {name: _value(text) for name, text in form.items() if text.strip()}
    if wish == "once":
        return {**keys, "first": 1}, None
    return keys, _seconds(wish) if wish else None


def _value(text: str) -> Any:
    """As a scenario file would have it: a number, a list or a table as such, everything else as a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _seconds(text: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise CannotBreak(f"seconds: {error}") from error
    if not 0 < seconds <= _LONGEST:
        raise CannotBreak(f"seconds: from above 0 to {_LONGEST:g}")
    return seconds


def _size(form: Mapping[str, str]) -> int:
    try:
        size = parse_size(form.get("size") or "1 GiB")
    except ValueError as error:
        raise CannotBreak(f"size: {error}") from error
    if size < 1:
        raise CannotBreak("size: at least 1 byte")
    return size


def _choice(form: Mapping[str, str], name: str, kinds: type[OpKind]) -> OpKind:
    accepted = [OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE, OpKind.GET]
    try:
        kind = kinds(form.get(name, ""))
    except ValueError:
        kind = OpKind.LIST
    if kind not in accepted:
        raise CannotBreak(f"{name}: {form.get(name, '')!r} is not accepted; accepted: {', '.join(accepted)}")
    return kind


def _known(acts: Mapping[str, Callable[[], Awaitable[None]]], act: str) -> Callable[[], Awaitable[None]]:
    if act not in acts:
        raise CannotBreak(f"{act!r} is not accepted; accepted: {', '.join(acts)}")
    return acts[act]


def _said(text: str, status: int = 200) -> Response:
    """What the page says of it, for those who see it and those who hear it."""
    return HTMLResponse(str(escape(text)), status_code=status)


async def _show_refusal(request: Request, error: Exception) -> Response:
    return _said(str(error), 422)


async def _show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{request.url.path}: {error.detail}\n", status_code=error.status_code)
