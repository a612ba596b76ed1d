"""What a fault is: a name, a site, its parameters, and a pure function that bends a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connector.sites import Site
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["AnyPlan", "FaultKind", "NoParameters"]

AnyPlan = ConnectionPlan | ChannelPlan | CommandPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class NoParameters:
    """For faults that take none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """One kind of fault, as listed by `spoolproof faults`.

    plan: the type of plan it bends. parameters: a frozen dataclass; its field docs are in `parameters.__doc__`.
    bend: (plan, parameters) -> plan. does: one sentence on what it does. seen: what the user of a real `ssh` sees.
    ambiguous: the caller cannot tell whether the effect happened. standing: a state of the whole cluster rather than
    of one call (`refused`, `read_only`): on or off by time alone, so it takes no probability, count, key or attempt.
    """

    name: str
    site: Site
    plan: type[AnyPlan]
    parameters: type[Any]
    bend: Callable[[Any, Any], AnyPlan]
    does: str
    seen: str
    ambiguous: bool = False
    standing: bool = False
