"""Simpler forms of one event: rounder instants, shorter times, the first call rather than the third."""

from collections.abc import Iterator
from typing import assert_never

from connector.values import replace
from fake_clusters.faults.rule import FaultRule, Selector
from fake_clusters.plans import CommandPlan
from harness.explore.parameters import shrink_parameters
from harness.explore.schedule import Event
from harness.scenario.deliveries import DeliveryRule
from harness.scenario.scenario import NemesisStep
from harness.toxics.rule import ToxicRule

__all__ = ["simpler"]

_SHORT = 0.1
"""Seconds that anything lasts at least, so that it is long enough to be seen."""

_FEW = 4
"""Calls: where that many have to meet a fault, their number is no part of the story."""


def simpler(event: Event) -> Iterator[Event]:
    """The simplest first; none is the event itself."""
    seen = [event]
    for candidate in _candidates(event):
        if candidate not in seen:
            seen.append(candidate)
            yield candidate


def _candidates(event: Event) -> Iterator[Event]:
    match event:
        case NemesisStep():
            yield replace(event, nth=1)
            yield from (replace(event, at=at) for at in _rounder(event.at))
            if event.kind.is_undone:
                yield from (replace(event, lasts=lasts) for lasts in _shorter(event.lasts))
        case FaultRule():
            yield from (replace(event, selector=selector) for selector in _fewer_calls(event))
            late = event.kind.plan is CommandPlan
            yield from (replace(event, parameters=milder) for milder in shrink_parameters(event.parameters, late=late))
            yield from _begun_at(event)
        case DeliveryRule():
            if event.kind.comes:
                yield from (replace(event, after=after) for after in _shorter(event.after))
        case ToxicRule():
            yield from (replace(event, parameters=milder) for milder in shrink_parameters(event.parameters, late=False))
            yield from (replace(event, begins=at) for at in _rounder(event.begins) if at < event.ends)
        case _:
            assert_never(event)


def _fewer_calls(event: FaultRule) -> Iterator[Selector]:
    """The first call alone, or the first few; or every call, which needs no dice."""
    chosen = event.selector
    if not event.kind.standing:
        yield from (replace(chosen, first=n, attempts=(), probability=1.0) for n in range(1, chosen.first or _FEW))
        yield replace(chosen, probability=1.0)


def _begun_at(event: FaultRule) -> Iterator[Event]:
    for at in _rounder(event.selector.begins):
        if at < event.selector.ends:
            yield replace(event, selector=replace(event.selector, begins=at))


def _rounder(at: float) -> Iterator[float]:
    yield 0.0
    yield from (round(at, digits) for digits in (0, 1))


def _shorter(lasts: float) -> Iterator[float]:
    for fewer in (_SHORT, round(lasts / 2, 1), round(lasts, 1)):
        if _SHORT <= fewer < lasts:
            yield fewer
