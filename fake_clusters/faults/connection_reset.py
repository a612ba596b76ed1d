"""The connection is torn down, as by a firewall that forgot it."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan, CutHow

__all__ = ["CONNECTION_RESET", "ConnectionReset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReset:
    after: Duration = field(default=0.0, metadata={"doc": "from the accept; 0: before any byte"})


def _apply(plan: ConnectionPlan, parameters: ConnectionReset) -> ConnectionPlan:
    return replace(plan, cut=CutHow.RESET, cut_after=parameters.after)


CONNECTION_RESET = FaultKind(
    name="connection_reset",
    site=Site.SSH_CONNECT,
    plan=ConnectionPlan,
    parameters=ConnectionReset,
    apply=_apply,
    does="The whole connection is reset (RST) once `after` has passed since the accept, whatever runs on it.",
    seen='"Connection reset by", exit status 255.',
    ambiguous=True,
)
