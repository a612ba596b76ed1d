"""One rule on one cluster: whether it matches a call, from keyed chance and its own counts."""

from collections import Counter
from fnmatch import fnmatchcase

from connector.chance import Chance, word_index
from fake_clusters.calls import Coordinate
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import Per

__all__ = ["ActiveFault"]


class ActiveFault:
    """Knows nothing of other rules: whether they are there, or match, changes nothing here."""

    def __init__(self, rule: FaultRule, *, cluster: str, seed: int) -> None:
        self.rule = rule
        self._chance = Chance(seed, "fault", rule.label, cluster)
        self._seen: Counter[str | None] = Counter()

    def is_on(self, now: float) -> bool:
        """Whether the time window holds."""
        return self.rule.window.holds(now)

    def matches(self, call: Coordinate, now: float) -> bool:
        """Decide one call, `now` on the clock of the windows.

        `first` and `every` count the calls that all other conditions but chance let through.
        """
        selector = self.rule.selector
        if not self.is_on(now) or not self._selects(call):
            return False
        group = call.key if selector.per is Per.KEY else None
        self._seen[group] += 1
        seen = self._seen[group]
        if selector.first is not None and seen > selector.first:
            return False
        if selector.every is not None and seen % selector.every:
            return False
        return selector.probability >= 1.0 or self._chance.u01(*_indices(call)) < selector.probability

    def _selects(self, call: Coordinate) -> bool:
        selector, able = self.rule.selector, self.rule.kind.verbs
        return (
            (not able or call.verb in able)
            and (not selector.verbs or call.verb in selector.verbs)
            and (not selector.attempts or call.attempt in selector.attempts)
            and (not selector.keys or _has_pattern(selector.keys, call.key))
        )


def _has_pattern(patterns: tuple[str, ...], key: str | None) -> bool:
    return key is not None and any(fnmatchcase(key, pattern) for pattern in patterns)


def _indices(call: Coordinate) -> tuple[int, ...]:
    """What a command is, whichever connection carries it; connections and channels only have their number."""
    if call.verb is None:
        return (call.attempt,)
    # A key is whatever bytes a client sent; its `ascii` can always be encoded.
    return (word_index(ascii(call.key)), word_index(call.verb), call.attempt)
