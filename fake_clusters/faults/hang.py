"""A command never ends."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["HANG"]


def _apply(plan: CommandPlan, parameters: NoParameters) -> CommandPlan:
    return replace(plan, hang=True)


HANG = FaultKind(
    name="hang",
    site=Site.CONNECTOR_EXEC,
    plan=CommandPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The command has no effect and no answer; it stays in service until its channel closes.",
    seen="`ssh` hangs after the command was sent, until the user gives up.",
    ambiguous=True,
)
