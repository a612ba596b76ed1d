"""The reply is buried in noise."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Volume
from fake_clusters.plans import CommandPlan

__all__ = ["OVERSIZED", "Oversized"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversized:
    extra: Volume = field(default=1 << 20, metadata={"doc": "bytes of noise before the reply"})


def _apply(plan: CommandPlan, parameters: Oversized) -> CommandPlan:
    return replace(plan, output=replace(plan.output, extra=parameters.extra))


OVERSIZED = FaultKind(
    name="oversized",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=Oversized,
    apply=_apply,
    does="`extra` bytes of noise come before the reply.",
    seen="A flood of output; the exit status is as usual.",
    ambiguous=True,
)
