"""The session opens, the command is not taken."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ChannelPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["EXEC_REFUSED"]


def _apply(plan: ChannelPlan, parameters: NoParameters) -> ChannelPlan:
    return replace(plan, exec_refuse=True)


EXEC_REFUSED = FaultKind(
    name="exec_refused",
    site=Site.CONNECTOR_EXEC,
    plan=ChannelPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The exec request is refused; nothing was started.",
    seen='"exec request failed on channel 0", exit status 255.',
)
