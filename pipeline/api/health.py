"""Whether the process lives and can serve, what it measures, and the prose of its problems."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pipeline.api.caller import AccessLevel
from pipeline.api.description import described
from pipeline.api.reply import json_reply, metrics_reply
from pipeline.api.schemas import Liveness, Readiness
from pipeline.api.service import PortalStore
from pipeline.errors import StoreError, StoreUnavailableError
from pipeline.problems import Cause, Problem, ProblemError, catalogue
from pipeline.record import DeadFilter

if TYPE_CHECKING:
    from pipeline.metrics import Metrics  # brings prometheus_client along, which no world needs
    from pipeline.store_metrics import StoreReading

__all__ = ["Health", "problem_list", "problem_page"]

_PATIENCE = 2.0
"""Seconds after which a store that has not committed is taken for one that cannot: less than probes wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """commit: writes something, durably. metrics None: none are kept. tells: whoever asks may know the counts."""

    store: PortalStore
    commit: Callable[[], Awaitable[None]]
    metrics: "Metrics | None"
    tells: bool = True

    @described("200 while the process answers", access=AccessLevel.ANYBODY, answer=Liveness)
    async def livez(self, _: Request) -> Response:
        """GET /livez: the process answers."""
        return json_reply({"status": "ok"})

    @described(
        "200 while the store commits, else 503; `counts` of records and `findings`, where no credentials are asked for",
        access=AccessLevel.ANYBODY,
        answer=Readiness,
    )
    async def readyz(self, _: Request) -> Response:
        """GET /readyz: the store commits. Clusters that are away, and findings, are no reason not to accept."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.commit()
                counts, findings = await self.store.counts(), await self.store.finding_counts()
                dead = await self.store.count_dead(DeadFilter())
        except TimeoutError:
            raise StoreUnavailableError(f"the store committed nothing within {_PATIENCE:g} s") from None
        told = {"counts": counts, "findings": findings, "dead": dead} if self.tells else {}
        return json_reply({"status": "ok", **told})

    @described("what the process measures, for Prometheus", media="text/plain")
    async def measured(self, _: Request) -> Response:
        """GET /metrics"""
        assert self.metrics is not None, "it is not routed"
        try:
            async with asyncio.timeout(_PATIENCE):
                self.metrics.stored(await self._reading())
        except (StoreError, TimeoutError):
            self.metrics.stored(None)
        return metrics_reply(self.metrics.text())

    async def _reading(self) -> "StoreReading":
        from pipeline.store_metrics import StoreReading

        receivers = dict.fromkeys(("ok", "failing", "disabled"), 0)
        for endpoint in await self.store.notices.endpoints():
            receivers["disabled" if endpoint.disabled else "failing" if endpoint.failures else "ok"] += 1
        return StoreReading(
            counts=await self.store.counts(),
            findings=await self.store.finding_counts(),
            dead=await self.store.count_dead(DeadFilter()),
            age=await self.store.backlog_age(),
            receivers=receivers,
            bloat=await self.store.bloat(),
        )


@described("the causes of refusals", access=AccessLevel.ANYBODY, media="text/plain")
async def problem_list(_: Request) -> Response:
    """GET /problems"""
    return PlainTextResponse("".join(f"/problems/{cause}: {entry.title}\n" for cause, entry in catalogue().items()))


@described("one of them, in prose", access=AccessLevel.ANYBODY, media="text/plain", problems=(Cause.NOT_FOUND,))
async def problem_page(request: Request) -> Response:
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
