"""A fault as a scenario sets it: which kind, on which cluster, with which parameters, and when it strikes."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connector.operations import Verb
from fake_clusters.faults.fault import FaultKind

__all__ = ["FaultRule", "Per", "Selector"]


class Per(StrEnum):
    """What `first` and `every` count within."""

    CLUSTER = "cluster"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """When a fault strikes; all conditions hold together, and a condition left out always holds.

    begins, ends: model seconds, half open. first: only the first n matching calls. every: only each nth.
    attempts: only these tries of one (key, verb). keys: shell patterns, any of them.
    """

    probability: float = 1.0
    first: int | None = None
    every: int | None = None
    per: Per = Per.CLUSTER
    keys: tuple[str, ...] = ()
    verbs: tuple[Verb, ...] = ()
    attempts: tuple[int, ...] = ()
    begins: float = 0.0
    ends: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One fault switched on. label: unique among the rules of a run. clusters: empty means all."""

    label: str
    kind: FaultKind
    parameters: Any
    clusters: tuple[str, ...] = ()
    selector: Selector = field(default_factory=Selector)
