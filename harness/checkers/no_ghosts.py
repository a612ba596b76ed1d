"""S2, no ghosts: nothing is seen, on a cluster or in the API, that no create could have made."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.indexed_reading import IndexedReading
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.history import Op, OpKind, OpResult, Reading
from reports.verdicts import Anomaly, Witness

__all__ = ["NO_GHOSTS"]

_OK = OpResult.OK
_NEVER: Mapping[str, float] = {}
_NOTHING: Mapping[str, Sequence[Op]] = {}


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _effects(index)
    yield from _records(index)
    yield from _answers(index)


def _effects(index: HistoryIndex) -> Iterator[Anomaly]:
    """Each needs a create of its name, and of its size where one is known, that was asked before."""
    skew = index.bounds.skew
    for cluster, by_name in index.lifetimes.items():
        creates = index.creates_by_name.get(cluster, _NOTHING)
        made_of = index.bounds.sizes.get(cluster, _as_asked)
        for name, lifetimes in by_name.items():
            asked = creates.get(name, ())
            for lifetime in lifetimes:
                born, latest = lifetime.born, lifetime.born.at + skew
                for op in asked:
                    if op.invoked_at <= latest and (
                        born.size is None or (op.size is not None and made_of(op.size) == born.size)
                    ):
                        break
                else:
                    yield from _unasked(index, cluster, name, born.at, of_effect(born), size=born.size)


def _as_asked(size: int) -> int:
    return size


def _records(index: HistoryIndex) -> Iterator[Anomaly]:
    first, skew = index.first_asked, index.bounds.skew
    for timeline in index.timelines.values():
        made = timeline.changes[0]
        if first.get(timeline.location, _NEVER).get(timeline.name, inf) > made.at + skew:
            yield from _unasked(index, timeline.location, timeline.name, made.at, of_change(made))
    for shown in index.shown:
        if not _all_asked(index, shown):
            yield from _shown_unasked(index, shown.reading)


def _all_asked(index: HistoryIndex, shown: IndexedReading) -> bool:
    """Whether all that is shown was asked for; False as well where the time would have to be looked at."""
    first = index.first_asked
    last = index.once("no_ghosts.last", lambda: max((max(times.values()) for times in first.values()), default=-inf))
    if last > shown.reading.at + index.bounds.skew:
        return False
    return all(shares.keys() <= first.get(place, _NEVER).keys() for place, shares in shown.shares.items())


def _shown_unasked(index: HistoryIndex, reading: Reading) -> Iterator[Anomaly]:
    first, latest = index.first_asked, reading.at + index.bounds.skew
    for share in reading.shares:
        if reading.side != "api" and (share.location, share.name) in index.foreign:
            continue  # somebody put it there by hand
        if first.get(share.location, _NEVER).get(share.name, inf) > latest:
            yield from _unasked(index, share.location, share.name, reading.at, of_reading(reading, share))


def _answers(index: HistoryIndex) -> Iterator[Anomaly]:
    first, skew = index.first_asked, index.bounds.skew
    for op in index.ops_of(OpKind.GET):
        if op.result is not _OK or op.completed_at is None:
            continue
        if first.get(op.location, _NEVER).get(op.name, inf) > op.completed_at + skew:
            yield from _unasked(index, op.location, op.name, op.completed_at, of_op(op))


def _unasked(
    index: HistoryIndex, location: str, name: str, at: float, witness: Witness, *, size: int | None = None
) -> Iterator[Anomaly]:
    """A ghost, unless it was there before the load. size: what it was made with, in bytes."""
    if (location, name) in index.preexisting:
        return
    creates = named(index.creates_by_name, location, name)
    asked = [op for op in creates if op.invoked_at <= at + index.bounds.skew]
    message = "it is there, and nobody had asked for it"
    if asked:
        sizes = ", ".join(dict.fromkeys(str(op.size) for op in asked if op.size is not None))
        message = f"it has {size} bytes, a size that nobody had asked for (asked: {sizes or 'no size'})"
    yield anomaly("S2", location, name, message, witness, *map(of_op, asked[:3]))


NO_GHOSTS = Checker(
    invariant="S2",
    title="nothing is there that no create could have made",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG}),
)
