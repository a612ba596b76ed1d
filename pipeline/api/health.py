"""Whether the service lives, whether it can serve, and the prose of its problems."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from pipeline.api.reply import json_reply
from pipeline.problems import Cause, Problem, ProblemError, catalogue
from pipeline.store.protocol import ReadStore

__all__ = ["Health", "problem_list", "problem_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """healthz: the process answers; readyz: the store does, too. Its findings are for people: it is ready with them."""

    store: ReadStore

    async def healthz(self, _: Request) -> ASGIApp:
        """GET /healthz"""
        return json_reply({"status": "ok"})

    async def readyz(self, _: Request) -> ASGIApp:
        """GET /readyz"""
        counts, findings = await self.store.counts(), await self.store.finding_counts()
        return json_reply({"status": "ok", "counts": counts, "findings": findings})


async def problem_list(_: Request) -> ASGIApp:
    """GET /problems"""
    return PlainTextResponse("".join(f"/problems/{cause}: {entry.title}\n" for cause, entry in catalogue().items()))


async def problem_page(request: Request) -> ASGIApp:
    """GET /problems/{cause}"""
    word = request.path_params["cause"]
    if word not in set(Cause):
        detail = f"There is no such problem; there are: {', '.join(Cause)}."
        raise ProblemError(Problem(cause=Cause.NOT_FOUND, detail=detail))
    entry = catalogue()[Cause(word)]
    keeps = "is kept and given again" if entry.kept else "is not kept: the request is looked at anew"
    text = (
        f"{entry.title} ({entry.status})\n\n{entry.prose}\n\nWith an Idempotency-Key this answer {keeps}. {entry.why}\n"
    )
    return PlainTextResponse(text)
