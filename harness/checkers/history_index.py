"""What the checkers look at: the history, its bounds, and indexes of both that are built once, in linear time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from connector.sites import Site
from harness.checkers.grouping import ByName, grouped, grouped_by_name
from harness.checkers.indexed_reading import IndexedReading, index_reading
from harness.checkers.record_timeline import Path, RecordTimeline, timelines_of
from harness.checkers.share_lifetime import ShareLifetime, lifetimes_of
from harness.scenario.scenario import Scenario
from reports.allowances import STRICT, Allowances, LogDetail
from reports.history import (
    Attempt,
    Effect,
    EffectKind,
    History,
    Hop,
    Injection,
    Op,
    OpKind,
    OpResult,
    Reading,
    SeenShare,
)
from reports.journal import ClusterNote, GeneratorNote

__all__ = ["Bounds", "HistoryIndex"]

V = TypeVar("V")

_INVOKED: Callable[[Op], float] = attrgetter("invoked_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the scenario promised. Seconds.

    allowances: what the service may do beyond the strictest reading. limits: the longest that a hop (`client`,
    `gateway`, `processor`) may take to answer. slack: what T1 forgives on
    top. skew: how far the clocks of two processes may disagree. expect: how often a fault label or kind must strike.
    skipped: what the scenario asks for and the world could not do. closed: until when a port is closed,
    by the label of the fault.
    load_ends: when the load stopped. disturbed: when faults were on, in order. recovery: by so long after the last
    disturbance goodput must be back (L4). backoff: the first and the longest ceiling of what the pipeline waits before
    it asks again (L4); None: not known. sizes: by cluster, from a size that was asked for to the one that the cluster
    makes of it.
    scenario: what was planned, for who asks why it did not come about. clusters: what they lack. generators: who played
    the load, where it was not this process.
    """

    limits: Mapping[str, float] = field(default_factory=dict)
    allowances: Allowances = STRICT
    slack: float = 1.0
    skew: float = 0.05
    expect: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    closed: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False
    load_ends: float = 0.0
    disturbed: tuple[tuple[float, float], ...] = ()
    recovery: float = 30.0
    backoff: tuple[float, float] | None = (0.5, 10.0)
    sizes: Mapping[str, Callable[[int], int]] = field(default_factory=dict)
    scenario: Scenario | None = None
    clusters: tuple[ClusterNote, ...] = ()
    generators: tuple[GeneratorNote, ...] = ()


class HistoryIndex:
    """The history with its indexes. Built once per run; every property costs linear time the first time."""

    def __init__(self, history: History, bounds: Bounds | None = None) -> None:
        self.history = history
        self.bounds = bounds or Bounds()
        self._memo: dict[str, Any] = {}

    @cached_property
    def _ops_by_kind(self) -> Mapping[OpKind, Sequence[Op]]:
        return grouped(self.history.ops, by=attrgetter("kind"))

    def is_refused(self, op: Op) -> bool:
        """Whether an op certainly did nothing. Without a key, the refusal of a later try says nothing of the first."""
        return op.result is OpResult.FAIL and self.is_clear(op)

    def is_clear(self, op: Op) -> bool:
        """Whether no try of an op can still be taken up: the last was answered, and none before can have an effect."""
        return op.result is not OpResult.INFO and (op.tries == 1 or self.bounds.allowances.keys)

    def logs(self, detail: LogDetail) -> bool:
        """Whether there is a change log that tells it."""
        return self.history.has_changes and detail not in self.bounds.allowances.unlogged

    def ops_of(self, kind: OpKind) -> Sequence[Op]:
        """All ops of a kind."""
        return self._ops_by_kind.get(kind, ())

    @cached_property
    def unclear(self) -> Sequence[Op]:
        """The ops whose client never learnt what came of them."""
        info = OpResult.INFO
        return [op for op in self.history.ops if op.result is info]

    @cached_property
    def creates_by_name(self) -> ByName[Sequence[Op]]:
        """Every create that a client asked for."""
        return grouped_by_name(self.ops_of(OpKind.CREATE))

    @cached_property
    def ops_by_name(self) -> ByName[Sequence[Op]]:
        """Everything that clients asked about a share."""
        return grouped_by_name(self.history.ops)

    @cached_property
    def first_asked(self) -> ByName[float]:
        """When a client first asked for a create."""
        return {
            location: {name: min(map(_INVOKED, ops)) for name, ops in by_name.items()}
            for location, by_name in self.creates_by_name.items()
        }

    @cached_property
    def timelines(self) -> Mapping[str, RecordTimeline]:
        """By the record's id."""
        changes = self.history.changes
        return timelines_of(tuple(row for row in changes if row.before is None or row.before != row.after))

    @cached_property
    def timelines_by_name(self) -> ByName[Sequence[RecordTimeline]]:
        """The timelines of all records of a name, in the order in which they were made."""
        return grouped_by_name(self.timelines.values())

    @cached_property
    def _paths(self) -> Sequence[Path]:
        return list(dict.fromkeys(timeline.path for timeline in self.timelines.values()))

    def timelines_along(self, wanted: Callable[[Path], bool]) -> Sequence[RecordTimeline]:
        """The timelines whose path is wanted, in order."""
        paths = set(filter(wanted, self._paths))
        return [timeline for timeline in self.timelines.values() if timeline.path in paths] if paths else ()

    @cached_property
    def attempts_by_share(self) -> Mapping[str, Sequence[Attempt]]:
        return grouped((row for row in self.history.attempts if row.share), by=attrgetter("share"))

    @cached_property
    def share_of_request(self) -> Mapping[str, str]:
        """The record that a connector request id was sent for, by the pipeline's log of attempts.

        Only where nothing else tells: of what a delete was sent for, and of effects without a mark.
        """
        client, deleted, wiped = Hop.CLIENT, EffectKind.DELETED, EffectKind.WIPED
        asked = {
            row.request_id
            for row in self.history.effects
            if row.request_id and (row.kind is deleted or row.kind is wiped or not row.mark or "/" not in row.mark)
        }
        return {
            row.request_id: row.share
            for row in self.history.attempts
            if row.hop is not client and row.request_id in asked and row.share
        }

    def owner_of(self, effect: Effect) -> str | None:
        """The record whose share this effect concerns."""
        mark = effect.mark
        if mark and "/" in mark:
            return mark[mark.rindex("/") + 1 :]
        return self.share_of_request.get(effect.request_id or "")

    @cached_property
    def _all_lifetimes(self) -> ByName[Sequence[ShareLifetime]]:
        return lifetimes_of(self.history.effects, self.owner_of)

    @cached_property
    def lifetimes(self) -> ByName[Sequence[ShareLifetime]]:
        """By cluster and name, in order, but for shares of others."""
        if not self.foreign_lifetimes:
            return self._all_lifetimes
        return {
            cluster: {
                name: [lifetime for lifetime in lifetimes if not lifetime.is_foreign]
                for name, lifetimes in by_name.items()
            }
            for cluster, by_name in self._all_lifetimes.items()
        }

    @cached_property
    def foreign_lifetimes(self) -> Sequence[ShareLifetime]:
        """Those of shares that somebody else made on a cluster while the run lasted."""
        by_others = EffectKind.CREATED_BY_OTHERS
        if not any(row.kind is by_others for row in self.history.effects):
            return ()
        every = (lifetimes for by_name in self._all_lifetimes.values() for lifetimes in by_name.values())
        return [lifetime for lifetimes in every for lifetime in lifetimes if lifetime.is_foreign]

    @cached_property
    def foreign(self) -> frozenset[tuple[str, str]]:
        """(cluster, name) of what somebody else has put there: before the load began, or while it lasted."""
        return self.preexisting | {
            (lifetime.cluster, lifetime.name) for lifetime in self.foreign_lifetimes if lifetime.died is None
        }

    @cached_property
    def lifetimes_by_share(self) -> Mapping[str, Sequence[ShareLifetime]]:
        lifetimes = (
            lifetime for by_name in self.lifetimes.values() for lifetimes in by_name.values() for lifetime in lifetimes
        )
        return grouped((lifetime for lifetime in lifetimes if lifetime.share), by=attrgetter("share"))

    def reading(self, side: str, round: int) -> Reading | None:
        """The newest reading of a side in a round."""
        return self._newest.get((side, round))

    @cached_property
    def _newest(self) -> Mapping[tuple[str, int], Reading]:
        return {(row.side, row.round): row for row in self.history.readings}

    @cached_property
    def shown(self) -> Sequence[IndexedReading]:
        """What each reading shows, as the history has them."""
        return [index_reading(row) for row in self.history.readings]

    def on_clusters(self, round: int) -> ByName[SeenShare]:
        """The shares that the newest readings of the clusters in a round show, of those that succeeded."""
        return self.once(f"on_clusters.{round}", lambda: self._on_clusters(round))

    def _on_clusters(self, round: int) -> ByName[SeenShare]:
        rows = [row for row in self.shown if row.reading.round == round and row.reading.side != "api"]
        newest = {row.reading.side: row for row in rows if row.reading.ok}
        return {cluster: row.by_name for cluster, row in newest.items()}

    def records(self, round: int) -> ByName[SeenShare]:
        """The records that the newest reading of the API in a round shows."""
        rows = [row for row in self.shown if row.reading.round == round and row.reading.side == "api"]
        return rows[-1].shares if rows else {}

    @cached_property
    def hindrances(self) -> Sequence[Injection]:
        """What struck on the way of an operation: what receivers do to its notice comes behind it."""
        return [row for row in self.history.injections if row.site is not Site.NOTIFY_DELIVER]

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
    def held_before(self) -> ByName[SeenShare]:
        """What was on each cluster before the load began."""
        rows = [row for row in self.shown if row.reading.round == 0 and row.reading.side != "api"]
        return {row.reading.side: row.by_name for row in rows if row.reading.ok}

    @cached_property
    def preexisting(self) -> frozenset[tuple[str, str]]:
        """(location, name) of what was there, on a cluster or in the API, before the load began."""
        rows = [row for row in self.history.readings if row.round == 0]
        return frozenset((share.location, share.name) for row in rows for share in row.shares)
