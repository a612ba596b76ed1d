"""What is broken by hand: faults and toxics of the catalogues, speeds, clusters and processes; and healing it all."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from connector.values import replace
from fake_clusters.admin.problems import AdminProblem, refused_body
from fake_clusters.cluster import FakeCluster
from fake_clusters.errors import FaultError
from fake_clusters.faults.config import FaultTable, read_fault
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector, Per
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.profiles import load_profile
from fake_clusters.rules.rule import Window
from harness.errors import PartEnded
from harness.nemesis.switches import OFF, ON
from harness.nemesis.target import Undo
from harness.run.world import World
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep, crash, disconnect, kill, pause, terminate
from harness.toxics.config import AnyToxicRule, ToxicRuleTable
from harness.toxics.errors import ToxicError
from harness.toxics.relay import Relay
from harness.toxics.rule import ToxicRule, toxic_of

__all__ = ["FAULT_OFF", "FAULT_ON", "STARTED", "ByHand", "CannotBreak", "Slider", "Speed", "Switched"]

FAULT_ON, FAULT_OFF = "fault-on", "fault-off"
"""The actions in the log; their target is the cluster, their detail the fault's label."""
_SPEED = "speed"
STARTED = "start"
"""The action in the log of a part that was not there before."""
_TAIL = 0.05
"""The part of the commands that a slow tail is made of."""
_LONG = 1e9
"""Seconds: as good as for ever, and a number that a scenario can hold."""

_TOXIC_RULE: TypeAdapter[ToxicRuleTable] = TypeAdapter(AnyToxicRule)


class CannotBreak(Exception):
    """It cannot be done; says why and what is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """A fault on a cluster or a toxic on a link, with the window in which it was on (no end: it still is)."""

    where: str
    rule: FaultRule | ToxicRule

    @property
    def is_on(self) -> bool:
        return math.isinf(self.rule.window.ends)


class Slider(StrEnum):
    """What a slider sets besides the speed: a fault whose strength it is. tail: how many times as long one command in
    twenty takes; failures: the part of the commands that are answered with an error."""

    TAIL = "tail"
    FAILURES = "failures"

    @property
    def at_rest(self) -> float:
        """Where nothing is different."""
        return 1.0 if self is Slider.TAIL else 0.0

    def keys(self, value: float) -> Mapping[str, Any]:
        """The fault, as a scenario has it."""
        if self is Slider.TAIL:
            return {"kind": "slow_service", "label": "slow tail", "factor": value, "probability": _TAIL}
        return {"kind": "error_exit", "label": "failure ratio", "probability": value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How a cluster works. base: a shipped profile, None: its own. factor: by how much longer all takes."""

    base: str | None = None
    factor: float = 1.0


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
        self._world = world
        self._group = group
        self._changed = changed
        self._undo: dict[str, Undo] = {}
        self._done: dict[str, str] = {}
        self._own = {cluster.name: cluster.profile for cluster in world.clusters}
        self.speeds: dict[str, Speed] = {cluster.name: Speed() for cluster in world.clusters}
        self.slowed: list[tuple[float, str, Speed]] = []
        """Every change of a cluster's speed: when, of which, and to what."""
        self._sliders: dict[tuple[str, Slider], tuple[str, float]] = {}
        self.switched: list[Switched] = []
        """All that was switched on since the start, in order."""

    @property
    def links(self) -> Mapping[str, Relay]:
        return self._world.relays.links

    def cluster(self, name: str) -> FakeCluster:
        """Raises `CannotBreak`."""
        found = {cluster.name: cluster for cluster in self._world.clusters}
        if name not in found:
            raise CannotBreak(f"no cluster {name!r}; there are: {', '.join(found)}")
        return found[name]

    def link(self, name: str) -> Relay:
        """Raises `CannotBreak`."""
        if name not in self.links:
            raise CannotBreak(f"no link {name!r}; there are: {', '.join(self.links)}")
        return self.links[name]

    def on(self, where: str) -> Sequence[Switched]:
        """What is on there."""
        return [row for row in self.switched if row.where == where and row.is_on]

    @property
    def is_calm(self) -> bool:
        """Whether nothing is broken by hand."""
        calm = all(speed == Speed() for speed in self.speeds.values())
        return calm and not self._undo and not any(row.is_on and not self._is_used_up(row) for row in self.switched)

    def _is_used_up(self, row: Switched) -> bool:
        """Whether a fault that strikes a number of times has done so: it is on, and will strike no more."""
        selector = row.rule.selector
        if not isinstance(selector, CallSelector) or selector.first is None or selector.per is not Per.CLUSTER:
            return False
        return sum(1 for one in self.cluster(row.where).injections() if one.label == row.rule.label) >= selector.first

    def doing(self, part: str) -> str:
        """`down`, `paused`, `not started`, or empty for a part that runs."""
        if self._done.get(part) == NemesisKind.PAUSE.value:
            return "paused"
        if part in self._undo:
            return "down"
        if self._world.service.parts[part].running:
            return ""
        return "not started" if part in self.spares else "down"

    # --- faults and toxics ------------------------------------------------------------------------------------

    def add_fault(self, name: str, keys: Mapping[str, Any], *, seconds: float | None = None) -> str:
        """Switch a fault on, for so many seconds or until it is taken off; returns its label. Raises `CannotBreak`."""
        cluster = self.cluster(name)
        rule = _rule(lambda: read_fault({**keys, "clusters": [name]}).rule(), FaultTable)
        rule = replace(rule, label=self._free_label(rule.label), window=Window(begins=self._now()))
        # The cluster's own: its instants count from the same beginning.
        cluster.add_fault(rule)
        self.switched.append(Switched(where=name, rule=rule))
        self._log(FAULT_ON, name, rule.label)
        self._later(seconds, lambda: self.remove(name, rule.label))
        return str(rule.label)

    def add_toxic(self, link: str, keys: Mapping[str, Any], *, seconds: float | None = None) -> str:
        """The same for a toxic on a link. Raises `CannotBreak`."""
        relay = self.link(link)
        rule = _rule(lambda: _TOXIC_RULE.validate_python({**keys, "link": link}).rule(), ToxicRuleTable)
        rule = replace(rule, label=self._free_label(rule.label), window=Window(begins=self._now()))
        try:
            relay.add(toxic_of(rule))
        except ToxicError as error:
            raise CannotBreak(str(error)) from error
        self.switched.append(Switched(where=link, rule=rule))
        self._log(ON, link, rule.label)
        self._later(seconds, lambda: self.remove(link, rule.label))
        return str(rule.label)

    def remove(self, where: str, label: str) -> None:
        """Switch off what is on there; nothing happens where it is not."""
        for index, row in enumerate(self.switched):
            if (row.where, row.rule.label) == (where, label) and row.is_on:
                ended = replace(row.rule, window=Window(begins=row.rule.window.begins, ends=self._now()))
                self.switched[index] = replace(row, rule=ended)
                if where in self.links:
                    self.links[where].remove(label)
                    self._log(OFF, where, label)
                else:
                    self.cluster(where).remove_fault(label)
                    self._log(FAULT_OFF, where, label)

    # --- clusters ---------------------------------------------------------------------------------------------

    def set_speed(self, name: str, speed: Speed) -> None:
        """Other latencies from now on. Raises `CannotBreak`."""
        cluster = self.cluster(name)
        try:
            profile = self._own[name] if speed.base is None else load_profile(speed.base)
        except ValueError as error:
            raise CannotBreak(str(error)) from error
        if speed.factor != 1.0:
            slowed = LatencyPhase(
                kind=LatencyPhaseKind.BROWNOUT,
                begins=self._now(),
                ends=_LONG,
                factor=speed.factor,
                period=1.0,
                duty=0.5,
            )
            profile = replace(profile, latency_phases=(*profile.latency_phases, slowed))
        cluster.set_profile(profile)
        self.speeds[name] = speed
        self.slowed.append((self._now(), name, speed))
        self._log(_SPEED, name, f"{speed.base or 'its own profile'}, {speed.factor:g} times as long")

    def slider(self, name: str, slider: Slider) -> float:
        """Where it stands for a cluster."""
        label, value = self._sliders.get((name, slider), ("", slider.at_rest))
        return value if any(row.rule.label == label for row in self.on(name)) else slider.at_rest

    def slide(self, name: str, slider: Slider, value: float) -> None:
        """Set it. Raises `CannotBreak`."""
        if value == self.slider(name, slider):
            return
        if (name, slider) in self._sliders:
            self.remove(name, self._sliders.pop((name, slider))[0])
        if value != slider.at_rest:
            self._sliders[name, slider] = self.add_fault(name, slider.keys(value)), value

    async def crash(self, name: str, *, seconds: float, wipe: bool = False) -> None:
        """A cluster goes down and comes back by itself. Raises `CannotBreak`."""
        self.cluster(name)
        await self._inject(
            crash(name, at=self._now(), duration=seconds, wipe=wipe), detail=f"for {seconds:g} s{', wiped' * wipe}"
        )
        self._group.create_task(self._await_return(name))

    async def disconnect(self, name: str) -> None:
        """Reset every connection of a cluster. Raises `CannotBreak`."""
        self.cluster(name)
        await self._inject(disconnect(name, at=self._now()))

    # --- processes --------------------------------------------------------------------------------------------

    async def kill(self, part: str) -> None:
        """SIGKILL. Raises `CannotBreak`."""
        await self._inject(kill(self._part(part), at=self._now()))

    async def terminate(self, part: str) -> None:
        """SIGTERM. Raises `CannotBreak`."""
        await self._inject(terminate(self._part(part), at=self._now()))

    async def pause(self, part: str) -> None:
        """SIGSTOP. Raises `CannotBreak`."""
        await self._inject(pause(self._part(part), at=self._now()))

    async def start(self, part: str) -> None:
        """Undo what was done to a part, or start one that ended by itself. Raises `CannotBreak`."""
        running = self._world.service.parts[self._part(part)]
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
        running = self._world.service.parts[self._part(part)]
        if part not in self.spares:
            raise CannotBreak(f"the {part} belongs to the service: kill it, or terminate it")
        if self.doing(part):
            raise CannotBreak(f"the {part} is {self.doing(part)}")
        await running.stop()
        self._log("stop", part)

    async def heal(self) -> None:
        """Switch everything off, and start whatever is down."""
        for row in [row for row in self.switched if row.is_on]:
            self.remove(row.where, row.rule.label)
        for name, speed in self.speeds.items():
            if speed != Speed():
                self.set_speed(name, Speed())
        for name in self._world.service.parts:
            if self.doing(name) in {"down", "paused"}:
                await self.start(name)
        self._log("healed", "all")

    # --- inside -----------------------------------------------------------------------------------------------

    def _part(self, name: str) -> str:
        parts = self._world.service.parts
        if name not in parts:
            raise CannotBreak(f"no process {name!r}; there are: {', '.join(parts)}")
        return name

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

    def _later(self, seconds: float | None, act: Callable[[], None]) -> None:
        if seconds is None:
            return

        async def later() -> None:
            await asyncio.sleep(seconds)
            act()

        self._group.create_task(later())

    def _free_label(self, wanted: str) -> str:
        """A label of its own for each time that something is switched on: a scenario wants them apart."""
        taken = {row.rule.label for row in self.switched}
        taken |= {rule.label for cluster in self._world.clusters for rule in cluster.faults}
        number = 2
        label = wanted
        while label in taken:
            label, number = f"{wanted} {number}", number + 1
        return label

    def _now(self) -> float:
        return self._world.clock.now()

    def _log(self, action: str, target: str, detail: str = "") -> None:
        self._world.nemesis_log.note(action, target, detail)
        self._changed()


def _rule(read: Callable[[], Any], table: type[BaseModel]) -> Any:
    try:
        return read()
    except ValidationError as error:
        raise CannotBreak(str(refused_body(error, table))) from error
    except (FaultError, AdminProblem) as error:
        raise CannotBreak(str(error)) from error
