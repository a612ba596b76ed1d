"""The effect lands after the caller has been answered, or has given up."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import MUTATIONS, FaultKind
from fake_clusters.faults.parameters import ReplyMode, answering
from fake_clusters.plans import CommandPlan

__all__ = ["LATE_EFFECT", "LateEffect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEffect:
    delay: Duration = field(default=5.0, metadata={"doc": "from the end of service to the effect"})
    answer: ReplyMode = field(default=ReplyMode.NONE, metadata={"doc": "what the caller hears at the end of service"})
    overtaken: bool = field(
        default=False,
        metadata={
            "doc": "lands even after a newer command for the share, where the cluster claims `sequence`",
            "drawn": (),
        },
    )


def _apply(plan: CommandPlan, parameters: LateEffect) -> CommandPlan:
    delay = plan.effect_delay + parameters.delay
    late = replace(plan, effect_delay=delay, breaks_sequence=plan.breaks_sequence or parameters.overtaken)
    return answering(late, parameters.answer)


LATE_EFFECT = FaultKind(
    name="late_effect",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=LateEffect,
    apply=_apply,
    does="The effect comes `delay` after the command's service ended, whatever the caller received or did meanwhile; "
    "a cluster that claims `sequence` drops it if it has started a newer command for the share.",
    seen="`ssh` hangs, or shows what `answer` says; the effect appears later all the same.",
    ambiguous=True,
    verbs=MUTATIONS,
)
