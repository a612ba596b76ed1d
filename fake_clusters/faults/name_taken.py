"""Another client creates a share of that name first, by hand or with another pipeline."""

from dataclasses import dataclass, field

from connector.operations import Verb
from connector.sites import Site
from connector.units import Size
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan

__all__ = ["NAME_TAKEN", "NameTaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTaken:
    size: Size = field(default=1 << 20, metadata={"doc": "of the other share"})
    answered: bool = field(default=False, metadata={"doc": "the caller hears that the name is taken; else nothing"})


def _apply(plan: CommandPlan, parameters: NameTaken) -> CommandPlan:
    return replace(plan, taken_by=parameters.size, lose_reply=plan.lose_reply or not parameters.answered)


NAME_TAKEN = FaultKind(
    name="name_taken",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=NameTaken,
    apply=_apply,
    does="A share of another owner, with neither mark nor request id, takes the name just before the create does.",
    seen="`ssh` hangs, or with `answered` shows the error that the share exists; `show` shows one of another size.",
    ambiguous=True,
    verbs=(Verb.CREATE,),
)
