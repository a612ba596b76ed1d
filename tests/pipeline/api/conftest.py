from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from pipeline.api.app import create_api
from pipeline.settings import ApiSettings
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.pipeline.store.stores import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock(1_764_000_000.25)


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store.db", clock) as opened:
        yield opened


@pytest.fixture
def settings() -> ApiSettings:
    return ApiSettings(retry_after=1.5, key_lifetime=60.0)


@pytest.fixture
async def client(store: Store, settings: ApiSettings, clock: HandClock) -> AsyncIterator[httpx.AsyncClient]:
    locations = frozenset({"north", "south"})
    app = create_api(store, settings, clock=clock, new_id=uuid7_maker(clock), locations=locations)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as opened:
        yield opened
