"""The occasions on which faults struck: the log from which the harness makes its injections."""

from collections import Counter
from dataclasses import dataclass

from connector.operations import Verb
from connector.sites import Site
from fake_clusters.calls import Coordinate
from fake_clusters.faults.rule import FaultRule

__all__ = ["Strike", "StrikeLog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A plan was bent. number: unique in the log. at: seconds. key, verb: None for connections and channels."""

    number: int
    at: float
    fault: str
    label: str
    cluster: str
    site: Site
    key: str | None = None
    verb: Verb | None = None
    attempt: int | None = None


class StrikeLog:
    """The strikes of all clusters of a farm, in their order; numbers rise and are never given twice."""

    def __init__(self) -> None:
        self._rows: list[Strike] = []
        self._counts: Counter[str] = Counter()
        self._newest = 0

    def add(self, rule: FaultRule, cluster: str, at: float, call: Coordinate | None) -> None:
        """Log that a rule struck a call, or the whole cluster."""
        self._newest += 1
        self._counts[cluster] += 1
        self._rows.append(
            Strike(
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

    def rows(self, *, cluster: str | None = None, after: int = 0) -> tuple[Strike, ...]:
        """Those with a higher number, of one cluster or of all."""
        return tuple(row for row in self._rows if row.number > after and cluster in (None, row.cluster))

    def count(self, cluster: str) -> int:
        """How many there are of one cluster."""
        return self._counts[cluster]

    def clear(self, cluster: str) -> None:
        """Forget what struck one cluster."""
        self._rows = [row for row in self._rows if row.cluster != cluster]
        del self._counts[cluster]
