"""What a world does inside the service, to its messages, its transactions and its notices, as a run sees it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from connector.sites import Site
from fake_clusters.rules.rule import Rule
from reports.history import Injection

__all__ = ["ServiceFaults"]


class _Counted(Protocol):
    def counts(self, seen: int) -> bool:
        """Whether the rule means one, by how many have come with it."""
        ...


RuleT = TypeVar("RuleT", bound=Rule[Any, _Counted])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match(Generic[RuleT]):
    at: float
    rule: RuleT
    key: str


class ServiceFaults(Generic[RuleT]):
    """What met a rule of one section in one run, over all lives of the service's parts.

    site: where in the pipeline they strike. place: stands for a cluster's name.
    """

    def __init__(self, *, site: Site, place: str) -> None:
        self._site = site
        self._place = place
        self._seen: Counter[str] = Counter()
        self._matches: list[_Match[RuleT]] = []
        self._now: Callable[[], float] | None = None

    def begin(self, now: Callable[[], float]) -> None:
        """The load begins. now: seconds since then."""
        self._now = now

    def heal(self) -> None:
        """No rule applies any more."""
        self._now = None

    def now(self) -> float | None:
        """Seconds since the load began; None: no rule applies."""
        return None if self._now is None else self._now()

    def match(
        self, rules: Sequence[RuleT], key: str, chance: Callable[[RuleT, int], bool] = lambda _rule, _seen: True
    ) -> tuple[RuleT, int] | None:
        """The first of these rules that selects what came, and how many have come to it; it is written down.

        chance: whether such a rule, at such a number, strikes.
        """
        if (at := self.now()) is None:
            return None
        counted = [(rule, self._count(rule)) for rule in rules if rule.window.holds(at)]
        for rule, seen in counted:
            if rule.selector.counts(seen) and chance(rule, seen):
                self._matches.append(_Match(at=at, rule=rule, key=key))
                return rule, seen
        return None

    def injections(self) -> list[Injection]:
        """Each that met a rule."""
        return [
            Injection(
                number=number,
                at=row.at,
                fault=row.rule.kind.value,
                label=row.rule.label,
                cluster=self._place,
                site=self._site,
                key=row.key,
            )
            for number, row in enumerate(self._matches, start=1)
        ]

    def _count(self, rule: RuleT) -> int:
        self._seen[rule.label] += 1
        return self._seen[rule.label]
