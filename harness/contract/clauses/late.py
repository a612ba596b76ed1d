"""Clauses about commands that come too late: older than what was already answered, or after their last instant."""

from connector.codes import Code
from connector.operations import Capability, Create, Resize
from harness.contract.clause import Clause, must
from harness.contract.findings import Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES"]

_PAST = 1.0
_FUTURE = 4102444800.0
"""The year 2100, in Unix seconds."""


async def older_resize(probe: ClauseProbe) -> None:
    """A resize with an older sequence number than one that was answered is refused as `stale`, and changes nothing."""
    made = await probe.make(probe.create(sequence=1))
    await probe.done(probe.resize(made.name, sequence=5))
    before = await probe.there(made.name)
    await probe.refused(probe.resize(made.name, 2 * probe.parameters.larger, sequence=3), Code.STALE)
    if (after := await probe.there(made.name)) != before:
        raise Violation(f"the share was {before}, and is {after}")


async def older_delete(probe: ClauseProbe) -> None:
    """A delete with an older sequence number is refused as `stale`, and the share stays."""
    made = await probe.make(probe.create(sequence=5))
    await probe.refused(probe.delete(made.name, sequence=4), Code.STALE)
    await probe.there(made.name)


async def older_create(probe: ClauseProbe) -> None:
    """A create that is older than a delete of its name is refused as `stale`, also after the share is gone."""
    made = await probe.make(probe.create(sequence=1))
    await probe.done(probe.delete(made.name, sequence=5))
    await probe.refused(probe.create(made.name, sequence=2), Code.STALE)
    await probe.gone(made.name)


async def after_a_refusal(probe: ClauseProbe) -> None:
    """A sequence number counts as seen when its command was refused too."""
    made = await probe.make(probe.create(sequence=1))
    await probe.refused(probe.create(made.name, sequence=5), Code.ALREADY_EXISTS)
    await probe.refused(probe.resize(made.name, sequence=3), Code.STALE)


async def other_names(probe: ClauseProbe) -> None:
    """Sequence numbers of one name are nothing to another name."""
    await probe.make(probe.create(sequence=9))
    await probe.done(probe.create(sequence=1))


async def newer(probe: ClauseProbe) -> None:
    """A command with a newer sequence number, or with none, is carried out."""
    made = await probe.make(probe.create(sequence=1))
    await probe.done(probe.resize(made.name, sequence=2))
    await probe.done(probe.resize(made.name, 2 * probe.parameters.larger))


async def older_repeats(probe: ClauseProbe) -> None:
    """A command that was done is answered as done again, though a newer one was seen meanwhile."""
    made = await probe.make(probe.create(sequence=1))
    await probe.done(probe.resize(made.name, sequence=2))
    await probe.done(made)


async def expired(probe: ClauseProbe) -> None:
    """A create that comes after its not-after instant is refused as `expired`, and makes nothing."""
    create = probe.create()
    late = Create(name=create.name, size=create.size, stamp=probe.stamp(not_after=_PAST))
    await probe.refused(late, Code.EXPIRED)
    await probe.gone(late.name)


async def expired_resize(probe: ClauseProbe) -> None:
    """A resize or delete that comes after its not-after instant is refused as `expired`, and changes nothing."""
    made = await probe.make()
    before = await probe.there(made.name)
    late = Resize(name=made.name, size=probe.parameters.larger, stamp=probe.stamp(not_after=_PAST))
    await probe.refused(late, Code.EXPIRED)
    if (after := await probe.there(made.name)) != before:
        raise Violation(f"the share was {before}, and is {after}")


async def in_time(probe: ClauseProbe) -> None:
    """A command that comes before its not-after instant is carried out."""
    create = probe.create()
    await probe.done(Create(name=create.name, size=create.size, stamp=probe.stamp(not_after=_FUTURE)))
    await probe.there(create.name)


_SEQUENCE, _NOT_AFTER = Capability.SEQUENCE, Capability.NOT_AFTER

CLAUSES: tuple[Clause, ...] = (
    must("sequence.older-resize", older_resize, ambiguous=True, claims=_SEQUENCE),
    must("sequence.older-delete", older_delete, ambiguous=True, claims=_SEQUENCE),
    must("sequence.create-older-than-a-delete", older_create, ambiguous=True, claims=_SEQUENCE),
    must("sequence.of-a-refused-command", after_a_refusal, ambiguous=True, claims=_SEQUENCE),
    must("sequence.of-another-name", other_names, ambiguous=True, claims=_SEQUENCE),
    must("sequence.newer", newer, ambiguous=True, claims=_SEQUENCE),
    must("sequence.repeated", older_repeats, ambiguous=True, claims=_SEQUENCE),
    must("not-after.create-too-late", expired, ambiguous=True, claims=_NOT_AFTER),
    must("not-after.resize-too-late", expired_resize, ambiguous=True, claims=_NOT_AFTER),
    must("not-after.in-time", in_time, ambiguous=True, claims=_NOT_AFTER),
)
