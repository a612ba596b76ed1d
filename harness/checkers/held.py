"""S13: at a paused cluster nothing begins, and for a drained one nothing is accepted.

What was accepted while a cluster is paused was never claimed before, so its first command must wait, without any slack.
A claim from before may still be waiting to begin: of any other, and of a list, the first command may come within the
time of three commands and a second. Where the nemesis stops processes, that is not judged.
"""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from harness.checkers.holds import HeldPeriod, accepted_during, holds_of, no_hold, no_logs, slack_of
from harness.checkers.witness import anomaly, of_attempt, of_change, of_nemesis
from harness.scenario.nemesis_kinds import HoldHow, NemesisKind
from reports.history import Attempt
from reports.verdicts import Anomaly

__all__ = ["HELD"]

_LIST = "list"


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for held in holds_of(index):
        if held.how is HoldHow.DRAIN:
            yield from _accepted(index, held)
        else:
            yield from _begun(index, held)


def _accepted(index: HistoryIndex, held: HeldPeriod) -> Iterator[Anomaly]:
    for change in accepted_during(index, held):
        message = f"was accepted while {held.location} was drained"
        yield anomaly("S13", change.location, change.name, message, of_nemesis(held.begun), of_change(change))


def _begun(index: HistoryIndex, held: HeldPeriod) -> Iterator[Anomaly]:
    ends, message = held.until - index.bounds.skew, f"a command began while {held.location} was paused"
    found: set[int] = set()
    for change in accepted_during(index, held):
        for attempt in index.attempts_by_share.get(change.share, ()):
            if attempt.is_command and change.at < attempt.began_at < ends and attempt.number not in found:
                found.add(attempt.number)
                rows = (of_change(change), of_attempt(attempt))
                yield anomaly("S13", change.location, change.name, message, of_nemesis(held.begun), *rows)
                break
    if _was_stopped(index, held):
        return
    begins = held.since + slack_of(index) + index.bounds.skew
    for attempt in _firsts(index, held.location):
        if begins < attempt.began_at < ends and attempt.number not in found:
            rows = (of_nemesis(held.begun), of_attempt(attempt))
            yield anomaly("S13", attempt.location, attempt.name, message, *rows)


def _firsts(index: HistoryIndex, location: str) -> Iterator[Attempt]:
    """The first command of each claim, and the lists."""
    claims: set[tuple[str | None, int]] = set()
    for attempt in index.history.attempts:
        if not attempt.is_command or attempt.location != location:
            continue
        if attempt.fence is None:
            if attempt.verb == _LIST:
                yield attempt
        elif (attempt.share, attempt.fence) not in claims:
            claims.add((attempt.share, attempt.fence))
            yield attempt


def _was_stopped(index: HistoryIndex, held: HeldPeriod) -> bool:
    return any(row.action == NemesisKind.PAUSE.value and row.at < held.until for row in index.history.nemesis)


HELD = Checker(
    invariant="S13",
    title="nothing begins while a cluster is held",
    find=_find,
    idle=no_hold,
    doubts=no_logs,
)
