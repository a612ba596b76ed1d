"""A schedule: a seed, settings, the events that break something, and which arrivals come; over a base a scenario."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connector.values import replace
from fake_clusters.rules.rule import Rule
from harness.explore.settings import Setting, with_settings
from harness.scenario.scenario import Scenario

__all__ = ["SECTIONS", "Event", "Schedule", "laid", "lifted"]

Event = Rule[Any, Any]
"""A rule of any section."""

SECTIONS = ("nemesis", "faults", "deliveries", "store_faults", "receivers", "toxics")
"""Those of a scenario whose rules are events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """seed: of the load and of all else that is random in the run. settings: each key once. only: as in `Workload`."""

    seed: int
    settings: tuple[Setting, ...] = ()
    events: tuple[Event, ...] = ()
    only: tuple[int, ...] | None = None


def laid(base: Scenario, schedule: Schedule) -> Scenario:
    """The base with the schedule's settings, and its events after the base's own."""
    base = with_settings(base, schedule.settings)
    only = base.workload.only if schedule.only is None else schedule.only
    sections = {section: [*getattr(base, section)] for section in SECTIONS}
    for event in _distinct(base, schedule.events):
        sections[event.kind.section].append(event)
    rules: Any = {section: tuple(events) for section, events in sections.items()}
    return replace(base, seed=schedule.seed, workload=replace(base.workload, only=only), **rules)


def lifted(base: Scenario) -> tuple[Scenario, tuple[Event, ...]]:
    """The base without anything that breaks, and all that, so that it can be shrunk with the rest.

    What the base expects to be injected, and its gates, are about the base as it was: they go too.
    """
    events: tuple[Event, ...] = tuple(event for section in SECTIONS for event in getattr(base, section))
    nothing: Any = dict.fromkeys(SECTIONS, ())
    return replace(base, expect={}, gates=(), **nothing), events


def _distinct(base: Scenario, events: Iterable[Event]) -> list[Event]:
    """Labels are unique in a run: an event whose label is taken gets the first free number after it."""
    taken = {rule.label for rule in base.rules}
    found: list[Event] = []
    for event in events:
        if event.kind.instant:  # its label says what it does, and is no name of its own
            found.append(event)
            continue
        stem, number = event.label, 1
        label = stem
        while label in taken:
            number += 1
            label = f"{stem}-{number}"
        taken.add(label)
        found.append(replace(event, label=label))
    return found
