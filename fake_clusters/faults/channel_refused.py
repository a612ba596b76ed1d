"""The session limit is reached."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ChannelPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["CHANNEL_REFUSED"]


def _apply(plan: ChannelPlan, parameters: NoParameters) -> ChannelPlan:
    return replace(plan, refuse=True)


CHANNEL_REFUSED = FaultKind(
    name="channel_refused",
    site=Site.SSH_CHANNEL,
    plan=ChannelPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The session channel is refused, as sshd does beyond MaxSessions.",
    seen='"open failed", exit status 255.',
)
