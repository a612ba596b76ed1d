"""All that the nemesis can break in a world: the parts of the service, the servers that they need, and the clusters."""

from collections.abc import Mapping
from functools import partial
from typing import assert_never

from harness.nemesis.target import NemesisTarget, Undo
from harness.run.clusters import Clusters, ClusterTarget
from harness.run.holds import ClusterHold
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep
from harness.service.parts import ClockedPart, PausablePart, Restartable
from harness.service.service import Holding, Service

__all__ = ["ProcessTarget", "targets_of"]


def targets_of(service: Service, clusters: Clusters, servers: Mapping[str, Restartable]) -> Mapping[str, NemesisTarget]:
    """By the names that a scenario uses."""
    targets: dict[str, NemesisTarget] = {
        cluster.name: ClusterTarget(cluster, _hold_of(service, cluster.name)) for cluster in clusters
    }
    return targets | {name: ProcessTarget(process) for name, process in {**servers, **service.parts}.items()}


def _hold_of(service: Service, location: str) -> ClusterHold | None:
    return ClusterHold(service, location) if isinstance(service, Holding) and service.can_hold else None


class ProcessTarget:
    """A part or a server that can be killed or asked to end (and is started again on its port); most can be paused, and
    in some worlds the clock of a part can be set."""

    def __init__(self, process: Restartable) -> None:
        self._process = process
        self._down = False

    @property
    def kinds(self) -> frozenset[NemesisKind]:
        further = {
            NemesisKind.PAUSE: isinstance(self._process, PausablePart),
            NemesisKind.SKEW: isinstance(self._process, ClockedPart),
        }
        return frozenset({NemesisKind.KILL, NemesisKind.TERMINATE, *(kind for kind, can in further.items() if can)})

    def healthy(self) -> bool:
        """One that is still coming up after a kill is not well: its process runs, and it is of no use yet."""
        return self._process.running and not self._down

    def obstacle(self, step: NemesisStep) -> str | None:
        return None if self.healthy() else f"it was down when {step.kind} was due"

    async def inject(self, step: NemesisStep) -> Undo:
        if step.kind is NemesisKind.SKEW:
            return self._skewed(step.parameters.offset)
        self._down = True
        match step.kind:
            case NemesisKind.KILL:
                self._process.kill()
                await self._process.wait()
                return self._start_again
            case NemesisKind.TERMINATE:
                await self._process.stop()
                return self._start_again
            case NemesisKind.PAUSE:
                process = self._process
                assert isinstance(process, PausablePart), "this process cannot be paused"
                process.pause()
                return partial(self._resume, process)
            case (
                NemesisKind.CRASH
                | NemesisKind.DISCONNECT
                | NemesisKind.HOLD
                | NemesisKind.ADD_SHARE
                | NemesisKind.REMOVE_SHARE
            ):
                raise AssertionError(f"a process is killed or paused; a {step.kind} is for clusters")
            case _:
                assert_never(step.kind)

    def _skewed(self, seconds: float) -> Undo:
        """A part with a wrong clock is well: it can be killed, and keeps the clock of its host."""
        process = self._process
        assert isinstance(process, ClockedPart), "the clock of a process here cannot be set"
        process.shift_clock(seconds)

        async def set_right() -> None:
            process.shift_clock(-seconds)

        return set_right

    async def _start_again(self) -> None:
        try:
            await self._process.start()
        finally:
            self._down = False

    async def _resume(self, process: PausablePart) -> None:
        process.resume()
        self._down = False
