"""What a fault is: a name, a site, its parameters, and a pure function that changes a plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.selector import CallSelector
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan
from fake_clusters.rules.keys import Key, keys_of

__all__ = ["MUTATIONS", "AnyPlan", "FaultKind"]

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
class FaultKind:
    """One kind of fault, as listed by `spoolproof faults`.

    plan: the type of plan it changes. parameters: a frozen dataclass; its fields have defaults and a `doc` as metadata.
    apply: (plan, parameters) -> plan. does: one sentence on what it does. seen: what the user of a real `ssh` sees.
    ambiguous: the caller cannot tell whether the effect happened. standing: a state of the whole cluster rather than
    of one call (`refused`, `read_only`): on or off by time alone, so it takes no probability, count, key or attempt.
    verbs: the only commands that it applies to; empty: any. Text in double quotes in `seen` is what `ssh` prints.
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

    def __str__(self) -> str:
        return self.name

    @property
    def section(self) -> str:
        return "faults"

    @property
    def instant(self) -> bool:
        return False

    @property
    def selector(self) -> type[CallSelector]:
        return CallSelector

    @property
    def keys(self) -> Mapping[str, Key]:
        """A state of the cluster takes no call, and only commands have a share and a verb."""
        keys = keys_of(CallSelector)
        taken = ["clusters"] if self.standing else [name for name in keys if name not in _OF_COMMANDS]
        if self.plan is CommandPlan and not self.standing:
            taken += _OF_COMMANDS
        found = {name: keys[name] for name in taken}
        if self.verbs and "verbs" in found:
            verbs = keys["verbs"]
            found["verbs"] = replace(verbs, check=partial(_only, self))
        return found


_OF_COMMANDS = ("per", "keys", "verbs")


def _only(kind: FaultKind, verbs: tuple[Verb, ...]) -> tuple[Verb, ...]:
    if wrong := [verb for verb in verbs if verb not in kind.verbs]:
        raise ValueError(f"{kind.name} does not apply to {', '.join(wrong)}; accepted: {', '.join(kind.verbs)}")
    return verbs
