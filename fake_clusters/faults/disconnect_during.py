"""The connection ends during the effect."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan, Cut, CutHow, When

__all__ = ["DISCONNECT_DURING", "DisconnectDuring"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectDuring:
    how: CutHow = field(default=CutHow.RESET, metadata={"doc": "how the connection ends"})


def _apply(plan: CommandPlan, parameters: DisconnectDuring) -> CommandPlan:
    return replace(plan, cut=Cut(when=When.DURING_SERVICE, how=parameters.how))


DISCONNECT_DURING = FaultKind(
    name="disconnect_during",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=DisconnectDuring,
    apply=_apply,
    does="The connection ends half-way through the service; the command goes on and takes effect.",
    seen='"Broken pipe", "Connection reset by" or "closed by remote host", exit status 255.',
    ambiguous=True,
)
