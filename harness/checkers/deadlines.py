"""T1, deadlines: every hop answers by its deadline plus slack.

A machine that has no time for the harness has none for the hops either: what is late while the harness itself was late
is no finding but a doubt.
"""

from collections.abc import Iterator, Sequence
from math import inf

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.starvation import lateness
from harness.checkers.witness import anomaly, of_attempt
from reports.history import Attempt, Hop, NemesisAction
from reports.sentences import count_of
from reports.verdicts import Anomaly

__all__ = ["DEADLINES"]

_WAITS_FOR = {
    Hop.CLIENT: ("gateway", "client"),
    Hop.GATEWAY: ("gateway",),
    Hop.API: ("api", "processor"),
    Hop.PROCESSOR: ("processor",),
}
"""The limits that bound a try: a client hears by the gateway's deadline and gives up by its own; an API that calls the
connector itself, by its bound and by what a command may take."""

STARVED = 0.15
"""Seconds by which the harness must have been late, all in all, for the machine to count as starved."""

_AROUND = 0.5
"""A sample of lateness tells of the quarter second before it; look a little further."""


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for attempt in _late(index):
        if not _starved(index, attempt):
            took, limit = (attempt.ended_at or 0.0) - attempt.began_at, _limit(index, attempt.hop) or 0.0
            message = f"{attempt.hop} waited {took:.2f} s for {attempt.verb}; its limit is {limit:g} s"
            yield anomaly("T1", attempt.location, attempt.name, message, of_attempt(attempt))


def _late(index: HistoryIndex) -> Sequence[Attempt]:
    """The tries that took longer than they may, less those that the experiment itself held up."""
    return index.once("deadlines.late", lambda: [row for row in _overdue(index) if not _excused(index, row)])


def _overdue(index: HistoryIndex) -> Iterator[Attempt]:
    """Few are longer than even the shortest limit; only of those it matters whose limit it is."""
    slack = index.bounds.slack
    longest = {hop: limit + slack for hop in Hop if (limit := _limit(index, hop)) is not None}
    shortest = min(longest.values(), default=inf)
    for row in index.history.attempts:
        if row.ended_at is None or (took := row.ended_at - row.began_at) <= shortest:
            continue
        if took > longest.get(row.hop, inf):
            yield row


def _limit(index: HistoryIndex, hop: Hop) -> float | None:
    limits = index.bounds.limits
    return min((limits[key] for key in _WAITS_FOR.get(hop, ()) if key in limits), default=None)


def _excused(index: HistoryIndex, attempt: Attempt) -> bool:
    """A process that was stopped or had ended could not keep a deadline: a finding of its own, if it was unplanned."""
    ended_at = attempt.ended_at or attempt.began_at
    return any(begins <= ended_at and attempt.began_at <= ends for begins, ends in _stops(index))


def _stops(index: HistoryIndex) -> Sequence[tuple[float, float]]:
    """From when until when the nemesis kept a process stopped, and when one ended unplanned."""
    return index.once(
        "deadlines.stops",
        lambda: [
            *(
                (row.at, _back(index, row))
                for row in index.history.nemesis
                if row.action in ("kill", "terminate", "pause")
            ),
            *((row.at, row.at) for row in index.history.part_ends),
        ],
    )


def _back(index: HistoryIndex, stop: NemesisAction) -> float:
    """When what was stopped went on; the instant of the stop itself where that is not told."""
    later = (row for row in index.history.nemesis if row.number > stop.number and row.target == stop.target)
    return next((row.at for row in later if row.action in ("restart", "resume")), stop.at)


def _starved(index: HistoryIndex, attempt: Attempt) -> bool:
    """Whether the harness was late by `STARVED` in all while the try lasted."""
    ended_at = attempt.ended_at or attempt.began_at
    return lateness(index, attempt.began_at - _AROUND, ended_at + _AROUND) > STARVED


def _doubts(index: HistoryIndex) -> Sequence[str]:
    late = [attempt for attempt in _late(index) if _starved(index, attempt)]
    if not late:
        return []
    return [f"{count_of(len(late), 'answer')} came too late while the machine had no time for the harness either"]


DEADLINES = Checker(
    invariant="T1",
    title="every hop answers by its deadline",
    find=_find,
    helped_by=frozenset({Need.COMMAND_LOG}),
    doubts=_doubts,
)
