"""`run --connector NAME=TARGET`: connectors of somebody's own as the clusters of a run."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import InputProblems
from harness.scenario.scenario import Scenario
from reports.contract.wording import left_line

if TYPE_CHECKING:
    from harness.contract.target_named import NamedTarget
    from harness.live.clusters import OpenClusters

__all__ = ["open_connectors", "read_connectors"]


def read_connectors(scenario: Scenario, texts: Sequence[str]) -> "Mapping[str, NamedTarget]":
    """By cluster. Raises `InputProblems`, and what reading target files raises."""
    from harness.contract.own_clusters import check_named_clusters
    from harness.contract.target_file import read_target
    from harness.contract.target_named import check_named, named_in_words

    found: dict[str, NamedTarget] = {}
    for text in texts:
        name, equals, words = text.partition("=")
        if not (equals and name and words):
            raise InputProblems(f"spoolproof: --connector: {text!r}: accepted: NAME=TARGET, such as north=filer.toml")
        if name in found:
            raise InputProblems(f"spoolproof: --connector: {name} is given twice")
        try:
            named = named_in_words(words)
        except InputProblems as error:
            raise InputProblems(f"spoolproof: --connector: {error}") from error
        check_named(named)
        if named.name.endswith(".toml") and not named.is_clusters_file:
            read_target(Path(named.name))
        found[name] = named
    check_named_clusters(scenario, found)
    return found


def open_connectors(scenario: Scenario, texts: Sequence[str], left: list[str]) -> "OpenClusters":
    """What starts the clusters. left: gets a line for each connector on which shares may be left."""
    from harness.contract.ledger import default_folder
    from harness.contract.own_clusters import open_own_clusters

    named = read_connectors(scenario, texts)

    def on_left(name: str, shares: Sequence[str]) -> None:
        left.append(f"{name}: {left_line(shares)}")

    return partial(open_own_clusters, named=named, ledger=default_folder(), on_left=on_left)
