"""The list shows the shares as they were some time ago."""

from dataclasses import dataclass, field

from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.wrong_list import wrong_list
from fake_clusters.plans import CommandPlan

__all__ = ["STALE_LIST", "StaleList"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleList:
    age: Duration = field(default=5.0, metadata={"doc": "how long ago the list was right"})


def _apply(plan: CommandPlan, parameters: StaleList) -> CommandPlan:
    return replace(plan, list_age=parameters.age)


STALE_LIST = wrong_list(
    "stale_list",
    StaleList,
    _apply,
    " and shows the shares as they were `age` ago: new ones are missing, deleted ones are there.",
)
