"""The identification line never comes."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import BannerPlan, ConnectionPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["BANNER_MISSING"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, banner=BannerPlan.MISSING)


BANNER_MISSING = FaultKind(
    name="banner_missing",
    site=Site.SSH_BANNER,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The server reads what the client sends, but never identifies itself.",
    seen='`ssh` hangs; with ConnectTimeout set, "Connection timed out during banner exchange".',
)
