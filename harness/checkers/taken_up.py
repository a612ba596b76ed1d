"""S14: what waits is taken up: after a pause of its cluster, and when its tenant has its turn.

After a pause within a scan and a second, where nothing else is in the way: no fault at the cluster or the store, no
nemesis but on other clusters, nothing that is still under way there from before, and no hold that follows.

The only share that a tenant waits for at a cluster begins after at most so many claims of other tenants as a processor
has slots, and one of each of them. Nor do more claims of a lower priority begin before a tenant's share of a higher one
than there are slots, and one. Where parts or the store were struck meanwhile, that is not judged.
"""

from collections.abc import Iterator, Sequence
from math import inf

from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from harness.checkers.holds import ENDS_OF_HOLDS, HeldPeriod, accepted_during, holds_of, no_hold, no_logs
from harness.checkers.turns import most_claims, most_outranked, outranked, passed_over
from harness.checkers.witness import anomaly, of_attempt, of_change, of_nemesis
from harness.scenario.nemesis_kinds import HoldHow, NemesisKind
from reports.history import NemesisAction, StateChange
from reports.verdicts import Anomaly

__all__ = ["TAKEN_UP"]

_NO_STRIKE = frozenset({"heal", "healed", "quiesce", "skip", *ENDS_OF_HOLDS})
_LEARNS = "capabilities"


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _not_taken_up(index)
    yield from _out_of_turn(index)
    yield from _outranked(index)


def _outranked(index: HistoryIndex) -> Iterator[Anomaly]:
    most = most_outranked(index)
    if most is None:
        return
    for change, claims in outranked(index):
        if claims > most:
            message = f"waited while {claims} claims of a lower priority began; {most} is the most"
            yield anomaly("S14", change.location, change.name, message, of_change(change))


def _out_of_turn(index: HistoryIndex) -> Iterator[Anomaly]:
    most = most_claims(index)
    if most is None:
        return
    for waited in passed_over(index):
        if len(waited.claims) > most:
            change = waited.accepted
            message = f"waited while {len(waited.claims)} claims of other tenants began; {most} is the most"
            rows = (of_change(change), of_attempt(waited.claims[0]), of_attempt(waited.claims[-1]))
            yield anomaly("S14", change.location, change.name, message, *rows)


def _not_taken_up(index: HistoryIndex) -> Iterator[Anomaly]:
    if index.bounds.interrupted or index.history.part_ends:
        return
    for held in holds_of(index):
        bound = _bound(index)
        if held.how is HoldHow.PAUSE and held.over < inf and not _is_hindered(index, held, held.over + bound):
            waiting = _waiting(index, held)
            if waiting and not _is_at_work(index, held, held.over + bound):
                change = waiting[0]
                message = f"waited for {held.location}, and was not taken up within {bound:g} s after the pause"
                rows = (of_nemesis(held.begun), of_change(change), *map(of_nemesis, _ends(index, held)))
                yield anomaly("S14", change.location, change.name, message, *rows)


def _bound(index: HistoryIndex) -> float:
    scenario = index.bounds.scenario
    pipeline = None if scenario is None else scenario.pipeline
    return index.bounds.slack + index.bounds.skew + (0.0 if pipeline is None else pipeline.processor.scan)


def _waiting(index: HistoryIndex, held: HeldPeriod) -> Sequence[StateChange]:
    """Accepted during the pause, and not begun by its end."""
    return [
        change
        for change in accepted_during(index, held)
        if not any(
            attempt.is_command and change.at < attempt.began_at < held.over
            for attempt in index.attempts_by_share.get(change.share, ())
        )
    ]


def _is_at_work(index: HistoryIndex, held: HeldPeriod, until: float) -> bool:
    """Whether a command for one of its records begins there, or one from before is still under way."""
    return any(
        attempt.is_command
        and attempt.location == held.location
        and (attempt.fence is not None or attempt.verb == _LEARNS)
        and attempt.began_at <= until
        and (attempt.ended_at is None or attempt.ended_at >= held.until)
        for attempt in index.history.attempts
    )


def _is_hindered(index: HistoryIndex, held: HeldPeriod, until: float) -> bool:
    """By anything before, too: it may have left the cluster alone for a while."""
    others = {side for side in index.sides if side != held.location}
    if any(row.at <= until and row.cluster not in others for row in index.hindrances):
        return True
    scenario = index.bounds.scenario
    if scenario is not None and any(
        cluster.name == held.location and cluster.profile.latency_phases for cluster in scenario.clusters
    ):
        return True
    return any(row.at <= until and _strikes(row, held) and row.target not in others for row in index.history.nemesis)


def _strikes(row: NemesisAction, held: HeldPeriod) -> bool:
    if row.action in _NO_STRIKE:
        return False
    return row.action != NemesisKind.HOLD.value or (row is not held.begun and row.at >= held.since)


def _ends(index: HistoryIndex, held: HeldPeriod) -> Sequence[NemesisAction]:
    return [
        row
        for row in index.history.nemesis
        if row.action in ENDS_OF_HOLDS and row.target == held.location and held.until <= row.at <= held.over
    ]


def _idle(index: HistoryIndex) -> str | None:
    ranked = most_claims(index) is not None or most_outranked(index) is not None
    return None if ranked else no_hold(index)


TAKEN_UP = Checker(
    invariant="S14",
    title="what waits is taken up in turn",
    find=_find,
    idle=_idle,
    doubts=no_logs,
)
