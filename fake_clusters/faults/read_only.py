"""The cluster takes no change, as during its maintenance."""

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import MUTATIONS, FaultKind
from fake_clusters.plans import CommandPlan, EffectPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["READ_ONLY"]


def _apply(plan: CommandPlan, parameters: NoParameters) -> CommandPlan:
    return replace(plan, refuse=Code.READ_ONLY, effect=EffectPlan.NONE)


READ_ONLY = FaultKind(
    name="read_only",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=NoParameters,
    apply=_apply,
    does="Every command that would change something is refused as read-only; the others work.",
    seen="The dialect's message and exit status for a read-only cluster.",
    standing=True,
    verbs=MUTATIONS,
)
