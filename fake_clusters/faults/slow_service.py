"""A command takes longer than the profile says."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Factor
from fake_clusters.plans import CommandPlan

__all__ = ["SLOW_SERVICE", "SlowService"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowService:
    add: Duration = field(default=0.0, metadata={"doc": "added to the work in service, after the factor"})
    factor: Factor = field(default=1.0, metadata={"doc": "multiplies the work in service"})


def _apply(plan: CommandPlan, parameters: SlowService) -> CommandPlan:
    return replace(plan, service=plan.service * parameters.factor + parameters.add)


SLOW_SERVICE = FaultKind(
    name="slow_service",
    site=Site.CONNECTOR_EXEC,
    plan=CommandPlan,
    parameters=SlowService,
    apply=_apply,
    does="The command takes more work: times `factor`, plus `add`; it stays in service, and latency phases apply.",
    seen="The same output, later.",
)
