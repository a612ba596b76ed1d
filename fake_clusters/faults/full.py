"""The cluster has no room left."""

from connector.codes import Code
from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan, EffectPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["FULL"]


def _apply(plan: CommandPlan, parameters: NoParameters) -> CommandPlan:
    return replace(plan, refuse=Code.FULL, effect=EffectPlan.NONE)


FULL = FaultKind(
    name="full",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=NoParameters,
    apply=_apply,
    does="Every command that needs room is refused as full: create, resize, snapshot-create.",
    seen="The dialect's message and exit status for a full cluster.",
    standing=True,
    verbs=(Verb.CREATE, Verb.RESIZE, Verb.SNAPSHOT_CREATE),
)
