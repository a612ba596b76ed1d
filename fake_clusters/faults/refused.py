"""The port is closed: connections are refused."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan, CutHow
from fake_clusters.rules.rule import NoParameters

__all__ = ["REFUSED"]


def _apply(plan: ConnectionPlan, parameters: NoParameters) -> ConnectionPlan:
    # A caller that is not stopped by a closed port (one in the same process) gets the nearest thing.
    return replace(plan, cut=CutHow.RESET, cut_after=0.0)


REFUSED = FaultKind(
    name="refused",
    site=Site.SSH_CONNECT,
    plan=ConnectionPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The port is closed: every new connection is refused. Connections that are open stay.",
    seen='At once "Connection refused", exit status 255.',
    standing=True,
)
