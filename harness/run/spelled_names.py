"""Advice on names of the load that a cluster's dialect cannot spell, so that their creates are refused."""

from collections.abc import Iterator

from connector.dialects import FileDialect
from connector.errors import CommandError
from connector.operations import Show
from fake_clusters.server.dialects import dialect_named
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario
from harness.workload.names import ADDITIONS, ENDS, ODD, stem

__all__ = ["name_remarks"]


def name_remarks(scenario: Scenario) -> Iterator[Remark]:
    """One for each dialect that cannot spell all of them."""
    for dialect in dict.fromkeys(cluster.dialect for cluster in scenario.clusters):
        clusters = [cluster.name for cluster in scenario.clusters if cluster.dialect == dialect]
        refused = [name for name in _odd_names() if not _is_spelled(dialect_named(dialect), name)]
        if refused:
            more = f" and {len(clusters) - 1} more" if len(clusters) > 1 else ""
            share = f"about one create in {round(len(ADDITIONS) / (ODD * len(refused)))}"
            reason = f"the dialect of {clusters[0]}{more} cannot spell names such as {refused[0]!r}: {share} is refused"
            key = ("clusters", clusters[0], "dialect")
            yield Remark(key=key, reason=f"{reason} there as invalid, and its record removed", severity=Severity.NOTE)


def _odd_names() -> Iterator[str]:
    return (f"{stem(1)}{ENDS[1]}{addition}" for addition in ADDITIONS)


def _is_spelled(dialect: FileDialect, name: str) -> bool:
    try:
        dialect.command(Show(name=name))
    except (CommandError, ValueError):
        return False
    return True
