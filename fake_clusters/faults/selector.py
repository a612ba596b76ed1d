"""Which calls a fault applies to."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from connector.operations import Verb

__all__ = ["CallSelector", "Per"]

Positive = Annotated[int, Field(ge=1)]


class Per(StrEnum):
    """What `first` and `every` count within."""

    CLUSTER = "cluster"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSelector:
    """All conditions hold together, and one that is left out always holds.

    attempts: of one (key, verb), or of one cluster's connections and channels.
    """

    clusters: Annotated[tuple[str, ...], Field(min_length=1)] = field(
        default=(), metadata={"doc": "where; all if left out"}
    )
    probability: Annotated[float, Field(gt=0, le=1)] = field(
        default=1.0, metadata={"doc": "of each call that all else lets through"}
    )
    first: Positive | None = field(default=None, metadata={"doc": "only the first N matching calls"})
    every: Positive | None = field(default=None, metadata={"doc": "every Nth matching call"})
    attempts: Annotated[tuple[Positive, ...], Field(min_length=1)] = field(
        default=(), metadata={"doc": "only these attempts, from 1"}
    )
    per: Per = field(default=Per.CLUSTER, metadata={"doc": "what `first` and `every` count within"})
    keys: Annotated[tuple[str, ...], Field(min_length=1)] = field(
        default=(), metadata={"doc": "shell patterns of share names, any of them"}
    )
    verbs: Annotated[tuple[Verb, ...], Field(min_length=1)] = field(default=(), metadata={"doc": "only these commands"})

    def covers(self, cluster: str) -> bool:
        """Whether the rule is for this cluster."""
        return not self.clusters or cluster in self.clusters
