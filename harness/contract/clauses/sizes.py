"""Clauses about sizes: what is no size, what is hardly one, and what is far too large."""

from connector.errors import CommandError
from connector.outcomes import Done, Failed
from harness.contract.clause import Clause, must
from harness.contract.expect import unexpected
from harness.contract.findings import NotClaimed, Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES"]


async def zero(probe: ClauseProbe) -> None:
    """A create of 0 bytes is refused for certain, and makes nothing."""
    await _refused(probe, 0)


async def resize_to_zero(probe: ClauseProbe) -> None:
    """A resize to 0 bytes is refused for certain, and changes nothing."""
    made = await probe.make()
    before = await probe.there(made.name)
    await probe.refused(probe.resize(made.name, 0))
    if (after := await probe.there(made.name)) != before:
        raise Violation(f"the share was {before}, and is {after}")


async def odd(probe: ClauseProbe) -> None:
    """A size that is no round number is kept, or rounded up by less than the declared rounding."""
    asked = probe.parameters.size + 1
    made = await probe.make(probe.create(size=asked))
    shown, rounding = (await probe.there(made.name)).size, probe.rounding
    if not asked <= shown < asked + rounding:
        raise Violation(f"{asked} bytes were asked for, limits.rounding is {rounding}, and show has {shown}")


async def huge(probe: ClauseProbe) -> None:
    """A create of 2⁶² bytes is refused for certain, or makes a share of that size."""
    await _all_or_nothing(probe, 2**62)


async def beyond_64_bits(probe: ClauseProbe) -> None:
    """A create of more bytes than 64 bits can count is refused for certain, or makes a share of that size."""
    await _all_or_nothing(probe, 2**64 + probe.parameters.size)


async def _refused(probe: ClauseProbe, size: int) -> None:
    create = probe.create(size=size)
    try:
        probe.spelled(create)
    except (CommandError, ValueError) as error:
        raise NotClaimed(f"the dialect cannot say it: {error}") from error
    await probe.refused(create)
    await probe.gone(create.name)


async def _all_or_nothing(probe: ClauseProbe, size: int) -> None:
    create = probe.create(size=size)
    outcome, share = await probe.ask(create, patient=False), await probe.find(create.name)
    if isinstance(outcome, Done):
        if share is None or share.size < size:
            raise Violation(f"{size} bytes were answered as done, and show has {share}")
    elif not isinstance(outcome, Failed):
        unexpected(create, outcome, "it has to be done or refused for certain")
    elif share is not None:
        raise Violation(f"it was refused as {outcome.code}, and show has {share}")


CLAUSES: tuple[Clause, ...] = (
    must("size.zero", zero),
    must("size.resize-to-zero", resize_to_zero),
    must("size.not-round", odd),
    must("size.huge", huge),
    must("size.beyond-64-bits", beyond_64_bits),
)
