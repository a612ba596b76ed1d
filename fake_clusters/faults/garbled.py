"""The reply is damaged."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Fraction
from fake_clusters.plans import CommandPlan

__all__ = ["GARBLED", "Garbled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbled:
    fraction: Fraction = field(default=0.2, metadata={"doc": "the fraction of bytes that are replaced"})


def _apply(plan: CommandPlan, parameters: Garbled) -> CommandPlan:
    return replace(plan, output=replace(plan.output, garble=parameters.fraction))


GARBLED = FaultKind(
    name="garbled",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=Garbled,
    apply=_apply,
    does="Some bytes of the reply are replaced by others; the exit status is the true one.",
    seen="The output is partly nonsense; the exit status is as usual.",
    ambiguous=True,
)
