"""Opening a session takes long."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ChannelPlan

__all__ = ["CHANNEL_SLOW", "ChannelSlow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSlow:
    delay: Duration = field(default=5.0, metadata={"doc": "added to the opening of the channel"})


def _apply(plan: ChannelPlan, parameters: ChannelSlow) -> ChannelPlan:
    return replace(plan, delay=plan.delay + parameters.delay)


CHANNEL_SLOW = FaultKind(
    name="channel_slow",
    site=Site.SSH_CHANNEL,
    plan=ChannelPlan,
    parameters=ChannelSlow,
    apply=_apply,
    does="The session channel opens late.",
    seen="`ssh` is silent for the delay after the login, then goes on.",
)
