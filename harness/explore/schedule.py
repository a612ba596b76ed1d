"""A schedule: a seed, what breaks when, and which arrivals come; laid over a base scenario it is a scenario."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.values import replace
from fake_clusters.faults.rule import FaultRule
from harness.scenario.deliveries import DeliveryRule
from harness.scenario.scenario import NemesisStep, Scenario
from harness.toxics.rule import ToxicRule

__all__ = ["Event", "Schedule", "laid", "lifted"]

Event = NemesisStep | FaultRule | DeliveryRule | ToxicRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """seed: of the load and of all else that is random in the run. only: as in `Workload`."""

    seed: int
    events: tuple[Event, ...] = ()
    only: tuple[int, ...] | None = None


def laid(base: Scenario, schedule: Schedule) -> Scenario:
    """The base with the events of the schedule after its own."""
    events = _distinct(base, schedule.events)
    only = base.workload.only if schedule.only is None else schedule.only
    return replace(
        base,
        seed=schedule.seed,
        workload=replace(base.workload, only=only),
        nemesis=(*base.nemesis, *(event for event in events if isinstance(event, NemesisStep))),
        faults=(*base.faults, *(event for event in events if isinstance(event, FaultRule))),
        deliveries=(*base.deliveries, *(event for event in events if isinstance(event, DeliveryRule))),
        toxics=(*base.toxics, *(event for event in events if isinstance(event, ToxicRule))),
    )


def lifted(base: Scenario) -> tuple[Scenario, tuple[Event, ...]]:
    """The base without anything that breaks, and all that, so that it can be shrunk with the rest.

    What the base expects to strike, and its gates, are about the base as it was: they go too.
    """
    events: tuple[Event, ...] = (*base.nemesis, *base.faults, *base.deliveries, *base.toxics)
    return replace(base, nemesis=(), faults=(), deliveries=(), toxics=(), expect={}, gates=()), events


def _distinct(base: Scenario, events: Iterable[Event]) -> list[Event]:
    """Labels are unique in a run: what has a taken one gets the first free number behind it."""
    rules: tuple[FaultRule | DeliveryRule | ToxicRule, ...] = (*base.faults, *base.deliveries, *base.toxics)
    taken = {rule.label for rule in rules}
    found: list[Event] = []
    for event in events:
        if isinstance(event, NemesisStep):
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
