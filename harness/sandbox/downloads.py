"""The files that the page offers; what makes them is imported when one is asked for, since a start needs none of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.errors import WorldError
from harness.sandbox.named import CannotBreak
from harness.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from reports.journal import Journal

__all__ = ["Downloads"]


class Downloads:
    """folder: for what lasts a moment."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder

    def routes(self) -> Sequence[Route]:
        """One for each file."""
        return [
            Route("/scenario.toml", self._scenario),
            Route("/journal.json", self._journal),
            Route("/stories.html", self._stories),
            Route("/trace.pftrace", self._trace),
            Route("/traces.otlp.json", self._otlp),
        ]

    async def _scenario(self, request: Request) -> Response:
        from harness.sandbox.exports import scenario_text

        return _download(scenario_text(self._sandbox), "by-hand.toml", "application/toml")

    async def _journal(self, request: Request) -> Response:
        from harness.sandbox.exports import journal_bytes

        try:
            found = await journal_bytes(self._sandbox, self._folder)
        except WorldError as error:
            raise CannotBreak(str(error)) from error
        return _download(found, "journal.json", "application/json")

    async def _stories(self, request: Request) -> Response:
        from reports.html.stories import render_stories

        return _download(render_stories(await self._now()), "stories.html", "text/html")

    async def _trace(self, request: Request) -> Response:
        from reports.perfetto import render_trace

        return _download(render_trace(await self._now()), "trace.pftrace", "application/octet-stream")

    async def _otlp(self, request: Request) -> Response:
        from reports.otlp import render_otlp

        return _download(render_otlp(await self._now()), "traces.otlp.json", "application/json")

    async def _now(self) -> "Journal":
        from harness.sandbox.exports import journal_now

        try:
            return await journal_now(self._sandbox)
        except WorldError as error:
            raise CannotBreak(str(error)) from error


def _download(content: str | bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
