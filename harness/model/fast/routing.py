"""Which shares of a load a fault may strike: known as they arrive, since what decides it is drawn by keyed chance.

A share that meets neither a queue nor a fault sends two commands, its first create and its first show. Where no rule
may strike either, the fast path can tell how it ends. In doubt a share counts as struck: that costs time and no more.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from math import inf

from connector.chance import Chance, word_index
from connector.operations import Verb
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import Per
from fake_clusters.plans import CommandPlan, OutputPlan
from harness.model.fast.batched_rng import LANES, Lanes, absorb, absorb_same, joined, u01
from harness.model.fast.eligible import NotEligible
from harness.model.fast.name_hashes import quoted_name_indices
from harness.model.fast.share import FastCluster, Share
from harness.workload.names import NAMING, drawn_name

__all__ = ["Routing"]

_CALM = (Verb.CREATE, Verb.SHOW)


class Routing:
    """rules: those of the scenario; each takes commands. reach: seconds from the accepted create within which its first
    two commands are sent, unless they have to wait: whoever sends one later has to ask `strikes`."""

    def __init__(self, rules: Sequence[FaultRule], clusters: Sequence[str], *, seed: int, reach: float) -> None:
        self._naming = Chance(seed, NAMING)
        self._reach = reach
        self._rules = [_Routed(rule, clusters, seed) for rule in rules]
        self._batched = [rule for rule in self._rules if rule.calm]

    @property
    def late_from(self) -> float:
        """From when on a share that was taken for calm may meet a rule that was too far ahead of it."""
        return min((rule.window.begins for rule in self._batched if rule.window.begins > 0.0), default=inf)

    def strikes(self, share: Share, verb: Verb, at: float) -> bool:
        """Whether a fault may strike its first command of this verb, sent at this instant."""
        cluster, name = share.cluster.name, self._name(share.number)
        return any(rule.window.holds(at) and rule.hits(cluster, name, verb, 1) for rule in self._rules)

    def strikes_cluster(self, cluster: FastCluster, verb: Verb, number: int, at: float) -> bool:
        """Whether a fault may strike its command of no share of this verb and number, sent at this instant or later.

        Raises `NotEligible` where what it does depends on all that is on the cluster.
        """
        hits = [rule for rule in self._rules if rule.window.ends > at and rule.hits(cluster.name, None, verb, number)]
        if any(rule.spoils_output for rule in hits):
            raise NotEligible(f"a fault spoils a {verb} of {cluster.name}")
        return bool(hits)

    def struck(
        self, first: int, odd: Iterable[tuple[int, float]], accepted: Sequence[float], clusters: Sequence[str]
    ) -> list[int]:
        """The numbers of those that one may strike, of arrivals in a row, the last first. odd: as `name_indices` has
        them."""
        found: set[int] = set()
        indices: Lanes = 0
        for rule in self._batched:
            begin, end = (bisect_left(accepted, at) for at in (rule.window.begins - self._reach, rule.window.ends))
            if begin < end:
                indices = indices or quoted_name_indices(first, LANES, odd)
                hit = (first + place for place in rule.among(indices, range(begin, end), clusters))
                found.update(number for number in hit if rule.takes_all or rule.takes_name(self._name(number)))
        return sorted(found, reverse=True)

    def _name(self, number: int) -> str:
        return drawn_name(self._naming, number)


class _Routed:
    """One rule. calm: the first commands of a share that it takes. takes_all: whatever its name."""

    def __init__(self, rule: FaultRule, clusters: Sequence[str], seed: int) -> None:
        selector = rule.selector
        self.window = rule.window
        plan = rule.kind.apply(CommandPlan(), rule.parameters)
        assert isinstance(plan, CommandPlan)
        self.spoils_output = plan.output != OutputPlan() or plan.list_age > 0 or plan.list_omits > 0
        self._rule = rule
        self.takes_all = not selector.keys
        self._covered = frozenset(name for name in clusters if selector.covers(name))
        self._chances: Mapping[str, Chance] = {name: Chance(seed, "fault", rule.label, name) for name in clusters}
        self._keys = {name: chance.key.to_bytes(8, "little") for name, chance in self._chances.items()}
        counts = selector.first is not None or selector.every is not None
        # What counts the calls of a whole cluster has to see all of them, whether or not chance lets it strike.
        self._is_certain = selector.probability >= 1.0 or (counts and selector.per is Per.CLUSTER)
        self.calm = [verb for verb in _CALM if self._covered and self._takes(verb, 1)]

    def hits(self, cluster: str, name: str | None, verb: Verb, attempt: int) -> bool:
        """Whether it may strike this very command, at an instant within its window."""
        if cluster not in self._covered or not self._takes(verb, attempt) or not self.takes_name(name):
            return False
        u = self._chances[cluster].u01(word_index(ascii(name)), word_index(verb), attempt)
        return self._is_certain or u < self._rule.selector.probability

    def among(self, names: Lanes, places: range, clusters: Sequence[str]) -> Iterator[int]:
        """Those of these places of a batch that it may strike, if it takes their names."""
        hit: Iterable[int] = places if self._is_certain else self._drawn(names, places, clusters)
        return (place for place in hit if clusters[place] in self._covered)

    def takes_name(self, name: str | None) -> bool:
        patterns = self._rule.selector.keys
        return self.takes_all or (name is not None and any(fnmatchcase(name, pattern) for pattern in patterns))

    def _drawn(self, names: Lanes, places: range, clusters: Sequence[str]) -> Iterator[int]:
        keys = [self._keys[cluster] for cluster in clusters] + [bytes(8)] * (LANES - len(clusters))
        state, probability = absorb(joined(keys), names, LANES), self._rule.selector.probability
        for verb in self.calm:
            us = u01(absorb_same(absorb_same(state, word_index(verb), LANES), 1, LANES), LANES)
            yield from (place for place in places if us[place] < probability)

    def _takes(self, verb: Verb, attempt: int) -> bool:
        kind, selector = self._rule.kind, self._rule.selector
        return (
            (not kind.verbs or verb in kind.verbs)
            and (not selector.verbs or verb in selector.verbs)
            and (not selector.attempts or attempt in selector.attempts)
        )
