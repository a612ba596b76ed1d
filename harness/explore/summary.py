"""A failure in a few lines: the requests, the injected events, the anomalies."""

from collections.abc import Iterator

from harness.explore.events import describe
from harness.explore.schedule import Schedule
from reports.history import Op, Purpose
from reports.journal import Journal
from reports.verdicts import Anomaly

__all__ = ["event_lines", "summarize"]

_SHOWN_REQUESTS = 8
"""Requests that are shown; a shrunk failure has fewer."""
_SHOWN_ANOMALIES = 3
"""Anomalies that are shown in full."""


def summarize(schedule: Schedule, journal: Journal) -> tuple[str, ...]:
    """A few lines, from the rows of the history that the checkers name."""
    return (*_requests(journal), *event_lines(schedule), *_anomalies(journal))


def _requests(journal: Journal) -> Iterator[str]:
    asked = [op for op in journal.history.ops if op.purpose is not Purpose.POLL]
    yield "Requests:" if asked else "Requests: none"
    yield from (f"  {_request(op)}" for op in asked[:_SHOWN_REQUESTS])
    if len(asked) > _SHOWN_REQUESTS:
        yield f"  and {len(asked) - _SHOWN_REQUESTS} more"


def _request(op: Op) -> str:
    answer = op.cause or (str(op.status) if op.status is not None else "no answer")
    return f"{op.invoked_at:.2f} s: {op.kind} {op.location}/{op.name}, answered {op.result} ({answer})"


def event_lines(schedule: Schedule) -> Iterator[str]:
    """What is set, and what is injected and when."""
    if schedule.settings:
        yield f"Settings: {', '.join(map(str, schedule.settings))}"
    yield "Injected:" if schedule.events else "Injected: nothing; the failure needs no fault"
    yield from (f"  {describe(event)}" for event in schedule.events)


def _anomalies(journal: Journal) -> Iterator[str]:
    anomalies = [anomaly for finding in journal.findings for anomaly in finding.anomalies]
    yield "Anomalies:" if anomalies else "Anomalies: none"
    for anomaly in anomalies[:_SHOWN_ANOMALIES]:
        yield from _anomaly(anomaly)
    if len(anomalies) > _SHOWN_ANOMALIES:
        yield f"  and {len(anomalies) - _SHOWN_ANOMALIES} more"


def _anomaly(anomaly: Anomaly) -> Iterator[str]:
    yield f"  {anomaly.invariant}: {anomaly.message}"
    for witness in sorted(anomaly.witnesses, key=lambda row: row.at):
        yield f"    {witness.at:.2f} s: {witness.text}"
