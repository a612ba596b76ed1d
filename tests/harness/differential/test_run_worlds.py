"""Worlds are played one after another, with one seed; after an interrupt no further one is begun."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from harness.differential.run_worlds import run_worlds
from harness.run.progress import Progress, Step
from harness.world_name import WorldName
from reports.journal import Journal
from tests.harness.model.scenes import scenario

_WORLDS = (WorldName.MODEL, WorldName.VIRTUAL)


@contextmanager
def _unseen(name: str) -> Iterator[Progress]:
    yield _ignore


def _ignore(step: Step) -> None:
    """Nobody looks."""


async def _played(stop: asyncio.Event) -> list[Journal]:
    calm = scenario(rate=2.0, duration=3.0)
    runs = run_worlds(calm, _WORLDS, seed=5, stop=stop, progress=_unseen, command=lambda world: f"play {world}")
    return [journal async for journal in runs]


async def test_every_world_gets_a_journal_of_the_same_seed() -> None:
    journals = await _played(asyncio.Event())
    assert [(journal.world, journal.seed, journal.command) for journal in journals] == [
        ("model", 5, "play model"),
        ("virtual", 5, "play virtual"),
    ]


async def test_an_interrupted_world_is_the_last() -> None:
    stop = asyncio.Event()
    stop.set()
    (journal,) = await _played(stop)
    assert journal.interrupted
