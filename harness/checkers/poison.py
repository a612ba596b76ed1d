"""S16: a record whose claims end without a word is set aside after so many, and no other is.

That a claim ended without a word is certain where its last command has no end and a processor was killed before the
next claim of the record: whoever lets go of a record notes the end of its command first, unless it is told to stop. So
only what SIGKILL, a crash point or an unplanned end leaves behind is counted; a change of state and a requeue begin
anew, as they do in the record.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from harness.checkers.checker import Checker, Need, has
from harness.checkers.grouping import grouped
from harness.checkers.history_index import HistoryIndex
from harness.checkers.witness import anomaly, of_attempt, of_change
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.roles import is_processor
from reports.history import Attempt, StateChange
from reports.sentences import count_of
from reports.verdicts import Anomaly

__all__ = ["POISON", "dead_letters"]

_DEAD = "dead letter: "
"""Opens the reason of the event of a record that became one; one with another reason, or a move, ends that."""


def dead_letters(index: HistoryIndex) -> Mapping[str, StateChange]:
    """By record, the event of each that is a dead letter at the end."""
    return index.once("poison.dead", lambda: {share: row for share, row in _last(index) if _is_dead(row)})


def _last(index: HistoryIndex) -> Iterator[tuple[str, StateChange]]:
    for share, rows in _changes(index).items():
        yield share, rows[-1]


def _changes(index: HistoryIndex) -> Mapping[str, Sequence[StateChange]]:
    return index.once("poison.changes", lambda: grouped(index.history.changes, by=lambda row: row.share))


def _is_dead(row: StateChange) -> bool:
    return row.before == row.after and (row.reason or "").startswith(_DEAD)


def _most(index: HistoryIndex) -> int | None:
    scenario = index.bounds.scenario
    pipeline = None if scenario is None else scenario.pipeline
    return None if pipeline is None else pipeline.processor.poison


def _knows_claims(index: HistoryIndex) -> bool:
    return _most(index) is not None and has(index, Need.CHANGE_LOG) and has(index, Need.COMMAND_LOG)


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    most = _most(index)
    if most is None:
        return
    for row in filter(_is_dead, index.history.changes):
        if (row.fence or 0) < most:
            claims = count_of(row.fence or 0, "claim")
            message = f"was set aside after {claims}; {most} in a row must have ended without a word"
            yield anomaly("S16", row.location, row.name, message, of_change(row))
    kills = _kills(index)
    if not kills:
        return
    for share, rows in index.attempts_by_share.items():
        yield from _taken_again(rows, [row.at for row in _changes(index).get(share, ())], kills, most)


def _kills(index: HistoryIndex) -> Sequence[float]:
    """When processors were killed for certain."""
    history = index.history
    rows = [row.at for row in history.nemesis if row.action == NemesisKind.KILL.value and is_processor(row.target)]
    return sorted([*rows, *(row.at for row in history.part_ends if is_processor(row.part) and row.signal == "SIGKILL")])


def _taken_again(
    attempts: Sequence[Attempt], changes: Sequence[float], kills: Sequence[float], most: int
) -> Iterator[Anomaly]:
    """The first claim of a record that nobody should have made."""
    silent: list[Attempt] = []
    claims = sorted(
        ((row.fence, row) for row in attempts if row.fence is not None), key=lambda claim: (claim[0], claim[1].began_at)
    )
    for (before, last), (fence, row) in pairwise(claims):
        if fence == before:
            continue
        between = (last.began_at, row.began_at)
        is_next = fence == before + 1 and not _any(changes, *between)
        wordless = is_next and last.ended_at is None and _any(kills, *between)
        silent = [*silent, last] if wordless else []
        if len(silent) >= most:
            message = f"was claimed again after {len(silent)} claims in a row that ended without a word"
            rows = (*map(of_attempt, silent[-2:]), of_attempt(row))
            yield anomaly("S16", row.location, row.name, message, *rows)
            return


def _any(instants: Sequence[float], since: float, until: float) -> bool:
    return any(since <= at <= until for at in instants)


POISON = Checker(
    invariant="S16",
    title="what ends its claims without a word is set aside",
    find=_find,
    idle=lambda index: None if _knows_claims(index) else "nothing is known of the service's claims",
)
