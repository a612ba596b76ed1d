"""Clusters that run, for asyncio code."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from spoolproof._farm import Cluster, Farm, cluster_named
from spoolproof._rows import Effect, Injection, Share

__all__ = ["AsyncCluster", "AsyncFarm"]

Value = TypeVar("Value")


class AsyncFarm:
    """`Farm` for asyncio code."""

    def __init__(self, farm: Farm) -> None:
        self.admin_url = farm.admin_url
        self.admin_token = farm.admin_token
        self.addresses = farm.addresses
        self.known_hosts = farm.known_hosts
        self.client_key = farm.client_key
        self.clusters: Mapping[str, AsyncCluster] = {
            name: AsyncCluster(cluster) for name, cluster in farm.clusters.items()
        }

    def __getitem__(self, name: str) -> "AsyncCluster":
        """Raises `InputError`."""
        return cluster_named(self.clusters, name)


class AsyncCluster:
    """`Cluster` for asyncio code: whatever asks the lab is awaited."""

    def __init__(self, cluster: Cluster) -> None:
        self.plain = cluster
        """The same, for plain code."""
        self.name = cluster.name
        self.host = cluster.host
        self.port = cluster.port
        self.user = cluster.user
        self.password = cluster.password
        self.client_key = cluster.client_key
        self.host_keys = cluster.host_keys

    def ssh(self, *command: str) -> list[str]:
        """The words that run a command there with OpenSSH's client, whatever its own configuration says."""
        return self.plain.ssh(*command)

    async def shares(self) -> tuple[Share, ...]:
        return await _asked(self.plain.shares)

    async def effects(self, after: int = 0) -> tuple[Effect, ...]:
        return await _asked(lambda: self.plain.effects(after))

    async def injections(self, after: int = 0) -> tuple[Injection, ...]:
        return await _asked(lambda: self.plain.injections(after))

    async def counters(self) -> dict[str, int]:
        return await _asked(self.plain.counters)

    async def wait_for_count(self, counter: str, at_least: int = 1, *, timeout: float = 10.0) -> int:
        return await _asked(lambda: self.plain.wait_for_count(counter, at_least, timeout=timeout))

    async def add_fault(self, fault: str, **keys: Any) -> str:
        return await _asked(lambda: self.plain.add_fault(fault, **keys))

    async def remove_fault(self, label: str) -> None:
        await _asked(lambda: self.plain.remove_fault(label))

    async def clear_faults(self) -> None:
        await _asked(self.plain.clear_faults)

    async def set_profile(self, **keys: Any) -> None:
        await _asked(lambda: self.plain.set_profile(**keys))

    async def add_share(self, name: str, *, size: int = 1 << 30) -> None:
        await _asked(lambda: self.plain.add_share(name, size=size))

    async def remove_share(self, name: str) -> None:
        await _asked(lambda: self.plain.remove_share(name))

    async def crash(self, *, down_for: float = 5.0, wipe: bool = False) -> None:
        await _asked(lambda: self.plain.crash(down_for=down_for, wipe=wipe))

    async def reset(self) -> None:
        await _asked(self.plain.reset)

    async def restore(self) -> None:
        await _asked(self.plain.restore)


async def _asked(call: Callable[[], Value]) -> Value:
    import asyncio

    return await asyncio.to_thread(call)
