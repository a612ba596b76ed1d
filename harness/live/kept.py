"""What a live world keeps between two starts: its store, its keys, its clock, and what its clusters held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_clusters.effects import ClusterEffect
from fake_clusters.farm import Farm

__all__ = ["KeptState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptState:
    """folder: of the store and the keys; it stays. work: for the files of this start, which somebody else removes,
    with its processes, where this one is killed. began: Unix seconds from which the run counts, of the first start;
    None: this is the first. effects: by cluster, all that ever changed on it."""

    folder: Path
    work: Path
    began: float | None
    effects: Mapping[str, Sequence[ClusterEffect]]

    def restore(self, farm: Farm) -> None:
        """Let the clusters go on with what they held."""
        for name, cluster in farm.clusters.items():
            cluster.take_over(self.effects.get(name, ()))
