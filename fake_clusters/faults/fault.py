"""What a fault is: a name, a site, its parameters, and a pure function that changes a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connector.operations import Verb
from connector.sites import Site
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["MUTATIONS", "AnyPlan", "FaultKind", "NoParameters"]

AnyPlan = ConnectionPlan | ChannelPlan | CommandPlan

MUTATIONS = (
    Verb.CREATE,
    Verb.RESIZE,
    Verb.DELETE,
    Verb.ALLOW,
    Verb.DENY,
    Verb.SNAPSHOT_CREATE,
    Verb.SNAPSHOT_DELETE,
)
"""The verbs that change something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoParameters:
    """For faults that take none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """One kind of fault, as listed by `spoolproof faults`.

    plan: the type of plan it changes. parameters: a frozen dataclass; its fields have defaults and a `doc` as metadata.
    apply: (plan, parameters) -> plan. does: one sentence on what it does. seen: what the user of a real `ssh` sees.
    ambiguous: the caller cannot tell whether the effect happened. standing: a state of the whole cluster rather than
    of one call (`refused`, `read_only`): on or off by time alone, so it takes no probability, count, key or attempt.
    verbs: the only commands that it can strike; empty: any. Text in double quotes in `seen` is what `ssh` prints.
    """

    name: str
    site: Site
    plan: type[AnyPlan]
    parameters: type[Any]
    apply: Callable[[Any, Any], AnyPlan]
    does: str
    seen: str
    ambiguous: bool = False
    standing: bool = False
    verbs: tuple[Verb, ...] = ()
