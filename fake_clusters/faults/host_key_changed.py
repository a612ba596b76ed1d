"""Another host key than the known one, as after a reinstallation or under attack."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan, KexPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["HOST_KEY_CHANGED"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, kex=KexPlan.OTHER_HOST_KEY)


HOST_KEY_CHANGED = FaultKind(
    name="host_key_changed",
    site=Site.SSH_KEX,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The server presents a host key that is not the known one.",
    seen='"REMOTE HOST IDENTIFICATION HAS CHANGED!", exit status 255.',
)
