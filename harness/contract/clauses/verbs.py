"""Clauses about what each operation does when nothing is in its way."""

from connector.codes import Code
from connector.operations import Capabilities, CapabilitiesReply, Ping, PingReply, Verb
from connector.outcomes import Done, Failed
from harness.contract.clause import Clause, must, should
from harness.contract.expect import reply_of, unexpected
from harness.contract.findings import Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES"]


async def ping(probe: ClauseProbe) -> None:
    """`ping` is answered."""
    assert isinstance(reply_of(Ping(), await probe.ask(Ping())), PingReply)


async def capabilities(probe: ClauseProbe) -> None:
    """`capabilities` reports all that is declared, and nothing that the dialect cannot say."""
    reply = reply_of(Capabilities(), await probe.ask(Capabilities()))
    assert isinstance(reply, CapabilitiesReply)
    wanted = probe.target.claims
    if wanted is not None and reply.capabilities != wanted:
        raise Violation(f"it reports {_words(reply.capabilities)}, and {_words(wanted)} is declared")
    if surplus := reply.capabilities - probe.target.dialect.capabilities:
        raise Violation(f"it reports {_words(surplus)}, which the dialect cannot say")


async def creates(probe: ClauseProbe) -> None:
    """A create that was answered as done made a whole share of that name and at least that size."""
    made = await probe.make()
    share = await probe.there(made.name)
    if share.size < made.size:
        raise Violation(f"{made.size} bytes were asked for, and show has {share.size}")


async def create_is_listed(probe: ClauseProbe) -> None:
    """`list` has a share that was created, once and as `show` has it."""
    made = await probe.make()
    listed = (await probe.listed()).get(made.name)
    if listed is None:
        raise Violation(f"list does not have {made.name!r}")
    if listed.size != (shown := await probe.there(made.name)).size:
        raise Violation(f"list has {listed.size} bytes, and show has {shown.size}")


async def create_tells_request(probe: ClauseProbe) -> None:
    """A share that shows a request id shows that of its create."""
    made = await probe.make()
    shown = (await probe.there(made.name)).request_id
    if shown not in {None, made.stamp.request_id}:
        raise Violation(f"the request id was {made.stamp.request_id!r}, and show has {shown!r}")


async def create_on_existing(probe: ClauseProbe) -> None:
    """A create of a name that exists is refused as `already-exists`, and the share stays as it was."""
    made = await probe.make()
    before = await probe.there(made.name)
    await probe.refused(probe.create(made.name, size=probe.parameters.larger), Code.ALREADY_EXISTS)
    if (after := await probe.there(made.name)) != before:
        raise Violation(f"the share was {before}, and is {after}")


async def show_unknown(probe: ClauseProbe) -> None:
    """`show` of a name that does not exist is refused as `not-found`."""
    await probe.gone(probe.name())


async def show_changes_nothing(probe: ClauseProbe) -> None:
    """`show` and `list`, however often, change nothing."""
    made = await probe.make()
    before = await probe.there(made.name)
    for _ in range(probe.parameters.repeats):
        await probe.listed()
        if (after := await probe.there(made.name)) != before:
            raise Violation(f"the share was {before}, and is {after}")


async def grows(probe: ClauseProbe) -> None:
    """A resize to a larger size that was answered as done has happened."""
    made = await probe.make()
    await probe.done(probe.resize(made.name))
    if (share := await probe.there(made.name)).size < probe.parameters.larger:
        raise Violation(f"{probe.parameters.larger} bytes were asked for, and show has {share.size}")


async def shrinks(probe: ClauseProbe) -> None:
    """A resize to a smaller size happens, or is refused for certain and changes nothing."""
    made = await probe.make(probe.create(size=probe.parameters.larger))
    before, resize = await probe.there(made.name), probe.resize(made.name, probe.parameters.size)
    outcome = await probe.ask(resize)
    after = await probe.there(made.name)
    if isinstance(outcome, Done) and not after.size < before.size:
        raise Violation(f"it was answered as done, and show has {after.size} bytes")
    if isinstance(outcome, Failed) and after != before:
        raise Violation(f"it was refused, and the share was {before} and is {after}")
    if not isinstance(outcome, Done | Failed):
        unexpected(resize, outcome, "it has to be done or refused for certain")


async def resize_unknown(probe: ClauseProbe) -> None:
    """A resize of a name that does not exist is refused as `not-found`, and makes nothing."""
    name = probe.name()
    await probe.refused(probe.resize(name), Code.NOT_FOUND)
    await probe.gone(name)


async def deletes(probe: ClauseProbe) -> None:
    """A delete that was answered as done removed the share from `show` and `list`."""
    made = await probe.make()
    await probe.done(probe.delete(made.name))
    await probe.gone(made.name)
    if made.name in await probe.listed():
        raise Violation(f"list still has {made.name!r}")


async def delete_unknown(probe: ClauseProbe) -> None:
    """A delete of a name that does not exist is refused as `not-found`."""
    await probe.refused(probe.delete(probe.name()), Code.NOT_FOUND)


async def create_again(probe: ClauseProbe) -> None:
    """A name can be created again once its share was deleted, and the new share has the new size."""
    made = await probe.make(probe.create(size=probe.parameters.larger))
    larger = (await probe.there(made.name)).size
    await probe.done(probe.delete(made.name))
    await probe.done(again := probe.create(made.name))
    share = await probe.there(made.name)
    if not again.size <= share.size < larger:
        raise Violation(f"{again.size} bytes were asked for, and show has {share.size}")


async def others_untouched(probe: ClauseProbe) -> None:
    """A command changes the share that it names and no other, be the names ever so alike."""
    name = probe.name()
    other = probe.create(probe.adopt(f"{name}-x"))
    await probe.make(probe.create(name))
    await probe.make(other)
    before = await probe.there(other.name)
    if probe.has(Verb.RESIZE):
        await probe.done(probe.resize(name))
    await probe.done(probe.delete(name))
    if (after := await probe.there(other.name)) != before:
        raise Violation(f"{other.name!r} was {before}, and is {after}")


def _words(capabilities: frozenset[str]) -> str:
    return ", ".join(sorted(capabilities)) or "none"


CLAUSES: tuple[Clause, ...] = (
    must("ping.answers", ping),
    must("capabilities.as-declared", capabilities),
    must("create.makes-the-share", creates),
    must("create.is-listed", create_is_listed),
    should("create.shows-its-request", create_tells_request),
    must("create.on-an-existing-name", create_on_existing),
    must("create.after-a-delete", create_again),
    must("show.of-an-unknown-name", show_unknown),
    must("show.changes-nothing", show_changes_nothing),
    must("resize.grows", grows),
    should("resize.shrinks", shrinks),
    must("resize.of-an-unknown-name", resize_unknown),
    must("delete.removes-the-share", deletes),
    must("delete.of-an-unknown-name", delete_unknown),
    must("command.leaves-other-shares", others_untouched),
)
