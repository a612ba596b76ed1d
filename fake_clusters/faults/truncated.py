"""The reply stops short."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Fraction
from fake_clusters.plans import CommandPlan

__all__ = ["TRUNCATED", "Truncated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated:
    keep: Fraction = field(default=0.5, metadata={"doc": "the fraction of the reply that is sent"})


def _apply(plan: CommandPlan, parameters: Truncated) -> CommandPlan:
    return replace(plan, output=replace(plan.output, keep=parameters.keep))


TRUNCATED = FaultKind(
    name="truncated",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=Truncated,
    apply=_apply,
    does="Only the first part of the reply is sent; the exit status is the true one.",
    seen="The output breaks off; the exit status is as usual.",
    ambiguous=True,
)
