"""Something else than SSH answers on the port."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import BannerPlan, ConnectionPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["BANNER_GARBAGE"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, banner=BannerPlan.GARBAGE)


BANNER_GARBAGE = FaultKind(
    name="banner_garbage",
    site=Site.SSH_BANNER,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The server sends bytes that are not an SSH identification line.",
    seen='"banner line contains invalid characters", exit status 255.',
)
