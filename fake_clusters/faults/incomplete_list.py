"""The list lacks the newest shares."""

from dataclasses import dataclass, field

from connector.values import replace
from fake_clusters.faults.parameters import Number
from fake_clusters.faults.wrong_list import wrong_list
from fake_clusters.plans import CommandPlan

__all__ = ["INCOMPLETE_LIST", "IncompleteList"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteList:
    missing: Number = field(default=1, metadata={"doc": "how many of the newest shares are left out"})


def _apply(plan: CommandPlan, parameters: IncompleteList) -> CommandPlan:
    return replace(plan, list_omits=parameters.missing)


INCOMPLETE_LIST = wrong_list(
    "incomplete_list",
    IncompleteList,
    _apply,
    ", is whole by its form, and lacks the `missing` newest of the shares asked for.",
)
