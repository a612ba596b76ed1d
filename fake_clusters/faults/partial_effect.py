"""A create stops half-way and leaves a half-made share, which only delete accepts."""

from dataclasses import dataclass, field

from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import ReplyMode, answering
from fake_clusters.plans import CommandPlan, EffectPlan

__all__ = ["PARTIAL_EFFECT", "PartialEffect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialEffect:
    answer: ReplyMode = field(default=ReplyMode.ERROR, metadata={"doc": "what the caller hears"})


def _apply(plan: CommandPlan, parameters: PartialEffect) -> CommandPlan:
    return answering(replace(plan, effect=EffectPlan.HALF), parameters.answer)


PARTIAL_EFFECT = FaultKind(
    name="partial_effect",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=PartialEffect,
    apply=_apply,
    does="A create leaves a half-made share: it is listed, is not usable, and must be deleted.",
    seen="What `answer` says: the exit status of an internal error, a hang, or success.",
    ambiguous=True,
    verbs=(Verb.CREATE,),
)
