"""Access changes that were accepted and came to nothing: judged by the clusters' logs, at the end of the run.

The effects of a cluster do not say whose access changed, so the changes of a share are judged where all name one
client, as those of the load do. A share to which the service itself gave access before anybody asked is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from connector.operations import Verb
from harness.checkers.grouping import grouped, grouped_by_name, named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.share_lifetime import ShareLifetime
from harness.scenario.unreachable_faults import knows
from reports.history import Effect, EffectKind, Op, OpKind, OpResult

__all__ = ["LostAccessChange", "are_about_one_client", "lost_access_changes"]

_KINDS = frozenset({EffectKind.ALLOWED, EffectKind.DENIED})
_MESSAGES = {
    OpKind.ALLOW: "its allow was accepted, and the cluster gives no access",
    OpKind.DENY: "its deny was accepted, and the cluster still gives access",
}


class LostAccessChange(NamedTuple):
    """The last access change of a share that was accepted. effect: what the cluster did last; None: nothing."""

    op: Op
    lifetime: ShareLifetime
    effect: Effect | None

    @property
    def message(self) -> str:
        return _MESSAGES[self.op.kind]


def lost_access_changes(index: HistoryIndex) -> Iterator[LostAccessChange]:
    """Of shares that are there at the end, of which every access change was answered clearly."""
    asked = [*index.ops_of(OpKind.ALLOW), *index.ops_of(OpKind.DENY)]
    if not asked or not index.history.has_effect_log:
        return
    effects = grouped((row for row in index.history.effects if row.kind in _KINDS), by=_life_of)
    able = _clusters_with_access(index)
    for location, by_name in grouped_by_name(asked).items():
        for name, ops in by_name.items() if location in able else ():
            last = _last(index, ops) if are_about_one_client(ops) else None
            lifetime = next(reversed(named(index.lifetimes, location, name)), None)
            if last is None or lifetime is None or not _lives(lifetime, last):
                continue
            done = effects.get((location, name, lifetime.incarnation), [])
            effect = done[-1] if done else None
            given = effect is not None and effect.kind is EffectKind.ALLOWED
            if given is not (last.kind is OpKind.ALLOW) and not _gives_by_itself(done, ops, index.bounds.skew):
                yield LostAccessChange(last, lifetime, effect)


def are_about_one_client(ops: Iterable[Op]) -> bool:
    """Whether all changes of access among them are about one client."""
    return len({op.grantee for op in ops if op.kind in _MESSAGES}) <= 1


def _life_of(row: Effect) -> tuple[str, str, int]:
    return row.cluster, row.name, row.incarnation


def _clusters_with_access(index: HistoryIndex) -> frozenset[str]:
    scenario = index.bounds.scenario
    clusters = () if scenario is None else scenario.clusters
    return frozenset(cluster.name for cluster in clusters if knows(cluster, Verb.ALLOW))


def _last(index: HistoryIndex, ops: Sequence[Op]) -> Op | None:
    """The one that must hold: accepted, and asked when all others had been answered."""
    last = max(ops, key=lambda op: op.invoked_at)
    others = (op for op in ops if op is not last)
    over = all(
        index.is_clear(op) and op.completed_at is not None and op.completed_at <= last.invoked_at for op in others
    )
    return last if over and last.result is OpResult.OK and index.is_clear(last) else None


def _lives(lifetime: ShareLifetime, last: Op) -> bool:
    completed = lifetime.completed
    return lifetime.died is None and completed is not None and completed <= last.invoked_at


def _gives_by_itself(done: Sequence[Effect], ops: Sequence[Op], skew: float) -> bool:
    """Whether access was given before the first client that got it had asked."""
    first = min((op.invoked_at for op in ops if op.kind is OpKind.ALLOW and op.result is OpResult.OK), default=inf)
    return any(row.kind is EffectKind.ALLOWED and row.at < first - skew for row in done)
