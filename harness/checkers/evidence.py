"""What the checkers look at: the history, its bounds, and indexes of both that are built once, in linear time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from reports.history import Attempt, Effect, EffectKind, History, Op, OpKind, Reading, SeenShare, StateChange

__all__ = ["Bounds", "Evidence", "Life", "Story"]

K = TypeVar("K")
V = TypeVar("V")

_BIRTHS = frozenset({EffectKind.CREATED, EffectKind.HALF_CREATED})
_DEATHS = frozenset({EffectKind.DELETED, EffectKind.WIPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the scenario promised. Seconds.

    limits: the longest that a hop (`client`, `gateway`, `processor`) may take to answer. slack: what T1 forgives on
    top. skew: how far the clocks of two processes may disagree. expect: how often a fault label or kind must strike.
    load_ends: when the load stopped. disturbed: when faults were on, in order. recovery: by so long after the last
    disturbance goodput must be back (L4).
    """

    limits: Mapping[str, float] = field(default_factory=dict)
    slack: float = 1.0
    skew: float = 0.05
    expect: Mapping[str, int] = field(default_factory=dict)
    interrupted: bool = False
    load_ends: float = 0.0
    disturbed: tuple[tuple[float, float], ...] = ()
    recovery: float = 30.0


class Life(NamedTuple):
    """One life of a name on a cluster: from the effect that made it to the one that ended it (None: it lives).

    share: the record that it was made for, by its mark or by its request id; None where neither tells.
    completed: when it was whole, None for a share that stayed half-made. A tuple, as `Story` is: of both there may be
    a million, and a frozen dataclass takes four times as long to make.
    """

    cluster: str
    name: str
    incarnation: int
    born: Effect
    completed: float | None
    died: Effect | None
    share: str | None

    def alive(self, since: float, until: float) -> bool:
        """Whether it was whole and there throughout [since, until]."""
        if self.completed is None or self.completed > since:
            return False
        return self.died is None or self.died.at >= until

    @property
    def swept(self) -> bool:
        """It landed after its command had ended, against the connector's promise, and was found and removed.

        No pipeline can prevent such an effect; the sweeper is the remedy, and it worked.
        """
        return self.born.late and self.died is not None

    @property
    def wiped(self) -> bool:
        return self.died is not None and self.died.kind is EffectKind.WIPED


class Story(NamedTuple):
    """All that the pipeline's own log says of one record, in order."""

    share: str
    location: str
    name: str
    changes: tuple[StateChange, ...]

    @property
    def made(self) -> StateChange | None:
        for change in self.changes:
            if change.before is None:
                return change
        return None

    @property
    def removed(self) -> StateChange | None:
        for change in self.changes:
            if change.after is None:
                return change
        return None

    def first(self, state: str) -> StateChange | None:
        for change in self.changes:
            if change.after == state:
                return change
        return None

    def spans(self, *states: str) -> list[tuple[float, float]]:
        """When the record was in one of `states`; the last span may be open (infinite)."""
        found: list[tuple[float, float]] = []
        begins: float | None = None
        for change in self.changes:
            if begins is not None:
                found.append((begins, change.at))
            begins = change.at if change.after in states else None
        if begins is not None:
            found.append((begins, inf))
        return found


class Evidence:
    """The history with its indexes. Built once per run; every property costs linear time the first time."""

    def __init__(self, history: History, bounds: Bounds | None = None) -> None:
        self.history = history
        self.bounds = bounds or Bounds()
        self._memo: dict[str, Any] = {}

    @cached_property
    def stories(self) -> Mapping[str, Story]:
        """By the record's id."""
        rows: dict[str, list[StateChange]] = defaultdict(list)
        for change in sorted(self.history.changes, key=attrgetter("number")):
            rows[change.share].append(change)
        return {
            share: Story(share=share, location=changes[0].location, name=changes[0].name, changes=tuple(changes))
            for share, changes in rows.items()
        }

    @cached_property
    def stories_by_name(self) -> Mapping[tuple[str, str], Sequence[Story]]:
        """By (location, name), in the order in which the records were made."""
        return _grouped(self.stories.values(), by=attrgetter("location", "name"))

    @cached_property
    def share_of_request(self) -> Mapping[str, str]:
        """The record that a connector request id was sent for, by the pipeline's log of attempts."""
        return {row.request_id: row.share for row in self.history.attempts if row.request_id and row.share}

    @cached_property
    def attempts_by_share(self) -> Mapping[str, Sequence[Attempt]]:
        return _grouped((row for row in self.history.attempts if row.share), by=attrgetter("share"))

    @cached_property
    def creates_by_name(self) -> Mapping[tuple[str, str], Sequence[Op]]:
        """Every create that a client asked for this (location, name)."""
        creates = (op for op in self.history.ops if op.kind is OpKind.CREATE)
        return _grouped(creates, by=attrgetter("location", "name"))

    @cached_property
    def ops_by_name(self) -> Mapping[tuple[str, str], Sequence[Op]]:
        """Everything that clients asked about this (location, name)."""
        return _grouped(self.history.ops, by=attrgetter("location", "name"))

    @cached_property
    def first_asked(self) -> Mapping[tuple[str, str], float]:
        """When a client first asked for a create of this (location, name)."""
        return {key: min(op.invoked_at for op in ops) for key, ops in self.creates_by_name.items()}

    @cached_property
    def lives(self) -> Mapping[tuple[str, str], Sequence[Life]]:
        """The lives of each (cluster, name), in order."""
        rows = _grouped(self._effects_in_order, by=attrgetter("cluster", "name"))
        return {key: self._lives_of(effects) for key, effects in rows.items()}

    @cached_property
    def lives_by_share(self) -> Mapping[str, Sequence[Life]]:
        return _grouped((life for lives in self.lives.values() for life in lives if life.share), by=attrgetter("share"))

    @cached_property
    def _effects_in_order(self) -> Sequence[Effect]:
        return sorted(self.history.effects, key=attrgetter("cluster", "number"))

    def _lives_of(self, effects: Sequence[Effect]) -> list[Life]:
        """Birth, completion and death of each incarnation; a second birth of one incarnation completes it."""
        born: dict[int, Effect] = {}
        completed: dict[int, float] = {}
        died: dict[int, Effect] = {}
        for row in effects:
            if row.kind in _BIRTHS:
                born.setdefault(row.incarnation, row)
                if row.kind is EffectKind.CREATED:
                    completed.setdefault(row.incarnation, row.at)
            elif row.kind in _DEATHS:
                died.setdefault(row.incarnation, row)
        return [
            Life(
                cluster=row.cluster,
                name=row.name,
                incarnation=incarnation,
                born=row,
                completed=completed.get(incarnation),
                died=died.get(incarnation),
                share=self.owner_of(row),
            )
            for incarnation, row in born.items()
        ]

    def owner_of(self, effect: Effect) -> str | None:
        """The record whose share this effect concerns."""
        if effect.mark and "/" in effect.mark:
            return effect.mark.rsplit("/", 1)[1]
        return self.share_of_request.get(effect.request_id or "")

    def reading(self, side: str, round: int) -> Reading | None:
        """The newest reading of a side in a round."""
        return self._newest.get((side, round))

    @cached_property
    def _newest(self) -> Mapping[tuple[str, int], Reading]:
        return {(row.side, row.round): row for row in self.history.readings}

    @cached_property
    def _seen_on_clusters(self) -> Mapping[tuple[str, int], Mapping[str, SeenShare]]:
        rows = [row for row in self.history.readings if row.side != "api" and row.ok]
        return {(row.side, row.round): {share.name: share for share in row.shares} for row in rows}

    def seen_on_cluster(self, cluster: str, round: int) -> Mapping[str, SeenShare]:
        """The shares that the newest reading of a cluster in a round shows, by name."""
        return self._seen_on_clusters.get((cluster, round), {})

    def once(self, key: str, make: Callable[[], V]) -> V:
        """What `make` gives, computed the first time only: for what a checker needs in several of its parts."""
        if key not in self._memo:
            self._memo[key] = make()
        found: V = self._memo[key]
        return found

    @cached_property
    def sides(self) -> Sequence[str]:
        """The clusters that were read, in the order of their names."""
        return sorted({row.side for row in self.history.readings if row.side != "api"})

    @cached_property
    def preexisting(self) -> frozenset[tuple[str, str]]:
        """(cluster, name) of what was there before the load began."""
        rows = [row for row in self.history.readings if row.round == 0]
        return frozenset((share.location, share.name) for row in rows for share in row.shares)


def _grouped(rows: Iterable[V], *, by: Callable[[V], K]) -> Mapping[K, Sequence[V]]:
    """Rows by their key, both in the order in which they came."""
    groups: dict[K, list[V]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return groups
