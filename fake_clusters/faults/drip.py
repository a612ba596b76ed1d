"""The reply trickles."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Rate
from fake_clusters.plans import CommandPlan

__all__ = ["DRIP", "Drip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    rate: Rate = field(default=16.0, metadata={"doc": "bytes per second"})


def _apply(plan: CommandPlan, parameters: Drip) -> CommandPlan:
    return replace(plan, output=replace(plan.output, rate=parameters.rate))


DRIP = FaultKind(
    name="drip",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=Drip,
    apply=_apply,
    does="The reply is sent at `rate` bytes per second; the exit status follows it.",
    seen="The output grows slowly.",
)
