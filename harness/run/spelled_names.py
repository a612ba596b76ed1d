"""Which names of the load a cluster's dialect cannot spell, so that their creates were refused."""

from collections import Counter
from collections.abc import Iterable, Iterator

from connector.dialects import FileDialect
from connector.errors import CommandError
from connector.operations import Show
from fake_clusters.server.dialects import dialect_named
from harness.scenario.scenario import Scenario
from reports.history import Op, OpKind, Purpose
from reports.sentences import count_of

__all__ = ["unspelled_names"]


def unspelled_names(scenario: Scenario, ops: Iterable[Op]) -> Iterator[str]:
    """A note for each cluster on which there were such creates."""
    dialects = {cluster.name: dialect_named(cluster.dialect) for cluster in scenario.clusters}
    creates = [op for op in ops if op.kind is OpKind.CREATE and op.purpose is Purpose.LOAD and op.location in dialects]
    refused = [op for op in creates if not _is_spelled(op.name, dialects[op.location])]
    for location, number in Counter(op.location for op in refused).items():
        (name, *_) = (op.name for op in refused if op.location == location)
        had = f"{count_of(number, 'create')} had a name that the dialect of {location} cannot spell, such as {name!r}"
        yield f"{had}: refused as invalid, and the record removed"


def _is_spelled(name: str, dialect: FileDialect) -> bool:
    request = Show(name=name)
    if dialect.surely_spells(request):
        return True
    try:
        dialect.command(request)
    except (CommandError, ValueError):
        return False
    return True
