"""The key exchange takes long, as on a host with an overloaded processor."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan

__all__ = ["KEX_SLOW", "KexSlow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KexSlow:
    delay: Duration = field(default=5.0, metadata={"doc": "added to the key exchange"})


def _apply(plan: ConnectionPlan, parameters: KexSlow) -> ConnectionPlan:
    return replace(plan, kex_delay=plan.kex_delay + parameters.delay)


KEX_SLOW = FaultKind(
    name="kex_slow",
    site=Site.SSH_KEX,
    plan=ConnectionPlan,
    parameters=KexSlow,
    apply=_apply,
    does="The key exchange is held up.",
    seen="`ssh` is silent for the delay, then goes on.",
)
