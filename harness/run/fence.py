"""When a run makes its final readings."""

from collections.abc import Iterable, Sequence

from harness.scenario.scenario import Scenario
from harness.scenario.service import Design, ServiceSettings
from reports.history import Reading

__all__ = ["QUIET", "fence_ends"]

QUIET = 3.0
"""Seconds that a session may take to end before it counts as left open."""


def fence_ends(
    scenario: Scenario,
    readings: Sequence[Reading],
    *,
    now: float,
    effects_due: float,
    deadlines: Iterable[float],
    grace: float = 0.0,
) -> float:
    """Until when it waits between the two: by then nothing that is not known to have ended can take effect any more,
    and the scenario's fence has passed since.

    Where a share stands on a cluster without a record, or one may still come late, the sweeper has had its time for it
    too. readings: of the rounds before. effects_due: when the last late effect has landed. deadlines: of the commands
    whose end is unclear. grace: within which the service itself sweeps, where it says so.
    """
    latest = max([now, effects_due, *deadlines])
    pipeline = scenario.pipeline
    if not (effects_due > now or _has_orphan(readings)):
        return latest + scenario.fence
    if pipeline is None or pipeline.design != Design.SPOOL:
        return latest + max(scenario.fence, grace)
    return latest + max(scenario.fence, _sweeping(pipeline))


def _sweeping(settings: ServiceSettings) -> float:
    """A share is seen by the next sweep, and deleted by the first one after its grace."""
    return 2 * settings.sweeper.every + settings.sweeper.grace + settings.command.total


def _has_orphan(readings: Sequence[Reading]) -> bool:
    """Whether the first reading at rest shows a share that has no record and was not there before the load."""
    shown = [(row.round, row.side == "api", share.location, share.name) for row in readings for share in row.shares]
    known = {(location, name) for round, is_record, location, name in shown if is_record or round == 0}
    return any((location, name) not in known for *_, location, name in shown)
