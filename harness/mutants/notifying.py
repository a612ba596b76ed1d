"""Seeded bugs of who notifies."""

from collections.abc import Sequence

from harness.mutants.mutant import Mutant
from harness.scenario.nemesis_kinds import kill
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role

__all__ = ["NOTIFYING"]

NOTIFYING: Sequence[Mutant] = (
    Mutant(
        name="settles_notices_first",
        does="notes a message as delivered before it is sent",
        part=Role.NOTIFIER,
        needs="a notifier that is killed between the two",
        caught_by=("N1",),
        nemesis=(kill(Role.NOTIFIER, at=0.7, duration=0.2, site=CrashPoint.BEFORE_NOTICE, nth=2),),
    ),
    Mutant(
        name="new_notice_ids",
        does="sends a message again under another id",
        part=Role.NOTIFIER,
        needs="a notifier that is killed before it has noted what it sent",
        caught_by=("N1",),
        nemesis=(kill(Role.NOTIFIER, at=0.7, duration=0.2, site=CrashPoint.AFTER_NOTICE, nth=2),),
    ),
)
