"""The interface between the behaviour model and the server in front of it: coordinates, listeners, injectors."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from connector.operations import Reply, Verb
from connector.protocol import Refusal
from connector.values import fast_frozen
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan, CutHow, OutputPlan

__all__ = ["NO_FAULTS", "CallListener", "ClusterListener", "Coordinate", "Injector", "NoInjector"]

Plan = TypeVar("Plan", ConnectionPlan, ChannelPlan, CommandPlan)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinate:
    """Where in a run a fault may act.

    at: model seconds. connection: the number of the connection on this cluster, from 1. key: the share's name; verb:
    both None for connections and channels. attempt: how often this (key, verb), or for connections and channels this
    cluster, has been seen, from 1.
    """

    at: float
    cluster: str
    connection: int
    attempt: int
    key: str | None = None
    verb: Verb | None = None


class Injector(Protocol):
    """Applies faults to the plans of one cluster. `standing` faults are states of the cluster at an instant."""

    @property
    def is_idle(self) -> bool:
        """Whether it leaves every plan as it is, so that nobody has to ask."""
        ...

    def apply(self, plan: Plan, at: Coordinate) -> Plan: ...

    def refuses_connections(self, at: float) -> bool:
        """Whether the port is closed at this instant (fault `refused`)."""
        ...


class NoInjector:
    """The do-nothing injector."""

    is_idle = True

    def apply(self, plan: Plan, at: Coordinate) -> Plan:
        return plan

    def refuses_connections(self, at: float) -> bool:
        return False


NO_FAULTS = NoInjector()


class CallListener(Protocol):
    """Who waits for one command. At most one of the two is called, at most once; a hung call hears nothing."""

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None: ...

    def cut(self, how: CutHow) -> None: ...


class ClusterListener(Protocol):
    """Who carries a cluster's connections."""

    def went_down(self) -> None:
        """The connector crashed: every connection is reset and the port closed."""
        ...

    def came_back(self) -> None:
        """The port is open again."""
        ...

    def disconnected(self) -> None:
        """Every connection is reset, and the port stays as it is."""
        ...
