"""The server takes its time before it says who it is."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan

__all__ = ["BANNER_SLOW", "BannerSlow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerSlow:
    delay: Duration = field(default=5.0, metadata={"doc": "added before the banner"})


def _apply(plan: ConnectionPlan, parameters: BannerSlow) -> ConnectionPlan:
    return replace(plan, banner_delay=plan.banner_delay + parameters.delay)


BANNER_SLOW = FaultKind(
    name="banner_slow",
    site=Site.SSH_BANNER,
    plan=ConnectionPlan,
    parameters=BannerSlow,
    apply=_apply,
    does="The identification line comes late.",
    seen="`ssh` is silent for the delay, then goes on.",
)
