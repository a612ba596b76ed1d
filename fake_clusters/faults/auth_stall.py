"""The login is never answered."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import AuthPlan, ConnectionPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["AUTH_STALL"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, auth=AuthPlan.STALL)


AUTH_STALL = FaultKind(
    name="auth_stall",
    site=Site.SSH_AUTH,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The key exchange succeeds, then the login is neither accepted nor refused.",
    seen="`ssh` hangs after the key exchange; ConnectTimeout does not end it.",
)
