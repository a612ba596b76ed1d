"""The login takes long, as with a directory server that is far away."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan

__all__ = ["AUTH_SLOW", "AuthSlow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSlow:
    delay: Duration = field(default=5.0, metadata={"doc": "added to the authentication"})


def _apply(plan: ConnectionPlan, parameters: AuthSlow) -> ConnectionPlan:
    return replace(plan, auth_delay=plan.auth_delay + parameters.delay)


AUTH_SLOW = FaultKind(
    name="auth_slow",
    site=Site.SSH_AUTH,
    plan=ConnectionPlan,
    parameters=AuthSlow,
    apply=_apply,
    does="The answer to the login comes late.",
    seen="`ssh` is silent for the delay, then goes on.",
)
