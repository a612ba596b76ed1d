"""The connector's host goes down under a command and comes back later."""

from dataclasses import dataclass, field

from connector.sites import Site
from connector.units import Duration
from connector.values import replace
from fake_clusters.faults.fault import FaultKind
from fake_clusters.plans import CommandPlan, When

__all__ = ["CRASH", "Crash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    when: When = field(default=When.AFTER_EFFECT, metadata={"doc": "the instant, as seen from the command's effect"})
    down_for: Duration = field(default=5.0, metadata={"doc": "until the port is open again"})
    # No pipeline can recover from it, so exploring does not draw it.
    wipe: bool = field(default=False, metadata={"doc": "come back without any share", "drawn": ()})


def _apply(plan: CommandPlan, parameters: Crash) -> CommandPlan:
    return replace(plan, crash=parameters.when, down_for=parameters.down_for, wipe=parameters.wipe)


CRASH = FaultKind(
    name="crash",
    site=Site.CONNECTOR_EFFECT,
    plan=CommandPlan,
    parameters=Crash,
    apply=_apply,
    does="The connector goes down: connections are reset, commands in service are lost; it is back after `down_for`.",
    seen='"Broken pipe" or "Connection reset by", exit status 255; then "Connection refused" until it is back.',
    ambiguous=True,
)
