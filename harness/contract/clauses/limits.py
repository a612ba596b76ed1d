"""Clauses about what a connector bears: sessions and connections at their limits, slow and idle clients."""

import asyncio
from contextlib import AsyncExitStack

import asyncssh

from connector.codes import Code
from connector.operations import List, ListReply, Ping
from connector.outcomes import Done, Failed
from connector.values import replace
from harness.contract.clause import Clause, must
from harness.contract.expect import refused, reply_of
from harness.contract.findings import NotClaimed, TargetGone, Undecided, Violation
from harness.contract.probe import ClauseProbe
from harness.contract.wire import RawConnection, RawSession

__all__ = ["CLAUSES"]

_WINDOW = {"window": 64, "max_pktsize": 64}
"""So little that no reply fits into it: a session that nobody reads stays open."""


async def sessions(probe: ClauseProbe) -> None:
    """As many sessions as are declared can be open on one connection, and each gets its whole reply."""
    number = _declared(probe.limits.sessions, "sessions")
    await probe.make()
    async with probe.raw() as connection:
        held = [await _held(probe, connection, each) for each in range(number)]
        for session in held:
            await _whole(probe, session)


async def sessions_beyond(probe: ClauseProbe) -> None:
    """A session beyond the declared number is refused before its command, and the others go on."""
    number, create = _declared(probe.limits.sessions, "sessions"), probe.create()
    await probe.make()
    async with probe.raw() as connection:
        held = [await _held(probe, connection, each) for each in range(number)]
        try:
            await connection.start(probe.line(create))
        except asyncssh.ChannelOpenError:
            probe.note("one session more was refused")
        else:
            raise Violation(f"{number} sessions are declared, and one more was opened")
        for session in held:
            await _whole(probe, session)
        await probe.gone(create.name)


async def sessions_again(probe: ClauseProbe) -> None:
    """A connection takes new sessions after earlier ones have ended, far more than may be open at once."""
    async with probe.raw() as connection:
        for number in range(3 * (probe.limits.sessions or probe.parameters.repeats)):
            try:
                reply = await connection.run(probe.line(Ping()))
            except asyncssh.ChannelOpenError as error:
                raise Violation(
                    f"after {number} sessions that have ended, one more is refused: {error.reason}"
                ) from error
            reply_of(Ping(), probe.read(Ping(), reply))


async def connections(probe: ClauseProbe) -> None:
    """As many connections as are declared can be open at once, and each is answered."""
    number = _declared(probe.limits.connections, "connections") - probe.pool
    async with probe.connectors(number) as connectors:
        for index, each in enumerate(connectors, start=1):
            outcome = await probe.ask(Ping(), via=each)
            if isinstance(outcome, Failed):
                raise Violation(f"{number + probe.pool} connections are declared, and {index + probe.pool} are refused")
            reply_of(Ping(), outcome)


async def connections_beyond(probe: ClauseProbe) -> None:
    """Connections beyond the declared number are refused, the others go on, and one is let in when others have left."""
    number = _declared(probe.limits.connections, "connections")
    async with probe.connectors(number) as connectors:
        outcomes = [await probe.ask(Ping(), via=each) for each in connectors]
        async with probe.connectors(1) as (more,):
            if isinstance(await probe.ask(Ping(), via=more), Done):
                raise Violation(f"{number} connections are declared, and more were let in")
        for each, before in zip(connectors, outcomes, strict=True):
            if isinstance(before, Done) and not isinstance(await probe.ask(Ping(), via=each), Done):
                raise Violation("a connection that was let in was lost when others were refused")
    await asyncio.sleep(0.1)
    async with probe.connectors(1) as (fresh,):
        if not isinstance(await probe.ask(Ping(), via=fresh), Done):
            raise Violation("no connection is let in though all others have left")


async def connections_again(probe: ClauseProbe) -> None:
    """Connections that have ended in good order are not counted any more, however many there were."""
    for number in range(3 * probe.parameters.repeats):
        async with probe.connectors(1) as (fresh,):
            outcome = await probe.ask(Ping(), via=fresh)
        if isinstance(outcome, Failed):
            raise Violation(f"after {number} connections that have ended, one more is refused: {outcome.message}")
        reply_of(Ping(), outcome)


async def commands(probe: ClauseProbe) -> None:
    """Commands beyond what is served at once wait or are refused as `busy`, and a refused one has no effect."""
    asked = [probe.create() for _ in range(3 * probe.parameters.repeats)]
    patience = replace(probe.target.deadlines, channel=probe.parameters.clause)  # they wait for each other's sessions
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(probe.ask(each, deadlines=patience, patient=False)) for each in asked]
    for request, task in zip(asked, tasks, strict=True):
        outcome, share = task.result(), await probe.find(request.name)
        if isinstance(outcome, Failed):
            refused(request, outcome, Code.BUSY)
        else:
            reply_of(request, outcome)
        if isinstance(outcome, Done) != (share is not None):
            raise Violation(f"{request.name!r} was answered {outcome}, and show has {share}")


async def slow_reader(probe: ClauseProbe) -> None:
    """A client that reads slowly gets its whole reply, and holds up nobody else."""
    for _ in range(3):
        await probe.make()
    async with probe.raw() as connection, probe.connectors(1) as (other,):
        session = await _held(probe, connection, 0)
        reply_of(Ping(), await probe.ask(Ping(), via=other))
        await asyncio.sleep(min(1.0, probe.limits.idle))
        reply_of(Ping(), await probe.ask(Ping(), via=other))
        await _whole(probe, session)


async def idle(probe: ClauseProbe) -> None:
    """A connection that was quiet for as long as is declared still takes commands."""
    async with probe.raw() as connection:
        for _ in range(2):
            try:
                reply = await connection.run(probe.line(Ping()))
            except (asyncssh.Error, OSError) as error:
                raise Violation(f"after {probe.limits.idle:g} s the connection was lost: {error}") from error
            reply_of(Ping(), probe.read(Ping(), reply))
            await asyncio.sleep(probe.limits.idle)


async def idle_others(probe: ClauseProbe) -> None:
    """Clients that have logged in and ask nothing hold up nobody."""
    async with AsyncExitStack() as stack:
        for number in range(5):
            try:
                await stack.enter_async_context(probe.raw())
            except TargetGone as error:
                raise Violation(f"with {number} idle clients, another one is refused: {error}") from error
        async with probe.connectors(1) as (fresh,):
            outcome = await probe.ask(Ping(), via=fresh)
    if isinstance(outcome, Failed):
        raise Violation(f"with five idle clients, another one is refused: {outcome.message}")
    reply_of(Ping(), outcome)


async def share_size(probe: ClauseProbe) -> None:
    """A share of more than the declared size is refused for certain, and is not made."""
    create = probe.create(size=_declared(probe.limits.share_size, "share_size") + 1)
    await probe.refused(create, Code.QUOTA, Code.INVALID, Code.FULL)
    await probe.gone(create.name)


async def _held(probe: ClauseProbe, connection: RawConnection, number: int) -> RawSession:
    try:
        return await connection.start(probe.line(List()), held=True, **_WINDOW)
    except asyncssh.ChannelOpenError as error:
        raise Violation(f"with {number} sessions open, one more is refused: {error.reason}") from error


async def _whole(probe: ClauseProbe, session: RawSession) -> None:
    session.resume()
    try:
        reply = await session.reply(probe.target.deadlines.command)
    except TimeoutError as error:
        raise Undecided("the reply to a session that was held up did not come to its end") from error
    answer = reply_of(List(), probe.read(List(), reply))
    assert isinstance(answer, ListReply)
    if not any(probe.is_ours(share.name) for share in answer.shares):
        raise Violation("a reply that was read late does not have all shares")


def _declared(limit: int | None, key: str) -> int:
    if limit is None:
        raise NotClaimed(f"limits.{key} is not declared")
    return limit


CLAUSES: tuple[Clause, ...] = (
    must("limit.sessions", sessions, ambiguous=True, alone=True),
    must("limit.sessions-beyond", sessions_beyond, ambiguous=True, alone=True),
    must("limit.sessions-that-ended", sessions_again, ambiguous=True, alone=True),
    must("limit.connections", connections, ambiguous=True, alone=True),
    must("limit.connections-beyond", connections_beyond, ambiguous=True, alone=True),
    must("limit.connections-that-ended", connections_again, ambiguous=True, alone=True),
    must("limit.commands", commands, ambiguous=True, alone=True),
    must("limit.slow-reader", slow_reader, ambiguous=True),
    must("limit.idle-connection", idle, ambiguous=True),
    must("limit.idle-clients", idle_others, ambiguous=True, alone=True),
    must("limit.share-size", share_size),
)
