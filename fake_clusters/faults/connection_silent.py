"""Accepted, then nothing: as of a host whose daemon is stuck."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["CONNECTION_SILENT"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    return replace(plan, silent=True)


CONNECTION_SILENT = FaultKind(
    name="connection_silent",
    site=Site.SSH_BANNER,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The connection is accepted; not one byte is ever sent or read.",
    seen='`ssh` hangs; with ConnectTimeout set, "Connection timed out during banner exchange".',
)
