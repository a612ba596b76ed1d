"""Faults and toxics of the catalogues, switched on and off by hand."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from connector.values import replace
from fake_clusters.admin.problems import AdminProblem, refused_body
from fake_clusters.errors import FaultError
from fake_clusters.faults.config import FaultTable, read_fault
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector, Per
from fake_clusters.rules.rule import Window
from harness.nemesis.switches import OFF, ON
from harness.run.world import World
from harness.sandbox.named import CannotBreak, cluster_named, link_named
from harness.toxics.config import AnyToxicRule, ToxicRuleTable
from harness.toxics.errors import ToxicError
from harness.toxics.relay import Relay
from harness.toxics.rule import ToxicRule, toxic_of

__all__ = ["FAULT_OFF", "FAULT_ON", "Note", "Switched", "SwitchedFaults"]

FAULT_ON, FAULT_OFF = "fault-on", "fault-off"
"""The actions in the log; their target is the cluster, their detail the fault's label."""

Note = Callable[[str, str, str], None]
"""Writes an action down, with its target and a detail."""

_TOXIC_RULE: TypeAdapter[ToxicRuleTable] = TypeAdapter(AnyToxicRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """A fault on a cluster or a toxic on a link, with the window in which it was on (no end: it still is)."""

    where: str
    rule: FaultRule | ToxicRule

    @property
    def is_on(self) -> bool:
        return math.isinf(self.rule.window.ends)


class SwitchedFaults:
    """Those of a world. group: of what comes to an end later. switched: all that was, since the start, in order."""

    def __init__(self, world: World, group: asyncio.TaskGroup, note: Note) -> None:
        self._world = world
        self._group = group
        self._note = note
        self.switched: list[Switched] = []

    @property
    def links(self) -> Mapping[str, Relay]:
        return self._world.relays.links

    def on(self, where: str) -> Sequence[Switched]:
        """What is on there."""
        return [row for row in self.switched if row.where == where and row.is_on]

    @property
    def is_calm(self) -> bool:
        """Whether nothing strikes any more."""
        return not any(row.is_on and not self._is_used_up(row) for row in self.switched)

    def add_fault(self, name: str, keys: Mapping[str, Any], *, seconds: float | None = None) -> str:
        """Switch a fault on, for so many seconds or until it is taken off; returns its label. Raises `CannotBreak`."""
        cluster = cluster_named(self._world, name)
        rule = _rule(lambda: read_fault({**keys, "clusters": [name]}).rule(), FaultTable)
        rule = replace(rule, label=self._free_label(rule.label), window=Window(begins=self._now()))
        # The cluster's own: its instants count from the same beginning.
        cluster.add_fault(rule)
        self.switched.append(Switched(where=name, rule=rule))
        self._note(FAULT_ON, name, rule.label)
        self._later(seconds, lambda: self.remove(name, rule.label))
        return str(rule.label)

    def add_toxic(self, link: str, keys: Mapping[str, Any], *, seconds: float | None = None) -> str:
        """The same for a toxic on a link. Raises `CannotBreak`."""
        relay = link_named(self._world, link)
        rule = _rule(lambda: _TOXIC_RULE.validate_python({**keys, "link": link}).rule(), ToxicRuleTable)
        rule = replace(rule, label=self._free_label(rule.label), window=Window(begins=self._now()))
        try:
            relay.add(toxic_of(rule))
        except ToxicError as error:
            raise CannotBreak(str(error)) from error
        self.switched.append(Switched(where=link, rule=rule))
        self._note(ON, link, rule.label)
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
                    self._note(OFF, where, label)
                else:
                    cluster_named(self._world, where).remove_fault(label)
                    self._note(FAULT_OFF, where, label)

    def heal(self) -> None:
        """Switch everything off."""
        for row in [row for row in self.switched if row.is_on]:
            self.remove(row.where, row.rule.label)

    def _is_used_up(self, row: Switched) -> bool:
        """Whether a fault that strikes a number of times has done so: it is on, and will strike no more."""
        selector = row.rule.selector
        if not isinstance(selector, CallSelector) or selector.first is None or selector.per is not Per.CLUSTER:
            return False
        injections = cluster_named(self._world, row.where).injections()
        return sum(1 for one in injections if one.label == row.rule.label) >= selector.first

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


def _rule(read: Callable[[], Any], table: type[BaseModel]) -> Any:
    try:
        return read()
    except ValidationError as error:
        raise CannotBreak(str(refused_body(error, table))) from error
    except (FaultError, AdminProblem) as error:
        raise CannotBreak(str(error)) from error
