"""What is broken by hand: faults and toxics, speeds, clusters and processes; and healing it all."""

import asyncio
from collections.abc import Callable

from harness.errors import PartEnded
from harness.nemesis.target import Undo
from harness.run.world import World
from harness.sandbox.named import CannotBreak, cluster_named, part_named
from harness.sandbox.speeds import Speeds
from harness.sandbox.switched_faults import SwitchedFaults
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep, crash, disconnect, kill, pause, terminate

__all__ = ["STARTED", "ByHand"]

STARTED = "start"
"""The action in the log of a part that was not there before."""


class ByHand:
    """Breaks a world. changed: called where there is something new to show. group: of what comes to an end later.
    spares: parts that need not run: they are started when somebody wants them."""

    def __init__(
        self,
        world: World,
        group: asyncio.TaskGroup,
        changed: Callable[[], None],
        *,
        spares: frozenset[str] = frozenset(),
    ) -> None:
        self.spares = spares
        self.faults = SwitchedFaults(world, group, self._log)
        self.speeds = Speeds(world, self.faults, self._log)
        self._world = world
        self._group = group
        self._changed = changed
        self._undo: dict[str, Undo] = {}
        self._done: dict[str, str] = {}

    @property
    def is_calm(self) -> bool:
        """Whether nothing is broken by hand."""
        return not self._undo and self.faults.is_calm and self.speeds.is_calm

    def doing(self, part: str) -> str:
        """`down`, `paused`, `not started`, or empty for a part that runs."""
        if self._done.get(part) == NemesisKind.PAUSE.value:
            return "paused"
        if part in self._undo:
            return "down"
        if self._world.service.parts[part].running:
            return ""
        return "not started" if part in self.spares else "down"

    async def crash(self, name: str, *, seconds: float, wipe: bool = False) -> None:
        """A cluster goes down and comes back by itself. Raises `CannotBreak`."""
        cluster_named(self._world, name)
        await self._inject(
            crash(name, at=self._now(), duration=seconds, wipe=wipe), detail=f"for {seconds:g} s{', wiped' * wipe}"
        )
        self._group.create_task(self._await_return(name))

    async def disconnect(self, name: str) -> None:
        """Reset every connection of a cluster. Raises `CannotBreak`."""
        cluster_named(self._world, name)
        await self._inject(disconnect(name, at=self._now()))

    async def kill(self, part: str) -> None:
        """SIGKILL. Raises `CannotBreak`."""
        part_named(self._world, part)
        await self._inject(kill(part, at=self._now()))

    async def terminate(self, part: str) -> None:
        """SIGTERM. Raises `CannotBreak`."""
        part_named(self._world, part)
        await self._inject(terminate(part, at=self._now()))

    async def pause(self, part: str) -> None:
        """SIGSTOP. Raises `CannotBreak`."""
        part_named(self._world, part)
        await self._inject(pause(part, at=self._now()))

    async def start(self, part: str) -> None:
        """Undo what was done to a part, or start one that ended by itself. Raises `CannotBreak`."""
        running = part_named(self._world, part)
        undo, doing = self._undo.pop(part, None), self._done.pop(part, "")
        if undo is None and running.running:
            raise CannotBreak(f"the {part} runs already")
        try:
            await (running.start() if undo is None else undo())
        except PartEnded as error:
            self._log("restart-failed", part, "it ended before it was ready")
            raise CannotBreak(str(error)) from error
        self._log(STARTED if undo is None else "resume" if doing == "pause" else "restart", part)

    async def stop(self, part: str) -> None:
        """End a part that need not run. Raises `CannotBreak`."""
        running = part_named(self._world, part)
        if part not in self.spares:
            raise CannotBreak(f"the {part} belongs to the service: kill it, or terminate it")
        if self.doing(part):
            raise CannotBreak(f"the {part} is {self.doing(part)}")
        await running.stop()
        self._log("stop", part)

    async def heal(self) -> None:
        """Switch everything off, and start whatever is down."""
        self.faults.heal()
        self.speeds.heal()
        for name in self._world.service.parts:
            if self.doing(name) in {"down", "paused"}:
                await self.start(name)
        self._log("healed", "all")

    async def _inject(self, step: NemesisStep, *, detail: str = "") -> None:
        name = step.selector.target
        target = self._world.targets[name]
        if name in self._undo or (obstacle := target.obstacle(step)) is not None:
            raise CannotBreak(f"{name} is down already" if name in self._undo else f"{name}: {obstacle}")
        self._log(step.kind.value, name, detail)
        undo = await target.inject(step)
        if step.kind.is_undone:
            self._undo[name], self._done[name] = undo, step.kind.value
        self._changed()

    async def _await_return(self, name: str) -> None:
        await self._undo[name]()
        self._undo.pop(name)
        self._log("return", name)

    def _now(self) -> float:
        return self._world.clock.now()

    def _log(self, action: str, target: str, detail: str = "") -> None:
        self._world.nemesis_log.note(action, target, detail)
        self._changed()
