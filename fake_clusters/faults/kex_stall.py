"""The key exchange begins and never ends."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan, KexPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["KEX_STALL"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, kex=KexPlan.STALL)


KEX_STALL = FaultKind(
    name="kex_stall",
    site=Site.SSH_KEX,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The server identifies itself, then the key exchange stalls for ever.",
    seen="`ssh` hangs; ConnectTimeout does not end it.",
)
