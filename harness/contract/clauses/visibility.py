"""Clauses about what the other connections see, and when."""

from harness.contract.clause import Clause, must
from harness.contract.findings import Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES"]


async def created(probe: ClauseProbe) -> None:
    """What one connection created, another one shows at once."""
    async with probe.connectors(2) as (one, other):
        await probe.gone(name := probe.name(), via=other)
        await probe.done(probe.create(name), via=one)
        await probe.there(name, via=other)


async def listed(probe: ClauseProbe) -> None:
    """What one connection created, another one lists at once."""
    async with probe.connectors(2) as (one, other):
        await probe.listed(via=other)
        await probe.done(create := probe.create(), via=one)
        if create.name not in await probe.listed(via=other):
            raise Violation(f"list does not have {create.name!r}")


async def deleted(probe: ClauseProbe) -> None:
    """What one connection deleted, another one neither shows nor lists."""
    async with probe.connectors(2) as (one, other):
        made = await probe.make()
        await probe.there(made.name, via=other)
        await probe.done(probe.delete(made.name), via=one)
        await probe.gone(made.name, via=other)
        if made.name in await probe.listed(via=other):
            raise Violation(f"list still has {made.name!r}")


async def resized(probe: ClauseProbe) -> None:
    """Resizes one after another on several connections leave the size of the last."""
    made = await probe.make()
    async with probe.connectors(3) as connectors:
        for number, each in enumerate(connectors, start=1):
            await probe.done(probe.resize(made.name, probe.parameters.larger * number), via=each)
    shown, size = (await probe.there(made.name)).size, probe.parameters.larger * len(connectors)
    if not size <= shown < size + probe.rounding:
        raise Violation(f"the last resize asked for {size} bytes, and show has {shown}")


async def stays(probe: ClauseProbe) -> None:
    """What was answered as done stays so when nobody asks for anything else."""
    made, removed = await probe.make(), await probe.make()
    await probe.done(probe.delete(removed.name))
    before = await probe.there(made.name)
    await probe.settle()
    if (after := await probe.there(made.name)) != before:
        raise Violation(f"the share was {before}, and is {after}")
    await probe.gone(removed.name)


CLAUSES: tuple[Clause, ...] = (
    must("seen.create-by-show", created, ambiguous=True),
    must("seen.create-by-list", listed, ambiguous=True),
    must("seen.delete", deleted, ambiguous=True),
    must("seen.resize", resized, ambiguous=True),
    must("seen.later", stays, ambiguous=True),
)
