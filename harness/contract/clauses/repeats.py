"""Clauses about commands that come again: whoever lost a reply has to be able to ask once more."""

from connector.codes import Code
from connector.operations import Access, Allow, Capability, CreateSnapshot, Mutation
from connector.outcomes import Done, Failed
from connector.values import replace
from harness.contract.clause import Check, Clause, must, should
from harness.contract.expect import unexpected
from harness.contract.findings import NotClaimed, Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES"]


def _with_ids(check: Check) -> Check:
    """Only of a dialect that says which request it is."""

    async def checked(probe: ClauseProbe) -> None:
        if not probe.carries_request_ids:
            raise NotClaimed("the dialect has no request ids")
        await check(probe)

    checked.__doc__ = check.__doc__
    return checked


@_with_ids
async def create_again(probe: ClauseProbe) -> None:
    """A create that is repeated with its request id is answered as done each time, and there is one share."""
    made = await probe.make()
    await _repeated(probe, made)
    await probe.there(made.name)
    await probe.refused(probe.create(made.name), Code.ALREADY_EXISTS)


@_with_ids
async def create_elsewhere(probe: ClauseProbe) -> None:
    """A create that is repeated on another connection is answered as done."""
    made = await probe.make()
    async with probe.connectors(2) as connectors:
        for each in connectors:
            await probe.done(made, via=each)


@_with_ids
async def resize_again(probe: ClauseProbe) -> None:
    """A resize that is repeated with its request id is answered as done each time."""
    made = await probe.make()
    await probe.done(resize := probe.resize(made.name))
    await _repeated(probe, resize)


@_with_ids
async def resize_overtaken(probe: ClauseProbe) -> None:
    """A resize that is repeated after a newer one does not take the newer one back."""
    made = await probe.make()
    await probe.done(first := probe.resize(made.name))
    await probe.done(probe.resize(made.name, 2 * probe.parameters.larger))
    newest = (await probe.there(made.name)).size
    await probe.ask(first)
    if (share := await probe.there(made.name)).size != newest:
        raise Violation(f"the newer resize made it {newest} bytes, and show has {share.size}")


async def delete_again(probe: ClauseProbe) -> None:
    """A delete that is repeated is answered as done or refused as `not-found`, each time."""
    made = await probe.make()
    await probe.done(delete := probe.delete(made.name))
    for _ in range(probe.parameters.repeats - 1):
        outcome = await probe.ask(delete)
        if not isinstance(outcome, Done) and not (isinstance(outcome, Failed) and outcome.code is Code.NOT_FOUND):
            unexpected(delete, outcome, "it has to be done, or refused as not-found")
    await probe.gone(made.name)


@_with_ids
async def delete_after_create(probe: ClauseProbe) -> None:
    """A delete that is repeated after its name was created again does not remove the newer share."""
    made = await probe.make()
    await probe.done(delete := probe.delete(made.name))
    await probe.done(probe.create(made.name))
    await probe.ask(delete)
    await probe.there(made.name)


@_with_ids
async def create_after_delete(probe: ClauseProbe) -> None:
    """A create that is repeated after its share was deleted does not bring the share back."""
    made = await probe.make()
    await probe.done(probe.delete(made.name))
    await probe.ask(made)
    await probe.gone(made.name)


@_with_ids
async def another_size(probe: ClauseProbe) -> None:
    """A request id that comes with another size is refused for certain, and changes nothing."""
    made = await probe.make()
    before = await probe.there(made.name)
    await probe.refused(replace(made, size=probe.parameters.larger), Code.INVALID, Code.ALREADY_EXISTS)
    if (after := await probe.there(made.name)) != before:
        raise Violation(f"the share was {before}, and is {after}")


@_with_ids
async def another_name(probe: ClauseProbe) -> None:
    """A request id that comes with another name is refused as `invalid`, and makes nothing."""
    made = await probe.make()
    other = replace(made, name=probe.name())
    await probe.refused(other, Code.INVALID)
    await probe.gone(other.name)


@_with_ids
async def create_at_once(probe: ClauseProbe) -> None:
    """The same create from ten connections at once is answered as done to each, and makes one share."""
    asked = probe.create()
    for outcome in await probe.all_at_once([asked] * probe.parameters.repeats):
        if not isinstance(outcome, Done):
            unexpected(asked, outcome, "each has to be answered as done", undecided=frozenset({Code.BUSY}))
    await probe.there(asked.name)
    await probe.done(probe.delete(asked.name))
    await probe.gone(asked.name)


@_with_ids
async def allow_again(probe: ClauseProbe) -> None:
    """An `allow` that is repeated makes one rule."""
    made = await probe.make()
    allow = Allow(name=made.name, client=probe.parameters.client, access=Access.READ_WRITE, stamp=probe.stamp())
    await probe.done(allow)
    await _repeated(probe, allow)
    if (count := len((await probe.there(made.name)).rules)) != 1:
        raise Violation(f"show has {count} rules")


@_with_ids
async def snapshot_again(probe: ClauseProbe) -> None:
    """A `snapshot-create` that is repeated with its request id is answered as done each time."""
    made = await probe.make()
    snapshot = CreateSnapshot(name=made.name, snapshot="s1", stamp=probe.stamp())
    await probe.done(snapshot)
    await _repeated(probe, snapshot)


async def refused_again(probe: ClauseProbe) -> None:
    """A refused command that is repeated once nothing is in its way is done: a refusal is not kept."""
    made = await probe.make()
    asked = probe.create(made.name)
    await probe.refused(asked, Code.ALREADY_EXISTS)
    await probe.done(probe.delete(made.name))
    await probe.done(asked)
    await probe.there(made.name)


async def _repeated(probe: ClauseProbe, request: Mutation) -> None:
    for _ in range(probe.parameters.repeats - 1):
        await probe.done(request)


CLAUSES: tuple[Clause, ...] = (
    must("repeat.create", create_again, ambiguous=True),
    must("repeat.create-on-another-connection", create_elsewhere, ambiguous=True),
    must("repeat.create-at-once", create_at_once, ambiguous=True),
    must("repeat.create-after-its-delete", create_after_delete, ambiguous=True),
    must("repeat.resize", resize_again, ambiguous=True),
    must("repeat.resize-after-a-newer-one", resize_overtaken, ambiguous=True),
    must("repeat.delete", delete_again, ambiguous=True),
    must("repeat.delete-after-a-new-create", delete_after_create, ambiguous=True),
    must("repeat.allow", allow_again, ambiguous=True, claims=Capability.ACCESS_RULES),
    must("repeat.snapshot-create", snapshot_again, ambiguous=True, claims=Capability.SNAPSHOTS),
    must("repeat.with-another-size", another_size, ambiguous=True),
    must("repeat.with-another-name", another_name, ambiguous=True),
    should("repeat.after-a-refusal", refused_again, ambiguous=True),
)
