"""Success is answered, nothing was done."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import MUTATIONS, FaultKind
from fake_clusters.plans import CommandPlan, EffectPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["LYING_SUCCESS"]


def _apply(plan: CommandPlan, parameters: NoParameters) -> CommandPlan:
    return replace(plan, effect=EffectPlan.NONE, lie=True)


LYING_SUCCESS = FaultKind(
    name="lying_success",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The command is answered with success and has no effect.",
    seen="Exit status 0 and the usual output; `show` shows that nothing changed.",
    ambiguous=True,
    verbs=MUTATIONS,
)
