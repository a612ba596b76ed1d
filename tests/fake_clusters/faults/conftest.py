"""Clusters with the faults that a test asks for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.fake_clusters.faults.farms import Faulty, Opens


@pytest.fixture(scope="session")
def key_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def with_faults(key_directory: Path) -> AsyncIterator[Opens]:
    """`faulty = await with_faults("hang")`: closed at the end, when the cluster without faults must still be calm."""
    async with AsyncExitStack() as stack:
        opened: list[Faulty] = []

        async def open_one(fault: str, **parameters: Any) -> Faulty:
            faulty = await stack.enter_async_context(Faulty.open(key_directory, {"kind": fault, **parameters}))
            opened.append(faulty)
            return faulty

        yield open_one
        for faulty in opened:
            assert await faulty.is_calm()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
