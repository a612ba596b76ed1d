"""A list that shows what the cluster held some time ago."""

from dataclasses import dataclass, field

from connector.operations import Verb
from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan

__all__ = ["STALE_LIST", "StaleList"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleList:
    age: Duration = field(default=5.0, metadata={"doc": "how long ago the list was right"})


def _apply(plan: CommandPlan, parameters: StaleList) -> CommandPlan:
    return replace(plan, list_age=parameters.age)


STALE_LIST = FaultKind(
    name="stale_list",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=StaleList,
    apply=_apply,
    does="The list succeeds and shows the shares as they were `age` ago: new ones are missing, deleted ones are there.",
    seen="A list that `show` contradicts; exit status 0.",
    verbs=(Verb.LIST,),
)
