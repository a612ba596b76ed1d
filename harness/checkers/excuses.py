"""What may excuse a failed operation: the one list of causes. What nothing here excuses failed by the service's doing.

A disturbance excuses for as long as the scenario lets the service recover from it. Those of one cluster excuse nothing
at another; those of processes, links and messages excuse everywhere.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import NamedTuple

from connector.codes import Code
from fake_clusters.spec import ClusterLimits
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.holds import ENDS_OF_HOLDS
from harness.scenario.nemesis_kinds import NemesisKind
from reports.history import Attempt, EffectKind, OpKind, OpResult

__all__ = ["FailedOperation", "is_excused", "is_hindered", "is_overtaken"]

_NO_CAUSE = frozenset({Code.ALREADY_EXISTS, Code.NOT_FOUND, Code.STALE})
"""Refusals that only say what was done before: by this service, if by nobody of whom the history knows."""

_PROMPT = 1.0
"""Seconds within which any service awaits a command."""

_SNAPSHOTS = frozenset({EffectKind.SNAPSHOT_CREATED, EffectKind.SNAPSHOT_DELETED})
_CHANGES = frozenset(OpKind) - {OpKind.GET, OpKind.LIST}
_KINDS = frozenset(kind.value for kind in NemesisKind)
_HOLDS = frozenset({NemesisKind.HOLD.value, *ENDS_OF_HOLDS})
"""A hold makes work wait; it lets nothing fail."""


class FailedOperation(NamedTuple):
    """An operation that failed, from its acceptance to its end, in seconds. share: its record, where that is known."""

    location: str
    name: str
    share: str | None
    began: float
    ended: float


def is_excused(index: HistoryIndex, failure: FailedOperation) -> bool:
    """Whether the operation may have failed by no doing of the service."""
    return any(excuses(index, failure) for excuses in _EXCUSES)


def is_hindered(index: HistoryIndex, failure: FailedOperation) -> bool:
    """The same for what was told to be done: that its cluster had much to do is no excuse then."""
    return any(hinders(index, failure) for hinders in _HINDRANCES)


def is_overtaken(index: HistoryIndex, attempt: Attempt) -> bool:
    """Whether a command that its cluster called stale had a newer one beside it: begun meanwhile, and not before."""
    if attempt.sequence is None:
        return False
    skew, ended = index.bounds.skew, inf if attempt.ended_at is None else attempt.ended_at
    sent = _sent(index).get((attempt.location, attempt.name), ())
    return any(
        sequence > attempt.sequence and attempt.began_at - skew <= began_at <= ended + skew
        for sequence, began_at in sent
    )


def _sent(index: HistoryIndex) -> Mapping[tuple[str, str], Sequence[tuple[int, float]]]:
    """By location and name, the sequences of the commands for it, and when each began."""

    def found() -> Mapping[tuple[str, str], Sequence[tuple[int, float]]]:
        sent: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        for row in index.history.attempts:
            if row.is_command and row.sequence is not None:
                sent[row.location, row.name].append((row.sequence, row.began_at))
        return sent

    return index.once("excuses.sent", found)


def _struck(index: HistoryIndex, failure: FailedOperation) -> bool:
    """A fault, a toxic, or what was done to a message."""
    instants = index.once(f"excuses.strikes.{failure.location}", lambda: _strikes(index, failure.location))
    since, until = _reach(index, failure)
    return bisect_left(instants, since) < bisect_right(instants, until)


def _strikes(index: HistoryIndex, location: str) -> Sequence[float]:
    others = {side for side in index.sides if side != location}
    return sorted(row.at for row in index.hindrances if row.cluster not in others)


def _disturbed(index: HistoryIndex, failure: FailedOperation) -> bool:
    """The nemesis had a process or the cluster in its hands."""
    since, until = _reach(index, failure)
    return any(begins <= until and ends >= since for begins, ends in _grips(index, failure.location))


def _grips(index: HistoryIndex, location: str) -> Sequence[tuple[float, float]]:
    """From each act of the nemesis to whatever it next did to the same target: that undid it."""

    def found() -> Sequence[tuple[float, float]]:
        rows = [row for row in index.history.nemesis if row.action not in _HOLDS]
        others = {side for side in index.sides if side != location}
        acts = [(place, row) for place, row in enumerate(rows) if row.action in _KINDS and row.target not in others]
        return [
            (row.at, next((later.at for later in rows[place + 1 :] if later.target == row.target), inf))
            for place, row in acts
        ]

    return index.once(f"excuses.grips.{location}", found)


def _crashed(index: HistoryIndex, failure: FailedOperation) -> bool:
    """A part ended that nobody had ended."""
    return any(end.at <= failure.ended for end in index.history.part_ends)


def _slowed(index: HistoryIndex, failure: FailedOperation) -> bool:
    """By a phase of the cluster's own profile, or by anything that was planned, where no log of commands says more."""
    since, until = _reach(index, failure)
    return not index.history.has_commands and any(
        begins <= until and ends >= since for begins, ends in index.bounds.disturbed
    )


def _late(index: HistoryIndex, failure: FailedOperation) -> bool:
    """The cluster took its time, where no log of commands tells for how long it was waited for; or nothing tells."""
    if index.history.has_commands:
        return False
    made = named(index.lifetimes, failure.location, failure.name)
    return not index.history.has_effect_log or any(row.born.at > failure.began + _PROMPT for row in made)


def _refused(index: HistoryIndex, failure: FailedOperation) -> bool:
    """The cluster refused a command of it, did not answer in time, or could not be asked what it can do."""
    concerned = (*index.attempts_by_share.get(failure.share or "", ()), *_of_no_share(index, failure.location))
    since, until = failure.began - index.bounds.skew, failure.ended + index.bounds.skew
    return any(since <= row.began_at <= until and _is_cause(index, row) for row in concerned)


def _is_cause(index: HistoryIndex, row: Attempt) -> bool:
    if not row.is_command or row.result is OpResult.OK:
        return False
    return row.code not in _NO_CAUSE or (row.code is Code.STALE and is_overtaken(index, row))


def _of_no_share(index: HistoryIndex, location: str) -> Sequence[Attempt]:
    return index.once(
        f"excuses.of_no_share.{location}",
        lambda: [
            row
            for row in index.history.attempts
            if row.is_command and not row.share and row.location == location and row.result is not OpResult.OK
        ],
    )


def _taken(index: HistoryIndex, failure: FailedOperation) -> bool:
    """Somebody else had put a share of that name there, or the cluster lost what it held."""
    location, name = failure.location, failure.name
    if (location, name) in index.preexisting:
        return True
    by_others = any((row.cluster, row.name) == (location, name) for row in index.foreign_lifetimes)
    return by_others or any(lifetime.lost for lifetime in named(index.lifetimes, location, name))


def _kept(index: HistoryIndex, failure: FailedOperation) -> bool:
    """A snapshot was asked for, and the share had one: who asked took it for deleted, by an answer that was none."""
    skew, kind = index.bounds.skew, OpKind.SNAPSHOT_CREATE
    asked = any(
        op.kind is kind and op.invoked_at <= failure.began + skew and op.result is not OpResult.FAIL
        for op in named(index.ops_by_name, failure.location, failure.name)
        if op.completed_at is None or op.completed_at >= failure.began - skew
    )
    steps = [
        row
        for row in index.history.effects
        if asked and (row.cluster, row.name) == (failure.location, failure.name)
        if row.kind in _SNAPSHOTS and row.at <= failure.ended
    ]
    return bool(steps) and steps[-1].kind is EffectKind.SNAPSHOT_CREATED and steps[-1].at < failure.began


def _busy(index: HistoryIndex, failure: FailedOperation) -> bool:
    """As much was under way on the cluster as it serves at once."""
    limits = _limits(index, failure.location)
    if limits is None:
        return False
    begins, ends = index.once(f"excuses.under_way.{failure.location}", lambda: _under_way(index, failure.location))
    return bisect_right(begins, failure.ended) - bisect_left(ends, failure.began) >= limits.commands


def _under_way(index: HistoryIndex, location: str) -> tuple[Sequence[float], Sequence[float]]:
    """When commands began and ended; changes that clients asked for, with all the time they had, where no log tells."""
    rows: list[tuple[float, float]]
    if index.history.has_commands:
        commands = (row for row in index.history.attempts if row.is_command and row.location == location)
        rows = [(row.began_at, inf if row.ended_at is None else row.ended_at) for row in commands]
    else:
        changes = (op for op in index.history.ops if op.kind in _CHANGES and op.location == location)
        rows = [(op.invoked_at, op.invoked_at + index.bounds.recovery) for op in changes]
    return sorted(begins for begins, _ in rows), sorted(ends for _, ends in rows)


def _limited(index: HistoryIndex, failure: FailedOperation) -> bool:
    """The cluster has limits that it may have met, where no log of commands tells whether it refused one."""
    limits = _limits(index, failure.location)
    if index.history.has_commands or limits is None:
        return False
    refusing = (limits.queue, limits.connections, limits.startups, limits.capacity, limits.share_size, limits.shares)
    return any(limit is not None for limit in refusing)


def _limits(index: HistoryIndex, location: str) -> ClusterLimits | None:
    scenario = index.bounds.scenario
    clusters = () if scenario is None else scenario.clusters
    return next((cluster.limits for cluster in clusters if cluster.name == location), None)


def _reach(index: HistoryIndex, failure: FailedOperation) -> tuple[float, float]:
    """From when until when a disturbance excuses the failure."""
    return failure.began - index.bounds.recovery, failure.ended + index.bounds.skew


_HINDRANCES: Sequence[Callable[[HistoryIndex, FailedOperation], bool]] = (
    _struck,
    _disturbed,
    _slowed,
    _crashed,
    _refused,
    _taken,
    _limited,
)
_EXCUSES = (*_HINDRANCES, _late, _busy, _kept)
