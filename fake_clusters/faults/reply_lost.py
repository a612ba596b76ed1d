"""The effect happens, the reply never arrives: the caller waits until its own deadline."""

from connector.sites import Site
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan
from fake_clusters.rules.rule import NoParameters

__all__ = ["REPLY_LOST"]


def _apply(plan: CommandPlan, parameters: NoParameters) -> CommandPlan:
    return replace(plan, lose_reply=True)


REPLY_LOST = FaultKind(
    name="reply_lost",
    site=Site.CONNECTOR_REPLY,
    plan=CommandPlan,
    parameters=NoParameters,
    apply=_apply,
    does="The command takes effect; no output and no exit status ever come back.",
    seen="`ssh` hangs after the command was sent, until the user gives up.",
    ambiguous=True,
)
