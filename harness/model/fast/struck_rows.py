"""The rows of the shares that a fault may strike, as the pipeline's store and the clusters' models have kept them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from fake_clusters.model import ClusterModel
from harness.collect.cluster_log import seen_on_cluster
from harness.model.fast.share import Share
from harness.service.reference import EventRow, ShareRecord, ShareState
from reports.history import Attempt, Effect, Injection, NemesisAction, SeenShare, StateChange

__all__ = ["Shown", "StruckLife", "StruckRows", "lives", "shown"]

Shown = Mapping[str, Sequence[SeenShare]]
"""What each side shows: the API its records, a cluster what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckLife:
    """One share's. failed: from when on its record was on its way out; infinity: it never was. ended: when it came to
    active or was removed; None: it has not."""

    share: Share
    id: str
    name: str
    state: str | None
    failed: float
    ended: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckRows:
    """All of a run. rested: when all was at rest; at_rest, at_end: what each side showed of them then, and at last."""

    rested: float
    at_rest: Shown = field(default_factory=dict)
    at_end: Shown = field(default_factory=dict)
    lives: Sequence[StruckLife] = ()
    attempts: Sequence[Attempt] = ()
    changes: Sequence[StateChange] = ()
    effects: Sequence[Effect] = ()
    injections: Sequence[Injection] = ()
    nemesis: tuple[NemesisAction, ...] = ()


def lives(shares: Iterable[Share], events: Iterable[EventRow], id_of: Callable[[Share], str]) -> Iterator[StruckLife]:
    """Of each share, by what was written of it."""
    by_id: dict[str, dict[ShareState | None, EventRow]] = {}
    for row in events:
        by_id.setdefault(row.share, {})[row.after] = row
    for share in shares:
        rows = by_id[id_of(share)]
        last = list(rows.values())[-1]
        failing = rows.get(ShareState.FAILING)
        yield StruckLife(
            share=share,
            id=last.share,
            name=last.name,
            state=None if last.after is None else last.after.value,
            failed=inf if failing is None else failing.at,
            ended=last.at if last.after in (None, ShareState.ACTIVE) else None,
        )


def shown(records: Iterable[ShareRecord], models: Mapping[str, ClusterModel]) -> Shown:
    """What each side shows now."""
    api = [
        SeenShare(location=row.location, name=row.name, share=row.id, state=row.state.value, size=row.size)
        for row in records
    ]
    on_clusters = {name: [seen_on_cluster(name, view) for view in model.shares] for name, model in models.items()}
    return {"api": api, **on_clusters}
