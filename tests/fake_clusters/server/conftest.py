"""Fronts to test against: one cluster each, on the real model, with the plans that a test asks for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from connector.clock import steady_clock
from fake_clusters.environment import PacedEnvironment
from fake_clusters.keys import ClientKey, HostKeys, KeyStore
from fake_clusters.model import ClusterModel
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan
from fake_clusters.server.algorithms import suite_of
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec
from tests.fake_clusters.server.planned import Planned

USER, PASSWORD = "spool", "secret"


def said(result: asyncssh.SSHCompletedProcess) -> str:
    """Both outputs of a command."""
    assert isinstance(result.stdout, str)
    assert isinstance(result.stderr, str)
    return result.stdout + result.stderr


class Fronts:
    """Opens fronts that are closed at the end of the test."""

    def __init__(self, stack: AsyncExitStack, client: ClientKey | None) -> None:
        self._stack = stack
        self._client = client
        self.known: dict[SshFront, str] = {}

    @property
    def client(self) -> ClientKey:
        assert self._client is not None
        return self._client

    async def open(
        self,
        *plans: ConnectionPlan | ChannelPlan | CommandPlan,
        spec: ClusterSpec | None = None,
        options: ServerOptions | None = None,
        keys: HostKeys | None = None,
        **more: Any,
    ) -> SshFront:
        """A front whose connections, channels and commands go as `plans` say, with fresh keys unless told otherwise."""
        loop = asyncio.get_running_loop()
        model = ClusterModel(
            PacedEnvironment(loop),
            spec or ClusterSpec(name="north"),
            seed=1,
            wall=steady_clock(loop),
            injector=Planned(plans),
        )
        options = options or ServerOptions(users={USER: PASSWORD}, authorized_keys=(self.client.public,))
        keys = keys or HostKeys.fresh(algorithms=suite_of(model.spec.algorithms).host_keys)
        front = await self._stack.enter_async_context(SshFront(model, keys=keys, options=options, **more))
        self.known[front] = front.known_hosts
        return front

    async def connect(self, front: SshFront, **more: Any) -> asyncssh.SSHClientConnection:
        """An asyncssh client, logged in with the password unless told otherwise, that checks the host key."""
        settings: dict[str, Any] = {"username": USER, "password": PASSWORD, "client_keys": None, **more}
        pinned = asyncssh.import_known_hosts(self.known[front])
        opening = asyncssh.connect(*front.address, config=None, known_hosts=pinned, **settings)
        return await self._stack.enter_async_context(opening)


@pytest.fixture(scope="session")
def client_key(tmp_path_factory: pytest.TempPathFactory) -> ClientKey:
    return KeyStore(Path(tmp_path_factory.mktemp("keys"))).client_key()


@pytest.fixture
async def fronts(client_key: ClientKey) -> AsyncIterator[Fronts]:
    async with AsyncExitStack() as stack:
        yield Fronts(stack, client_key)
    # What a closed front leaves behind is a leak.
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
