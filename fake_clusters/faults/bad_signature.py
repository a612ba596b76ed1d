"""The host key's signature is wrong."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan, KexPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["BAD_SIGNATURE"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, kex=KexPlan.BAD_SIGNATURE)


BAD_SIGNATURE = FaultKind(
    name="bad_signature",
    site=Site.SSH_KEX,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The server presents its own host key, but its signature does not verify.",
    seen='"incorrect signature", exit status 255.',
)
