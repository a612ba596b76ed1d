"""The connection ends after the effect."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan, Cut, CutHow, When

__all__ = ["DISCONNECT_AFTER", "DisconnectAfter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectAfter:
    how: CutHow = field(default=CutHow.RESET, metadata={"doc": "how the connection ends"})


def _apply(plan: CommandPlan, parameters: DisconnectAfter) -> CommandPlan:
    return replace(plan, cut=Cut(when=When.AFTER_EFFECT, how=parameters.how))


DISCONNECT_AFTER = FaultKind(
    name="disconnect_after",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=DisconnectAfter,
    apply=_apply,
    does="The command takes effect, then the connection ends before the reply.",
    seen='"Broken pipe", "Connection reset by" or "closed by remote host", exit status 255.',
    ambiguous=True,
)
