from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pipeline.store.stores import STORES, HandClock, Store


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with STORES[request.param](tmp_path, clock) as opened:
        yield opened
