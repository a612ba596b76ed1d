"""The twin's nemesis: kills, pauses and crashes along the schedule, with the same words in its log."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from simpy import Event

from harness.model.environment import FastEnvironment
from harness.model.twin.clusters import TwinClusters
from harness.model.twin.part import Part
from harness.model.twin.waiting import Wait, within
from harness.nemesis.nemesis import NemesisLog, detail_of
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep

__all__ = ["Nemesis"]

_UNDONE = {NemesisKind.KILL: "restart", NemesisKind.PAUSE: "resume", NemesisKind.CRASH: "return"}


class Nemesis:
    """parts, clusters: what can be broken, by name. Healed, it undoes what is broken now and injects no more."""

    def __init__(
        self, env: FastEnvironment, log: NemesisLog, parts: Mapping[str, Part], clusters: TwinClusters
    ) -> None:
        self._env = env
        self._log = log
        self._parts = parts
        self._clusters = clusters
        self._healed = env.event()
        self._down: dict[str, None] = {}

    def kinds(self, target: str) -> frozenset[NemesisKind]:
        """What can be done to a target here."""
        is_cluster = target in self._clusters.models
        ours = frozenset({NemesisKind.CRASH, NemesisKind.DISCONNECT})
        return ours if is_cluster else frozenset({NemesisKind.KILL, NemesisKind.PAUSE})

    def disturb(self, steps: Sequence[NemesisStep]) -> Event:
        """Carry all steps out; the event happens when the last is undone."""
        return self._env.all_of([self._env.process(self._carry_out(step)) for step in steps])

    def heal(self) -> None:
        if not self._healed.triggered:
            self._healed.succeed()

    def _carry_out(self, step: NemesisStep) -> Generator[Event, Any, None]:
        wait, target = step.window.begins - self._env.now, step.selector.target
        if self._healed.triggered or (wait > 0 and (yield from within(self._env, self._healed, wait))):
            return
        if target in self._down:
            self._log.note("skip", target, f"it was down when {step.kind} was due")
            return
        if step.kind is NemesisKind.DISCONNECT:
            self._log.note(step.kind.value, target)
            self._clusters.models[target].disconnect()
            return
        self._down[target] = None
        self._log.note(step.kind.value, target, detail_of(step))
        yield from self._inject(step)
        del self._down[target]
        self._log.note(_UNDONE[step.kind], target)

    def _inject(self, step: NemesisStep) -> Wait[None]:
        target, duration = step.selector.target, step.parameters.duration
        if step.kind is NemesisKind.CRASH:
            self._clusters.models[target].crash(duration, step.parameters.wipe)
            yield from self._clusters.until_open(target)  # a crash is over by itself, and by nothing else
            return
        part = self._parts[target]
        inject, undo = (part.kill, part.start) if step.kind is NemesisKind.KILL else (part.pause, part.resume)
        inject()
        yield from within(self._env, self._healed, duration)
        undo()
