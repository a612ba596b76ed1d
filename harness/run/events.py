"""What happens in a world that stands, as a stream of rows of the history."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from operator import attrgetter

import httpx

from harness.errors import WorldError
from harness.run.clusters import Clusters
from harness.service.service import ChangeLog, Service
from reports.history import Effect, Injection, NemesisAction, PartEnd, StateChange

__all__ = ["EVERY", "Event", "follow"]

Event = Effect | Injection | NemesisAction | PartEnd | StateChange

EVERY = 0.25
"""Seconds between two looks, unless the caller says otherwise."""


async def follow(
    clusters: Clusters,
    service: Service,
    *,
    nemesis: Callable[[], Sequence[NemesisAction]],
    ends: Callable[[], Sequence[PartEnd]],
    every: float = EVERY,
) -> AsyncGenerator[Event]:
    """Rows from the beginning on, without end, each once, with the number that its source gave it.

    Every so many seconds all sources are read for what is new; the rows of one such look come in the order of their
    instants. A service that cannot be read at the moment is read again at the next look.
    """
    effects = {cluster.name: 0 for cluster in clusters}
    strikes = actions = ended = changed = 0
    while True:
        fresh: list[Event] = []
        for name, seen in effects.items():
            rows = clusters.effects_of(name, after=seen)
            effects[name] = seen + len(rows)
            fresh += rows
        injections = clusters.injections(after=strikes)
        strikes += len(injections)
        fresh += injections
        done, over = nemesis()[actions:], ends()[ended:]
        actions, ended = actions + len(done), ended + len(over)
        fresh += (*done, *over)
        if isinstance(service, ChangeLog):
            with suppress(httpx.HTTPError, WorldError):
                changes = await service.read_changes(after=changed)
                changed = changes[-1].number if changes else changed
                fresh += changes
        for row in sorted(fresh, key=attrgetter("at")):
            yield row
        await asyncio.sleep(every)
