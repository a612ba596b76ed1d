"""Lists that succeed and are not what the cluster holds: as it was some time ago, or without the newest shares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connector.operations import Verb
from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Number
from fake_clusters.plans import CommandPlan

__all__ = ["INCOMPLETE_LIST", "STALE_LIST", "IncompleteList", "StaleList"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleList:
    age: Duration = field(default=5.0, metadata={"doc": "how long ago the list was right"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteList:
    missing: Number = field(default=1, metadata={"doc": "how many of the newest shares are left out"})


def _kind(name: str, parameters: type[Any], apply: Callable[[CommandPlan, Any], CommandPlan], does: str) -> FaultKind:
    return FaultKind(
        name=name,
        site=Site.CONNECTOR_REPLY,
        plan=CommandPlan,
        parameters=parameters,
        apply=apply,
        does=f"The list succeeds{does}",
        seen="A list that `show` contradicts; exit status 0.",
        verbs=(Verb.LIST,),
    )


STALE_LIST = _kind(
    "stale_list",
    StaleList,
    lambda plan, stale: replace(plan, list_age=stale.age),
    " and shows the shares as they were `age` ago: new ones are missing, deleted ones are there.",
)
INCOMPLETE_LIST = _kind(
    "incomplete_list",
    IncompleteList,
    lambda plan, incomplete: replace(plan, list_omits=incomplete.missing),
    ", is whole by its form, and lacks the `missing` newest of the shares asked for.",
)
