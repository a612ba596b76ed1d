"""What a process without an API serves: its metrics, and that it lives."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.api.reply import json_reply, metrics_reply

if TYPE_CHECKING:
    from pipeline.metrics import Metrics

__all__ = ["metrics_app"]


def metrics_app(metrics: "Metrics") -> Starlette:
    """`/metrics` and `/livez`."""

    async def measured(_: Request) -> Response:
        return metrics_reply(metrics.text())

    async def livez(_: Request) -> Response:
        return json_reply({"status": "ok"})

    return Starlette(routes=[Route("/metrics", measured), Route("/livez", livez)])
