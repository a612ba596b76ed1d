"""The login is refused, whatever is shown."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import AuthPlan, ConnectionPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["AUTH_REJECTED"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, auth=AuthPlan.REJECT)


AUTH_REJECTED = FaultKind(
    name="auth_rejected",
    site=Site.SSH_AUTH,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="Every key and password is refused.",
    seen='"Permission denied", exit status 255.',
)
