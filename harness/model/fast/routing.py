"""Which shares of a load a fault may strike: known as they arrive, since what decides it is drawn by keyed chance.

A share that meets neither a queue nor a fault sends two commands, its first create and its first show. Where no rule
may strike either, the fast path can tell how it ends. In doubt a share counts as struck: that costs time and no more.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from math import inf

from connector.chance import Chance, word_index
from connector.operations import Verb
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import Per
from fake_clusters.plans import CommandPlan, OutputPlan
from harness.model.fast.batched_rng import LANES, Lanes, absorb, absorb_same, joined, u01
from harness.model.fast.eligible import NotEligible
from harness.model.fast.name_hashes import quoted_name_indices
from harness.workload.names import share_name

__all__ = ["Routing"]

_CALM = (Verb.CREATE, Verb.SHOW)


class Routing:
    """rules: those of the scenario; each takes commands. reach: seconds from the accepted create within which its first
    two commands are sent, unless they have to wait: whoever sends one later has to ask `strikes`."""

    def __init__(self, rules: Sequence[FaultRule], clusters: Sequence[str], *, seed: int, reach: float) -> None:
        self._seed = seed
        self._reach = reach
        self._rules = [_Routed(rule, clusters, seed) for rule in rules]
        self._batched = [rule for rule in self._rules if rule.calm]

    @property
    def late_from(self) -> float:
        """From when on a share that was taken for calm may meet a rule that was too far ahead of it."""
        return min((rule.begins for rule in self._batched if rule.begins > 0.0), default=inf)

    def strikes(self, cluster: str, name: str | None, verb: Verb, attempt: int, at: float) -> bool:
        """Whether a fault may strike this very command."""
        return any(rule.strikes(cluster, name, verb, attempt, at) for rule in self._rules)

    def may_strike_list(self, cluster: str, number: int, at: float) -> bool:
        """Whether a fault may strike the list of this number, sent at this instant or later.

        Raises `NotEligible` where what it does depends on all that is on the cluster.
        """
        hits = [rule for rule in self._rules if rule.ends > at and rule.hits(cluster, None, Verb.LIST, number)]
        if any(rule.spoils_output for rule in hits):
            raise NotEligible(f"a fault spoils a list of {cluster}")
        return bool(hits)

    def struck(self, first: int, odd: Sequence[int], accepted: Sequence[float], clusters: Sequence[str]) -> list[int]:
        """The numbers of those that one may strike, of arrivals in a row, the last first. odd: whose names are odd."""
        names = _Names(self._seed, first, odd)
        found: set[int] = set()
        for rule in self._batched:
            begin, end = (bisect_left(accepted, at) for at in (rule.begins - self._reach, rule.ends))
            if begin < end:
                found.update(rule.among(names, first, range(begin, end), clusters))
        return sorted(found, reverse=True)


class _Names:
    """The names of a batch's arrivals, as far as a rule asks for them."""

    def __init__(self, seed: int, first: int, odd: Sequence[int]) -> None:
        self._seed = seed
        self._first = first
        self._odd = odd

    def name(self, number: int) -> str:
        return share_name(self._seed, number)

    @cached_property
    def indices(self) -> Lanes:
        return quoted_name_indices(self._first, LANES, ((number, self.name(number)) for number in self._odd))


class _Routed:
    """One rule. calm: the first commands of a share that it takes. begins, ends: of its window."""

    def __init__(self, rule: FaultRule, clusters: Sequence[str], seed: int) -> None:
        selector = rule.selector
        self.begins, self.ends = rule.window.begins, rule.window.ends
        plan = rule.kind.apply(CommandPlan(), rule.parameters)
        assert isinstance(plan, CommandPlan)
        self.spoils_output = plan.output != OutputPlan() or plan.list_age > 0 or plan.list_omits > 0
        self._rule = rule
        self._covered = frozenset(name for name in clusters if selector.covers(name))
        self._chances: Mapping[str, Chance] = {name: Chance(seed, "fault", rule.label, name) for name in clusters}
        self._keys = {name: chance.key.to_bytes(8, "little") for name, chance in self._chances.items()}
        counts = selector.first is not None or selector.every is not None
        # What counts the calls of a whole cluster has to see all of them, whether or not chance lets it strike.
        self._is_certain = selector.probability >= 1.0 or (counts and selector.per is Per.CLUSTER)
        self.calm = [verb for verb in _CALM if self._covered and self._takes(verb, 1)]

    def strikes(self, cluster: str, name: str | None, verb: Verb, attempt: int, at: float) -> bool:
        return self._rule.window.holds(at) and self.hits(cluster, name, verb, attempt)

    def hits(self, cluster: str, name: str | None, verb: Verb, attempt: int) -> bool:
        """The same at an instant within its window."""
        if cluster not in self._covered or not self._takes(verb, attempt) or not self._takes_name(name):
            return False
        return self._is_certain or self._hits(self._chances[cluster].u01(*_indices(name, verb), attempt))

    def among(self, names: _Names, first: int, places: range, clusters: Sequence[str]) -> Iterator[int]:
        """The numbers of those it may strike, of the arrivals at these places of a batch."""
        patterns = self._rule.selector.keys
        hit = places if self._is_certain else self._drawn(names, places, clusters)
        for place in hit:
            if clusters[place] in self._covered and (not patterns or self._takes_name(names.name(first + place))):
                yield first + place

    def _drawn(self, names: _Names, places: range, clusters: Sequence[str]) -> Iterator[int]:
        key = self._keys
        keys = [key[cluster] for cluster in clusters]
        state = absorb(joined(keys + [bytes(8)] * (LANES - len(keys))), names.indices, LANES)
        drawn = [u01(absorb_same(absorb_same(state, word_index(verb), LANES), 1, LANES), LANES) for verb in self.calm]
        for us in drawn:
            probability = self._rule.selector.probability
            yield from (place for place in places if us[place] < probability)

    def _takes(self, verb: Verb, attempt: int) -> bool:
        kind, selector = self._rule.kind, self._rule.selector
        return (
            (not kind.verbs or verb in kind.verbs)
            and (not selector.verbs or verb in selector.verbs)
            and (not selector.attempts or attempt in selector.attempts)
        )

    def _takes_name(self, name: str | None) -> bool:
        patterns = self._rule.selector.keys
        return not patterns or (name is not None and any(fnmatchcase(name, pattern) for pattern in patterns))

    def _hits(self, u: float) -> bool:
        return u < self._rule.selector.probability


def _indices(name: str | None, verb: Verb) -> tuple[int, int]:
    return word_index(ascii(name)), word_index(verb)
