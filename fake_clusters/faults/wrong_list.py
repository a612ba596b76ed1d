"""What faults have in common whose lists succeed and are not what the cluster holds."""

from collections.abc import Callable
from typing import Any

from connector.operations import Verb
from connector.sites import Site
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan

__all__ = ["wrong_list"]


def wrong_list(
    name: str, parameters: type[Any], apply: Callable[[CommandPlan, Any], CommandPlan], does: str
) -> FaultKind:
    """Such a fault. does: what its list shows."""
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
