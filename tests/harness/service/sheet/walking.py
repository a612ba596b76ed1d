"""Walks a share through an application in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from harness.http_client import HttpxClient
from harness.service.sheet.loading import OpenSheet, open_sheet
from harness.service.sheet.steps import StepResult, WalkPlan, WalkStep
from harness.service.sheet.walk import Walk

__all__ = ["in_process", "results", "sheet", "walked"]

PLAN = WalkPlan(location="north", name="a", size=1024**3, within=5.0, every=0.0)


def sheet(name: str, **environment: str) -> OpenSheet:
    """A shipped sheet."""
    return open_sheet(name, beside=Path(), environment=environment)


@asynccontextmanager
async def in_process(app: ASGIApp, url: str = "http://service") -> AsyncIterator[HttpxClient]:
    """A client of an application, without a socket."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url) as http:
        yield HttpxClient(http)


async def walked(opened: OpenSheet, app: ASGIApp, url: str = "http://service") -> tuple[list[WalkStep], str | None]:
    """The steps, and what is left."""
    steps: list[WalkStep] = []
    async with in_process(app, url) as http:
        walk = Walk(opened.api, http, PLAN, steps.append, keys=opened.allowances.keys)
        await walk.run()
        return steps, await walk.clean_up()


def results(steps: list[WalkStep]) -> dict[str, StepResult]:
    """How each step went."""
    return {step.name: step.result for step in steps}
