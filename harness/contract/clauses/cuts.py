"""Clauses about clients that go away: at each phase of a connection, in the middle of a command, before its reply."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import asyncssh

from connector.codes import Code
from connector.operations import List, Mutation, Ping, ShareView
from connector.outcomes import Done, Failed
from harness.contract.clause import Clause, must
from harness.contract.expect import reply_of, unexpected
from harness.contract.findings import NotClaimed, TargetGone, Violation
from harness.contract.probe import ClauseProbe
from harness.contract.target import AfterTimeout

__all__ = ["CLAUSES"]

_VERSION = b"SSH-2.0-spoolproof_contract\r\n"
_HALF_PACKET = b"\x00\x00\x01\x00\x08\x14"
"""How a key exchange begins, and no more."""


async def before_login(probe: ClauseProbe) -> None:
    """Clients that leave before, within or after the banners and the key exchange hold up nobody."""
    for sent, reads in ((b"", False), (b"", True), (_VERSION, True), (_VERSION + _HALF_PACKET, True)):
        await _often(probe, partial(_tcp, probe, sent, reads=reads))
    await _answers(probe)


async def after_login(probe: ClauseProbe) -> None:
    """Clients that leave after the login hold up nobody."""

    async def once() -> None:
        async with probe.raw() as connection:
            connection.cut()

    await _often(probe, once)
    await _answers(probe)


async def with_a_session(probe: ClauseProbe) -> None:
    """Clients that leave while their session is open hold up nobody."""

    async def once() -> None:
        async with probe.raw() as connection:
            with suppress(asyncssh.Error):  # one without shells refuses it
                await connection.start(None)
            connection.cut()

    await _often(probe, once)
    await _answers(probe)


async def within_a_reply(probe: ClauseProbe) -> None:
    """Clients that leave in the middle of a reply hold up nobody."""
    await probe.make()

    async def once() -> None:
        async with probe.raw() as connection:
            session = await connection.start(probe.line(List()), window=64, max_pktsize=64)
            await session.began
            connection.cut()

    await _often(probe, once)
    await _answers(probe)


async def after_a_create(probe: ClauseProbe) -> None:
    """A create whose caller leaves at once makes a whole share or none."""
    for _ in range(3):
        await _given_up(probe, create := probe.create(), disconnect=True)
        await probe.settle()
        if await probe.find(create.name) is not None:
            await probe.there(create.name)


async def repeat_resolves(probe: ClauseProbe) -> None:
    """A create whose reply was lost is answered as done when it is repeated, and there is one share."""
    if not probe.carries_request_ids:
        raise NotClaimed("the dialect has no request ids")
    await _given_up(probe, create := probe.create(), disconnect=True)
    await probe.done(create)
    await probe.there(create.name)
    await probe.done(probe.delete(create.name))
    await probe.settle()
    await probe.gone(create.name)


async def delete_resolves(probe: ClauseProbe) -> None:
    """A delete whose reply was lost is done or `not-found` when it is repeated, and the share stays gone."""
    made = await probe.make()
    await _given_up(probe, delete := probe.delete(made.name), disconnect=True)
    await _done_or(probe, delete, Code.NOT_FOUND)
    await probe.settle()
    await probe.gone(made.name)


async def resize_resolves(probe: ClauseProbe) -> None:
    """A resize whose reply was lost is done when it is repeated, and the share has that size."""
    made = await probe.make()
    await _given_up(probe, resize := probe.resize(made.name), disconnect=True)
    await probe.done(resize)
    await probe.settle()
    if (share := await probe.there(made.name)).size < resize.size:
        raise Violation(f"{resize.size} bytes were asked for, and show has {share.size}")


async def create_settles(probe: ClauseProbe) -> None:
    """A create that its caller gave up takes effect before the fence or never."""
    create = probe.create()
    await _settles(probe, create, lambda: probe.find(create.name))


async def resize_settles(probe: ClauseProbe) -> None:
    """A resize that its caller gave up takes effect before the fence or never."""
    made = await probe.make()
    await _settles(probe, probe.resize(made.name), lambda: probe.there(made.name))


async def delete_settles(probe: ClauseProbe) -> None:
    """A delete that its caller gave up takes effect before the fence or never."""
    made = await probe.make()
    await _settles(probe, probe.delete(made.name), lambda: probe.find(made.name))


async def overtaken(probe: ClauseProbe) -> None:
    """A create that its caller gave up does not come back after a delete that was answered past its fence."""
    await _given_up(probe, create := probe.create(), disconnect=False)
    await probe.settle()
    await _done_or(probe, probe.delete(create.name), Code.NOT_FOUND)
    await probe.settle()
    await probe.gone(create.name)


async def as_declared(probe: ClauseProbe) -> None:
    """A command whose caller has gone finishes or stops, as the target declares."""
    creates = [probe.create() for _ in range(5)]
    for create in creates:
        await _given_up(probe, create, disconnect=False)
    await probe.settle()
    made = sum([await probe.find(create.name) is not None for create in creates])
    seen = {0: AfterTimeout.STOPS, len(creates): AfterTimeout.FINISHES}.get(made)
    words = f"{made} of {len(creates)} creates that were given up took effect"
    probe.observe("after a timeout", f"{seen or 'either'}: {words}")
    if probe.target.after_timeout is None:
        raise NotClaimed(f"nothing is declared about it; seen: {words}")
    if seen is not probe.target.after_timeout:
        raise Violation(f"{probe.target.after_timeout} is declared, and {words}")


async def _settles(probe: ClauseProbe, request: Mutation, look: Callable[[], Awaitable[ShareView | None]]) -> None:
    await _given_up(probe, request, disconnect=False)
    await probe.settle()
    at_fence = await look()
    await probe.settle()
    if (later := await look()) != at_fence:
        raise Violation(f"at the fence it was {at_fence}, and later {later}")


async def _given_up(probe: ClauseProbe, request: Mutation, *, disconnect: bool) -> None:
    """Send a command and go, without waiting for its reply."""
    async with probe.raw() as connection:
        session = await connection.start(probe.line(request))
        probe.note(f"{request.verb} {request.name!r} sent, and {'disconnected' if disconnect else 'given up'}")
        if disconnect:
            connection.cut()
        elif session.channel is not None:
            session.channel.abort()


async def _done_or(probe: ClauseProbe, request: Mutation, code: Code) -> None:
    outcome = await probe.ask(request)
    if not isinstance(outcome, Done) and not (isinstance(outcome, Failed) and outcome.code is code):
        unexpected(request, outcome, f"it has to be done, or refused as {code}")


async def _often(probe: ClauseProbe, once: Callable[[], Awaitable[None]]) -> None:
    for _ in range(probe.parameters.repeats + 2):
        with suppress(TargetGone):  # what holds up others shows at the end
            await once()


async def _tcp(probe: ClauseProbe, sent: bytes, *, reads: bool) -> None:
    where, seconds = probe.target.target, probe.target.deadlines.connect
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(where.host, where.port)
            if reads:
                await reader.readline()
            writer.write(sent)
            await writer.drain()
            writer.close()
    except (OSError, TimeoutError) as error:
        raise TargetGone(str(error)) from error


async def _answers(probe: ClauseProbe) -> None:
    """A new connection is let in and answered."""
    async with probe.connectors(1) as (fresh,):
        outcome = await probe.ask(Ping(), via=fresh)
    if isinstance(outcome, Failed):
        raise Violation(f"afterwards a new client is not let in: {outcome.message}")
    reply_of(Ping(), outcome)


CLAUSES: tuple[Clause, ...] = (
    must("leave.before-the-login", before_login, ambiguous=True, alone=True),
    must("leave.after-the-login", after_login, ambiguous=True, alone=True),
    must("leave.with-an-open-session", with_a_session, ambiguous=True, alone=True),
    must("leave.within-a-reply", within_a_reply, ambiguous=True, alone=True),
    must("leave.after-a-create", after_a_create, ambiguous=True),
    must("lost-reply.of-a-create", repeat_resolves, ambiguous=True),
    must("lost-reply.of-a-delete", delete_resolves, ambiguous=True),
    must("lost-reply.of-a-resize", resize_resolves, ambiguous=True),
    must("timeout.create-settles", create_settles, ambiguous=True),
    must("timeout.resize-settles", resize_settles, ambiguous=True),
    must("timeout.delete-settles", delete_settles, ambiguous=True),
    must("timeout.delete-past-the-fence", overtaken, ambiguous=True),
    must("timeout.finishes-or-stops", as_declared, ambiguous=True),
)
