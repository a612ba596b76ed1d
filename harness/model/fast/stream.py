"""The arrivals of a calm load, and how long their first two commands take: as `plan` and `Draws` say, in batches."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from math import floor, inf

from connector.chance import Chance
from connector.operations import Verb
from fake_clusters.distributions.distribution import Distribution, quantiles_of
from harness.model.fast.batched_rng import LANES, Lanes, absorb, absorb_same, drawn, joined, mix, numbered, same, u01
from harness.model.fast.name_hashes import name_indices
from harness.model.fast.routing import Routing
from harness.model.fast.share import FastCluster, Share
from harness.scenario.scenario import Phase, Workload
from harness.workload.arrivals import MOST_RIVALS, ArrivalSpacing, locator
from harness.workload.names import NAMING, ODD

__all__ = ["Batch", "Row", "stream"]

_CREATE, _SHOW = (list(Verb).index(verb) for verb in (Verb.CREATE, Verb.SHOW))

Row = tuple[int, float, FastCluster, float, float, float]
"""number, instant, cluster, seconds of work of the create and of the show; and when the next one of the batch is
accepted, infinity where none is left."""


class Batch:
    """Creates in a row, the first of which has the number `first`. at: when they are due.

    accepted: when they come to the spool. newest: what the last id before them was stamped with. struck: the numbers of
    those that a fault may strike and that have not been taken, the last one first.
    """

    __slots__ = ("accepted", "at", "clusters", "creates", "first", "newest", "shows", "stamp", "struck")

    def __init__(self, first: int, at: list[float], accepted: list[float], newest: int) -> None:
        self.first = first
        self.at = at
        self.accepted = accepted
        self.newest = newest
        self.stamp = self._stamp  # bound once, for all shares of the batch
        self.clusters: Sequence[FastCluster] = ()
        self.creates: Sequence[float] = ()
        self.shows: Sequence[float] = ()
        self.struck: list[int] = []

    def rows(self, begin: int, end: int) -> Iterator[Row]:
        """Those at these places."""
        columns = (column[begin:end] for column in (self.at, self.clusters, self.creates, self.shows))
        following = [*self.accepted[begin + 1 : end], inf]
        return zip(count(self.first + begin), *columns, following, strict=False)

    def share(self, number: int) -> Share:
        """One of them as an object of its own."""
        at = number - self.first
        asked, accepted, cluster = self.at[at], self.accepted[at], self.clusters[at]
        return Share(number, asked, accepted, cluster, self.creates[at], self.shows[at], self.stamp)

    def _stamp(self, number: int) -> int:
        """What its id is stamped with: as `pipeline.uuid7` does, the millisecond and 12 bits to count within it.

        Each id is max(the last one + 1, its millisecond << 12). A batch is shorter than 2 ** 12, so that no
        millisecond of it runs into the next, and only the last one before it can run into it.
        """
        place = number - self.first
        millisecond = _milliseconds(self.accepted[place])
        begins = bisect_left(self.accepted, millisecond, hi=place, key=_milliseconds)
        return max(self.newest + place + 1, (millisecond << 12) + place - begins)


def _milliseconds(at: float) -> int:
    return int(at * 1000)


def stream(
    workload: Workload,
    clusters: Mapping[str, FastCluster],
    *,
    seed: int,
    phases: Sequence[Phase],
    routing: Routing | None = None,
) -> Iterator[Batch]:
    """All of the load, in order, each create at its cluster. routing: which of them a fault may strike."""
    spacing = ArrivalSpacing(workload, phases)
    gaps = same(Chance(seed, "workload.spacing").key, LANES)
    where = _Places(workload, clusters, seed)
    row = [clusters[name] for name in where.names]
    services = _Services(row, seed)
    reached, newest = 0.0, 0
    for first in count(1, LANES):
        numbers = mix(numbered(first, LANES), LANES)
        at = spacing.instants(u01(mix(gaps ^ numbers, LANES), LANES))
        if not at:
            return
        batch = Batch(first, at, _reached(at, reached), newest)
        places = where.of(first, numbers)
        batch.clusters = [row[place] for place in places]
        odd = list(services.odd(first, numbers))
        batch.creates, batch.shows = services.of(first, odd, places)
        if routing is not None:
            batch.struck = routing.struck(
                first, odd, batch.accepted, [cluster.name for cluster in batch.clusters[: len(at)]]
            )
        reached, newest = batch.accepted[-1], batch.stamp(first + len(at) - 1)
        yield batch


def _reached(at: list[float], reached: float) -> list[float]:
    """When a load is there that waits from one arrival to the next, each time for what is left.

    Of two instants, the later at most twice the earlier, the difference is exact (Sterbenz), and so is the sum.
    """
    if at[-1] <= 2 * reached:
        return at
    return [reached := reached + (instant - reached) for instant in at]


class _Places:
    """Which cluster each arrival concerns, by its place among `names`."""

    def __init__(self, workload: Workload, clusters: Mapping[str, FastCluster], seed: int) -> None:
        weights = dict(workload.locations) or dict.fromkeys(clusters, 1.0)
        self.names = tuple(weights)
        self._place = {name: place for place, name in enumerate(weights)}
        self._locate = locator(weights, seed)
        self._quick = len(weights) > MOST_RIVALS and len(set(weights.values())) == 1
        self._key = same(Chance(seed, "workload.location").key, LANES)

    def of(self, first: int, numbers: Lanes) -> list[int]:
        """Of so many arrivals from `first` on."""
        size = len(self.names)
        if self._quick:
            scale = float(size)
            return [floor(u * scale) for u in u01(mix(self._key ^ numbers, LANES), LANES)]
        if size == 1:
            return [0] * LANES
        place = self._place
        return [place[self._locate(number)] for number in range(first, first + LANES)]


class _Services:
    """How much work the first create and the first show of each share are."""

    def __init__(self, row: Sequence[FastCluster], seed: int) -> None:
        self._naming = Chance(seed, NAMING)
        self._names = same(self._naming.key, LANES)
        self._keys = [cluster.key.to_bytes(8, "little") for cluster in row]
        self._create, self._show = (
            _Drawn([cluster.profile.service.get(verb, cluster.profile.default) for cluster in row])
            for verb in (Verb.CREATE, Verb.SHOW)
        )

    def odd(self, first: int, numbers: Lanes) -> Iterator[tuple[int, float]]:
        """The numbers of those whose name is odd, each with its second draw."""
        plain = u01(absorb_same(mix(self._names ^ numbers, LANES), 0, LANES), LANES)
        odd = [number for number, u in enumerate(plain, first) if u < ODD]
        return zip(odd, drawn(self._naming, odd, 1), strict=True)

    def of(
        self, first: int, odd: Iterable[tuple[int, float]], places: Sequence[int]
    ) -> tuple[list[float], list[float]]:
        """places: of their clusters in the row."""
        keys = self._keys
        state = absorb(joined([keys[place] for place in places]), name_indices(first, LANES, odd), LANES)
        create, show = (u01(absorb_same(absorb_same(state, verb, LANES), 1, LANES), LANES) for verb in (_CREATE, _SHOW))
        return self._create.of(create, places), self._show.of(show, places)


class _Drawn:
    """What is drawn from one distribution for each place of the row: together, where they are all the same."""

    def __init__(self, distributions: Sequence[Distribution]) -> None:
        first = distributions[0]
        self._all = quantiles_of(first) if all(each == first for each in distributions) else None
        self._ppfs = [each.ppf for each in distributions]

    def of(self, us: Sequence[float], places: Sequence[int]) -> list[float]:
        if self._all is not None:
            return self._all(us)
        ppfs = self._ppfs
        return [ppfs[place](u) for u, place in zip(us, places, strict=True)]
