"""The connection ends before the effect."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan, Cut, CutHow, EffectPlan, When

__all__ = ["DISCONNECT_BEFORE", "DisconnectBefore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectBefore:
    how: CutHow = field(default=CutHow.RESET, metadata={"doc": "how the connection ends"})


def _apply(plan: CommandPlan, parameters: DisconnectBefore) -> CommandPlan:
    return replace(plan, effect=EffectPlan.NONE, cut=Cut(when=When.BEFORE_EFFECT, how=parameters.how))


DISCONNECT_BEFORE = FaultKind(
    name="disconnect_before",
    site=Site.CONNECTOR_EXEC,
    plan=CommandPlan,
    parameters=DisconnectBefore,
    apply=_apply,
    does="The connection ends as the command arrives, and the command is never carried out.",
    seen='"Broken pipe", "Connection reset by" or "closed by remote host", exit status 255.',
    ambiguous=True,
)
