"""Many fake clusters in one process, each behind SSH on a port and with a host key of its own."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from connector.clock import steady_clock
from connector.errors import DialectError
from connector.injection import Injection
from connector.targets import Target
from fake_clusters.cluster import FakeCluster
from fake_clusters.environment import PacedEnvironment
from fake_clusters.errors import FarmError
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.front import OpenFront
from fake_clusters.model import ClusterModel
from fake_clusters.server.dialects import dialect_named
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec

__all__ = ["Farm"]


class Farm:
    """The clusters run while the context lasts; on leaving it every port, connection and timer is gone.

    rules: faults, each for the clusters that it names. keys: directory of host and client keys, made at first use.
    options: who may log in; None: whoever has a client key in `keys`. ports: by cluster name, any free one for the
    others. begun: whether time zero is the start; otherwise no latency phase holds and no fault applies before `begin`.
    fronts: what stands before each model in place of an SSH server; keys, options, host and ports are then not used.
    Raises `FarmError`, `KeyStoreError` or `PortError` on entering.
    """

    def __init__(
        self,
        specs: Sequence[ClusterSpec],
        rules: Sequence[FaultRule] = (),
        *,
        keys: Path,
        seed: int = 0,
        options: ServerOptions | None = None,
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
        begun: bool = True,
        fronts: OpenFront | None = None,
    ) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._rules = tuple(rules)
        self._keys = keys
        self._known_hosts: list[str] = []
        self._seed = seed
        self._options = options
        self._host = host
        self._ports = ports or {}
        self._begun = begun
        self._fronts = fronts
        self._injections = InjectionLog()
        self._clusters: dict[str, FakeCluster] = {}
        self._stack = AsyncExitStack()
        _check_names(specs, self._rules, self._ports)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._wall = steady_clock(loop)
        async with AsyncExitStack() as stack:
            self._env = await stack.enter_async_context(PacedEnvironment(loop))
            self._epoch = self._made = self._wall()
            open_front = self._over_ssh() if self._fronts is None else self._fronts
            for spec in self._specs.values():
                self._clusters[spec.name] = await self._start(spec, stack, open_front)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def clusters(self) -> Mapping[str, FakeCluster]:
        """By name, in the order in which they were given."""
        return self._clusters

    @property
    def epoch(self) -> float:
        """The Unix time of time zero: what an instant of an effect or an injection is counted from."""
        return self._epoch

    def cluster(self, name: str) -> FakeCluster:
        """Raises `FarmError`."""
        if name not in self._clusters:
            raise FarmError(f"no cluster {name!r}; there are: {', '.join(self._clusters)}")
        return self._clusters[name]

    def targets(self) -> list[Target]:
        """Where the clusters are and how to log in."""
        return [cluster.target for cluster in self._clusters.values()]

    def known_hosts(self) -> str:
        """The host keys of all clusters as OpenSSH's clients keep them."""
        return "".join(self._known_hosts)

    def injections(self, after: int = 0) -> tuple[Injection, ...]:
        """The injections of all clusters, in order."""
        return self._injections.rows(after=after)

    def begin(self, *, after: float = 0.0) -> None:
        """Time zero is in `after` seconds: windows of faults and latency phases, effects and injections count
        from there."""
        self._env.catch_up()
        zero = self._env.now + after
        self._epoch = self._made + zero
        for cluster in self._clusters.values():
            cluster.begin(zero)

    def heal(self) -> None:
        """No fault and no latency phase any more, anywhere."""
        for cluster in self._clusters.values():
            cluster.heal()

    async def _start(self, spec: ClusterSpec, stack: AsyncExitStack, open_front: OpenFront) -> FakeCluster:
        injector = FaultInjector(
            spec.name, self._rules, seed=self._seed, log=self._injections, origin=0.0 if self._begun else None
        )
        try:
            dialect = dialect_named(spec.dialect)
        except DialectError as error:
            raise FarmError(f"cluster {spec.name!r}: {error}") from error
        model = ClusterModel(
            self._env, spec, seed=self._seed, wall=self._wall, injector=injector, carries=dialect.capabilities
        )
        front, target = await stack.enter_async_context(open_front(model))
        cluster = FakeCluster(model, front, injector, self._injections, target=target, dialect=dialect)
        stack.callback(cluster.close)
        return cluster

    def _over_ssh(self) -> OpenFront:
        from fake_clusters.ssh_fronts import over_ssh  # asyncssh takes an eighth of a second of CPU time

        return over_ssh(
            tuple(self._specs.values()),
            keys=self._keys,
            seed=self._seed,
            options=self._options,
            host=self._host,
            ports=self._ports,
            opened=self._known_hosts.append,
        )


def _check_names(specs: Sequence[ClusterSpec], rules: Sequence[FaultRule], ports: Mapping[str, int]) -> None:
    names = Counter(spec.name for spec in specs)
    known = ", ".join(names) or "none"
    if twice := [name for name, count in names.items() if count > 1]:
        raise FarmError(f"two clusters are called {twice[0]!r}; each needs a name of its own")
    if unknown := [name for name in ports if name not in names]:
        raise FarmError(f"ports: no cluster {unknown[0]!r}; there are: {known}")
    for rule in rules:
        if wrong := [name for name in rule.selector.clusters if name not in names]:
            raise FarmError(f"fault {rule.label!r}: no cluster {wrong[0]!r}; there are: {known}")
