"""What clusters saw during a test, in words, for whoever reads why it failed."""

from collections.abc import Iterable, Iterator

from spoolproof._async_farm import AsyncCluster, AsyncFarm
from spoolproof._farm import Cluster, Farm
from spoolproof._rows import Effect, Injection
from spoolproof.errors import SpoolproofError

__all__ = ["seen_by"]

_MOST = 40
"""Lines for each log of a cluster: the last ones."""


def seen_by(fixtures: Iterable[object]) -> Iterator[tuple[str, str]]:
    """A title and a text for each cluster among a test's fixtures that has anything in its logs."""
    clusters = {cluster.name: cluster for value in fixtures for cluster in _clusters(value)}
    for name, cluster in clusters.items():
        try:
            lines = [*_last(map(_effect, cluster.effects())), *_last(map(_injection, cluster.injections()))]
        except SpoolproofError as error:
            lines = [str(error)]
        if lines:
            yield f"spoolproof: what {name} saw", "\n".join(lines)


def _clusters(value: object) -> Iterable[Cluster]:
    match value:
        case Cluster():
            return [value]
        case AsyncCluster():
            return [value.plain]
        case Farm():
            return value.clusters.values()
        case AsyncFarm():
            return [cluster.plain for cluster in value.clusters.values()]
        case _:
            return []


def _last(lines: Iterable[str]) -> list[str]:
    found = list(lines)
    left_out = len(found) - _MOST
    return found if left_out <= 0 else [f"… {left_out} earlier rows", *found[-_MOST:]]


def _effect(row: Effect) -> str:
    details = (
        None if row.size is None else f"{row.size} bytes",
        None if row.request_id is None else f"request {row.request_id}",
        "late" if row.late else None,
    )
    told = ", ".join(detail for detail in details if detail)
    return f"{row.at:10.3f} s  effect {row.number}: {row.name} {row.kind}" + (f" ({told})" if told else "")


def _injection(row: Injection) -> str:
    where = " ".join(word for word in (row.site, row.verb, row.key) if word)
    return f"{row.at:10.3f} s  fault {row.fault} ({row.label}) at {where}"
