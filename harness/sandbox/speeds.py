"""How fast clusters work, set by hand: another profile, a factor, and sliders."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.values import replace
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.profiles import load_profile
from harness.run.world import World
from harness.sandbox.named import CannotBreak, cluster_named
from harness.sandbox.switched_faults import Note, SwitchedFaults

__all__ = ["Slider", "Speed", "Speeds"]

_SPEED = "speed"
_TAIL = 0.05
"""The part of the commands that a slow tail is made of."""
_LONG = 1e9
"""Seconds: as good as for ever, and a number that a scenario can hold."""


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


class Speeds:
    """Those of the clusters of a world. faults: on which the sliders set theirs. of: the speed of each cluster.
    slowed: every change of one, when, of which, and to what."""

    def __init__(self, world: World, faults: SwitchedFaults, note: Note) -> None:
        self._world = world
        self._faults = faults
        self._note = note
        self._own = {cluster.name: cluster.profile for cluster in world.clusters}
        self._sliders: dict[tuple[str, Slider], tuple[str, float]] = {}
        self.of: dict[str, Speed] = {cluster.name: Speed() for cluster in world.clusters}
        self.slowed: list[tuple[float, str, Speed]] = []

    @property
    def is_calm(self) -> bool:
        """Whether each cluster works at its own speed."""
        return all(speed == Speed() for speed in self.of.values())

    def heal(self) -> None:
        """Each cluster at its own speed."""
        for name, speed in self.of.items():
            if speed != Speed():
                self.set(name, Speed())

    def set(self, name: str, speed: Speed) -> None:
        """Other latencies from now on. Raises `CannotBreak`."""
        cluster = cluster_named(self._world, name)
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
        self.of[name] = speed
        self.slowed.append((self._now(), name, speed))
        self._note(_SPEED, name, f"{speed.base or 'its own profile'}, {speed.factor:g} times as long")

    def slider(self, name: str, slider: Slider) -> float:
        """Where it stands for a cluster."""
        label, value = self._sliders.get((name, slider), ("", slider.at_rest))
        return value if any(row.rule.label == label for row in self._faults.on(name)) else slider.at_rest

    def slide(self, name: str, slider: Slider, value: float) -> None:
        """Set it. Raises `CannotBreak`."""
        if value == self.slider(name, slider):
            return
        if (name, slider) in self._sliders:
            self._faults.remove(name, self._sliders.pop((name, slider))[0])
        if value != slider.at_rest:
            self._sliders[name, slider] = self._faults.add_fault(name, slider.keys(value)), value

    def _now(self) -> float:
        return self._world.clock.now()
