"""The arrivals of a calm load with the draws of their first two commands: those of `plan` and `Draws`, in batches."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice

from connector.chance import Chance, word_index
from connector.operations import Verb
from harness.model.scale.lanes import LANES, absorb, absorb_same, key_of, pack, same, u01
from harness.model.scale.share import Cluster, Share
from harness.model.scale.tally import Tally
from harness.scenario.scenario import Phase, Workload
from harness.workload.arrivals import MOST_RIVALS, instants, locate
from harness.workload.names import names_of

__all__ = ["stream"]

_CREATE, _SHOW = (list(Verb).index(verb) for verb in (Verb.CREATE, Verb.SHOW))


def stream(
    workload: Workload, clusters: Mapping[str, Cluster], *, seed: int, phases: Sequence[Phase], tally: Tally
) -> Iterator[tuple[float, Share]]:
    """(instant, share) in order, each share at its cluster. tally: counts those that have come."""
    gaps = Chance(seed, "workload.spacing")
    draws = (u for first in count(1, LANES) for u in _numbered(gaps, first))
    due = instants(workload, seed, phases, draws)
    where = _Places(workload, clusters, seed)
    reached, newest, every, watched = 0.0, 0, tally.every, tally.watched
    for first in count(1, LANES):
        batch = list(islice(due, LANES))
        if not batch:
            return
        homes = where.of(first)
        creates, shows = _commands(seed, first, homes, where.keys)
        for number, at, home, create, show in zip(count(first), batch, homes, creates, shows, strict=False):
            reached += at - reached  # as a load comes to it that waits from one arrival to the next
            newest = max(newest + 1, int(reached * 1000) << 12)  # as `pipeline.uuid7` numbers its ids
            share = Share(number, at, home, create, show, newest)
            if not number % every:
                watched[number] = share
            yield reached, share
            tally.asked += 1  # the next one is asked for as this one comes


class _Places:
    """Which cluster each arrival concerns. keys: by cluster, of the randomness of its service."""

    def __init__(self, workload: Workload, clusters: Mapping[str, Cluster], seed: int) -> None:
        self.keys = {cluster: key_of(cluster.chance) for cluster in clusters.values()}
        self._clusters = clusters
        self._weights = dict(workload.locations) or dict.fromkeys(clusters, 1.0)
        self._seed = seed
        self._quick = len(self._weights) > MOST_RIVALS and len(set(self._weights.values())) == 1
        self._row = [clusters[name] for name in self._weights]
        self._chance = Chance(seed, "workload.location")

    def of(self, first: int) -> list[Cluster]:
        """Of so many arrivals from `first` on."""
        if self._quick:
            row, size = self._row, len(self._row)
            return [row[int(u * size)] for u in _numbered(self._chance, first)]
        if len(self._row) == 1:
            return self._row * LANES
        numbers = range(first, first + LANES)
        return [self._clusters[locate(self._weights, self._seed, number)] for number in numbers]


def _numbered(chance: Chance, first: int) -> list[float]:
    """`chance.u01(number)` of a batch of numbers."""
    numbers = pack(range(first, first + LANES), LANES)
    return u01(absorb(same(key_of(chance), LANES), numbers, LANES), LANES)


def _commands(
    seed: int, first: int, homes: Sequence[Cluster], keys: Mapping[Cluster, int]
) -> tuple[list[float], list[float]]:
    """The uniform values of the first create and the first show of each share."""
    numbers = pack(range(first, first + LANES), LANES)
    named = absorb(same(key_of(Chance(seed, "workload.name")), LANES), numbers, LANES)
    draws = (u01(absorb_same(named, place, LANES), LANES) for place in (0, 1))
    names = names_of(first, *draws)
    state = absorb(
        pack([keys[home] for home in homes], LANES), pack([word_index(name) for name in names], LANES), LANES
    )
    create = absorb_same(absorb_same(state, _CREATE, LANES), 1, LANES)
    show = absorb_same(absorb_same(state, _SHOW, LANES), 1, LANES)
    return u01(create, LANES), u01(show, LANES)
