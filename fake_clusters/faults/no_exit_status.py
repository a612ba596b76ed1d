"""The whole reply comes, and no exit status."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["NO_EXIT_STATUS"]


def _apply(plan: CommandPlan, parameters: NoParameters) -> CommandPlan:
    return replace(plan, output=replace(plan.output, no_status=True))


NO_EXIT_STATUS = FaultKind(
    name="no_exit_status",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The whole reply is sent, then the session is closed without an exit status; a shell ends without a prompt.",
    seen="The usual output, and exit status 255; other clients show -1 or none.",
    ambiguous=True,
)
