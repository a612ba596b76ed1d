"""The log of injections: each occasion on which a fault acted on a cluster."""

from collections import Counter

from connector.injection import Injection
from fake_clusters.calls import Coordinate
from fake_clusters.faults.rule import FaultRule

__all__ = ["InjectionLog"]


class InjectionLog:
    """The injections of all clusters of a farm, in order; numbers rise and are never reused."""

    def __init__(self) -> None:
        self._rows: list[Injection] = []
        self._counts: Counter[str] = Counter()
        self._newest = 0

    def add(self, rule: FaultRule, cluster: str, at: float, call: Coordinate | None) -> None:
        """Log that a rule acted on a call, or on the whole cluster."""
        self._newest += 1
        self._counts[cluster] += 1
        self._rows.append(
            Injection(
                number=self._newest,
                at=at,
                fault=rule.kind.name,
                label=rule.label,
                cluster=cluster,
                site=rule.kind.site,
                key=call.key if call else None,
                verb=call.verb if call else None,
                attempt=call.attempt if call else None,
            )
        )

    def rows(self, *, cluster: str | None = None, after: int = 0) -> tuple[Injection, ...]:
        """Those with a higher number, of one cluster or of all."""
        return tuple(row for row in self._rows if row.number > after and cluster in (None, row.cluster))

    def count(self, cluster: str) -> int:
        """How many there are of one cluster."""
        return self._counts[cluster]

    def clear(self, cluster: str) -> None:
        """Forget the injections of one cluster."""
        self._rows = [row for row in self._rows if row.cluster != cluster]
        del self._counts[cluster]
