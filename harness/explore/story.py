"""A failure as a short story: what was asked, what broke, what was left."""

from collections.abc import Iterator
from typing import assert_never

from fake_clusters.faults.rule import FaultRule
from harness.explore.schedule import Event, Schedule
from harness.scenario.deliveries import DeliveryRule
from harness.scenario.scenario import NemesisStep
from harness.toxics.rule import ToxicRule
from reports.history import Op, Purpose
from reports.journal import Journal
from reports.verdicts import Anomaly

__all__ = ["events_of", "story_of"]

_ASKED = 8
"""Requests that are told; a shrunk failure has fewer."""
_LEFT = 3
"""Anomalies that are told in full."""


def story_of(schedule: Schedule, journal: Journal) -> tuple[str, ...]:
    """A few lines, from the rows of the history that the checkers name."""
    return (*_asked(journal), *events_of(schedule), *_left(journal))


def _asked(journal: Journal) -> Iterator[str]:
    asked = [op for op in journal.history.ops if op.purpose is not Purpose.POLL]
    yield "Asked:" if asked else "Asked: nothing"
    yield from (f"  {_request(op)}" for op in asked[:_ASKED])
    if len(asked) > _ASKED:
        yield f"  and {len(asked) - _ASKED} more"


def _request(op: Op) -> str:
    answer = op.cause or (str(op.status) if op.status is not None else "no answer")
    return f"{op.invoked_at:.2f} s: {op.kind} {op.location}/{op.name}, answered {op.result} ({answer})"


def events_of(schedule: Schedule) -> Iterator[str]:
    """What breaks when."""
    yield "Broke:" if schedule.events else "Broke: nothing; it takes no fault"
    yield from (f"  {_words(event)}" for event in schedule.events)


def _words(event: Event) -> str:
    match event:
        case NemesisStep():
            where = f", at call {event.nth} of {event.site}" if event.site else ""
            by = f" by {event.by:g} s" if event.by else ""
            lasts = f" for {event.lasts:g} s" if event.kind.is_undone else ""
            return f"{event.at:g} s: {event.kind} {event.target}{by}{lasts}{where}"
        case FaultRule():
            chosen = event.selector
            first = "" if chosen.first is None else f", the first {chosen.first} only" if chosen.first > 1 else ", once"
            verbs = f" of {' or '.join(chosen.verbs)}" if chosen.verbs else ""
            place = " and ".join(event.clusters) or "every cluster"
            return f"{chosen.begins:g} s on: {event.kind.name}{verbs} at {place}{first}"
        case DeliveryRule():
            how_late = f", {event.after:g} s" if event.kind.comes else ""
            return f"{event.kind.fault} of message {event.nth or 'any'}{how_late}"
        case ToxicRule():
            return f"{event.begins:g} s to {event.ends:g} s: {event.kind.name} on {event.link}"
        case _:
            assert_never(event)


def _left(journal: Journal) -> Iterator[str]:
    anomalies = [anomaly for finding in journal.findings for anomaly in finding.anomalies]
    yield "Left:" if anomalies else "Left: nothing wrong"
    for anomaly in anomalies[:_LEFT]:
        yield from _told(anomaly)
    if len(anomalies) > _LEFT:
        yield f"  and {len(anomalies) - _LEFT} more"


def _told(anomaly: Anomaly) -> Iterator[str]:
    yield f"  {anomaly.invariant}: {anomaly.message}"
    for witness in sorted(anomaly.witnesses, key=lambda row: row.at):
        yield f"    {witness.at:.2f} s: {witness.text}"
