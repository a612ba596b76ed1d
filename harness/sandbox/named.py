"""Finds what is named on the page: a cluster, a link, a part; and says what there is where there is none."""

from collections.abc import Mapping
from typing import TypeVar

from fake_clusters.cluster import FakeCluster
from harness.run.world import World
from harness.service.parts import RunningPart
from harness.toxics.relay import Relay

__all__ = ["CannotBreak", "cluster_named", "link_named", "part_named"]

T = TypeVar("T")


class CannotBreak(Exception):
    """It cannot be done; says why and what is accepted."""


def cluster_named(world: World, name: str) -> FakeCluster:
    """Raises `CannotBreak`."""
    return _named("cluster", {cluster.name: cluster for cluster in world.clusters}, name)


def link_named(world: World, name: str) -> Relay:
    """Raises `CannotBreak`."""
    return _named("link", world.relays.links, name)


def part_named(world: World, name: str) -> RunningPart:
    """Raises `CannotBreak`."""
    return _named("process", world.service.parts, name)


def _named(kind: str, there: Mapping[str, T], name: str) -> T:
    if name not in there:
        raise CannotBreak(f"no {kind} {name!r}; there are: {', '.join(there)}")
    return there[name]
