"""A list that lacks shares."""

from dataclasses import dataclass, field

from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Number
from fake_clusters.plans import CommandPlan

__all__ = ["INCOMPLETE_LIST", "IncompleteList"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteList:
    missing: Number = field(default=1, metadata={"doc": "how many of the newest shares are left out"})


def _apply(plan: CommandPlan, parameters: IncompleteList) -> CommandPlan:
    return replace(plan, list_omits=parameters.missing)


INCOMPLETE_LIST = FaultKind(
    name="incomplete_list",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=IncompleteList,
    apply=_apply,
    does="The list succeeds, is whole by its form, and lacks the `missing` newest of the shares asked for.",
    seen="A list that `show` contradicts; exit status 0.",
    verbs=(Verb.LIST,),
)
