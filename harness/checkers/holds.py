"""When clusters were held, as the nemesis noted it: from the service's word that it is so to its end."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from harness.checkers.history_index import HistoryIndex
from harness.scenario.nemesis_kinds import HoldHow, NemesisKind
from harness.scenario.settling import call_seconds
from reports.history import NemesisAction, StateChange

__all__ = ["ENDS_OF_HOLDS", "HeldPeriod", "accepted_during", "holds_of", "no_hold", "no_logs", "slack_of"]

ENDS_OF_HOLDS = ("lift", "lifted")
"""What the nemesis notes: when it begins to lift a hold, and when the service has confirmed that."""
_CALLS = 3
"""That a claim which was made just before may wait for: a place in the bulkhead, what the cluster can do, another."""
_ASKED = frozenset({(None, "pending"), ("active", "updating"), ("active", "deleting"), ("lost", "deleting")})
"""Moves with which the API accepts something that nobody works on yet. A cancelled create may be in hand."""


class HeldPeriod(NamedTuple):
    """since: it is in force. until: it may end from here on. over: it has ended; inf: not within the run.
    begun: the row of the nemesis."""

    location: str
    how: HoldHow
    since: float
    until: float
    over: float
    begun: NemesisAction


def holds_of(index: HistoryIndex) -> Sequence[HeldPeriod]:
    """In the order in which they began."""
    return index.once("holds", lambda: list(_holds(index.history.nemesis)))


def _holds(rows: Sequence[NemesisAction]) -> Iterator[HeldPeriod]:
    for place, row in enumerate(rows):
        if row.action == NemesisKind.HOLD.value:
            later = [other for other in rows[place + 1 :] if other.target == row.target]
            until, over = (next((one.at for one in later if one.action == word), inf) for word in ENDS_OF_HOLDS)
            how = HoldHow(row.detail.partition(" ")[0])
            yield HeldPeriod(location=row.target, how=how, since=row.at, until=until, over=over, begun=row)


def no_hold(index: HistoryIndex) -> str | None:
    """Why there is nothing to judge."""
    return None if holds_of(index) else "no cluster was held"


def no_logs(index: HistoryIndex) -> Sequence[str]:
    """What is judged by; a pipeline that holds clusters keeps both logs, so that one can only be out of reach."""
    return () if index.history.has_changes and index.history.has_commands else ["the pipeline's logs could not be read"]


def accepted_during(index: HistoryIndex, held: HeldPeriod) -> Sequence[StateChange]:
    """What the API accepted for the cluster while it was held for certain."""
    skew = index.bounds.skew
    return [
        change
        for change in index.history.changes
        if change.location == held.location
        and change.writer == "api"
        and (change.before, change.after) in _ASKED
        and held.since + skew < change.at < held.until - skew
    ]


def slack_of(index: HistoryIndex) -> float:
    """Seconds after which no claim from before a hold can begin its first command."""
    scenario = index.bounds.scenario
    pipeline = None if scenario is None else scenario.pipeline
    return index.bounds.slack + (0.0 if pipeline is None else _CALLS * call_seconds(pipeline.command))
