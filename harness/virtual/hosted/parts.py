"""The parts of somebody else's service on their hosts, which are one machine: started in order, ended in the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harness.errors import PartEnded, ServiceUnavailable
from harness.virtual.entropy import keyed_entropy
from harness.virtual.errors import LeavesVirtualTime
from harness.virtual.hosted.life import HostedLife
from harness.virtual.hosted.process import prepare
from harness.virtual.hosted.run_part import run_app, run_worker
from harness.virtual.hosts import NOWHERE, Host, current_host
from harness.virtual.loop import running_loop
from harness.virtual.network import Network
from harness.virtual.part import HostResource, VirtualPart

__all__ = ["HostedPart", "open_hosted_parts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPart:
    """app, worker: `module:attribute` of an ASGI application, or of a coroutine function; one of the two.

    folder: where its modules are. port: at which the application is served.
    """

    name: str
    folder: Path
    app: str | None = None
    worker: str | None = None
    port: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def open_hosted_parts(
    specs: Sequence[HostedPart],
    *,
    work: Path,
    seed: int,
    resources: Iterable[HostResource] = (),
    skews: Mapping[str, float] | None = None,
    logs: Path | None = None,
) -> AsyncIterator[Mapping[str, VirtualPart]]:
    """Start them on the running loop and its network; end them all, however the context ends.

    work: an empty folder for the files of the run. logs: a folder for what each part has printed. Raises
    `ServiceUnavailable` where one ends before it is ready, and `LeavesVirtualTime`, also in the midst, in an exception
    group or not.
    """
    prepare()
    net = running_loop().net
    assert isinstance(net, Network), "the loop of a virtual world has a network"
    net.share_loopback([NOWHERE.name, *(spec.name for spec in specs)])
    watch = _Watch()
    lives = _Lives(work=work, seed=seed, report=watch.report)
    holders: tuple[HostResource, ...] = (net, lives, *resources)
    parts = {
        spec.name: VirtualPart(
            spec.name,
            partial(lives.live, spec),
            resources=holders,
            skew=(skews or {}).get(spec.name, 0.0),
        )
        for spec in specs
    }
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch.raise_first())
        try:
            for part in parts.values():
                await _start(part, watch)
            yield parts
        finally:
            for part in reversed(parts.values()):
                await part.stop()
            watching.cancel()
            if logs is not None:
                _write_logs(logs, lives.printed)


def _write_logs(folder: Path, printed: Mapping[str, Sequence[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in printed.items():
        (folder / f"{name}.log").write_text("\n".join(lines), encoding="utf-8")


async def _start(part: VirtualPart, watch: "_Watch") -> None:
    try:
        await part.start()
    except PartEnded as ended:
        raise watch.first or ServiceUnavailable(str(ended)) from ended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lives:
    """Runs the lives of all parts, and ends those of killed hosts: a `HostResource`. printed: lines, by part."""

    work: Path
    seed: int
    report: Callable[[LeavesVirtualTime], None]
    printed: dict[str, list[str]] = field(default_factory=dict)

    @asynccontextmanager
    async def live(self, spec: HostedPart, name: str) -> AsyncIterator[str | None]:
        """Run one life, as its host."""
        host = current_host()
        life = HostedLife(
            part=spec.name,
            host=host,
            folder=spec.folder,
            work=self.work,
            environment=dict(spec.environment),
            entropy=keyed_entropy(self.seed, name),
            report=self.report,
            loop=asyncio.get_running_loop(),
            log=self.printed.setdefault(spec.name, []),
        )
        host.guest = life
        try:
            if spec.app is not None:
                async with run_app(life, spec.app, spec.port) as url:
                    yield url
            else:
                assert spec.worker is not None, "a part has an application or a worker"
                async with run_worker(life, spec.worker):
                    yield None
        finally:
            life.end()

    def host_died(self, host: Host) -> None:
        """What a kernel does for a killed process: its files close."""
        if isinstance(host.guest, HostedLife):
            host.guest.end()


class _Watch:
    """Ends the run where code has left virtual time, though it may catch the error that says so."""

    def __init__(self) -> None:
        self.first: LeavesVirtualTime | None = None
        self._found = asyncio.Event()

    def report(self, error: LeavesVirtualTime) -> None:
        self.first = self.first or error
        self._found.set()

    async def raise_first(self) -> None:
        await self._found.wait()
        assert self.first is not None
        raise self.first
