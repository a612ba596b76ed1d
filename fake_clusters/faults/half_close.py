"""The server stops sending and goes on reading, as a proxy does that lost its other side."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import ConnectionPlan, CutHow

__all__ = ["HALF_CLOSE", "HalfClose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfClose:
    after: Duration = field(default=0.0, metadata={"doc": "from the accept; 0: before any byte"})


def _apply(plan: ConnectionPlan, parameters: HalfClose) -> ConnectionPlan:
    return replace(plan, cut=CutHow.HALF_CLOSE, cut_after=parameters.after)


HALF_CLOSE = FaultKind(
    name="half_close",
    site=Site.SSH_CONNECT,
    plan=ConnectionPlan,
    parameters=HalfClose,
    apply=_apply,
    does="The server's side of the connection ends (FIN) once `after` has passed since the accept; it still reads.",
    seen='"Connection closed by remote host", exit status 255.',
    ambiguous=True,
)
