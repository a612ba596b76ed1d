"""One command over a pool of connections, from its request to its outcome."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from connector.codes import Code
from connector.dialects import FileDialect, Talk
from connector.errors import CommandError, ReplyError
from connector.operations import Capabilities, CapabilitiesReply, Delete, DoneReply, Reply, Request, Show
from connector.outcomes import Done, Outcome, refusal
from connector.pooled.link import Answer, Link
from connector.pooled.pool import Opener, Pool
from connector.pooled.stops import CallStopped, ConnectionGone
from connector.protocol import REPLY_LIMIT, Deadlines, Refusal
from connector.sites import Site
from connector.values import replace

__all__ = ["PooledConnector"]

S = TypeVar("S")


class PooledConnector(Generic[S]):
    """A `connector.protocol.Connector`. An async context manager: leaving it ends its connections.

    spell: makes of a command that is to be sent what is sent; raises `CommandError`.
    open_link, connections: of the pool. reply_limit: bytes of one reply, standard output and error together. watch:
    told of each command of an operation and what came back, before it is read.

    Waiting for a free session counts against the channel deadline, since nothing has been sent by then, so that no call
    takes longer than `Deadlines.total`. Every stop before the command goes out is definite; after it, all is unknown
    but what the connector itself says.
    """

    def __init__(
        self,
        dialect: FileDialect,
        *,
        spell: Callable[[Talk], S],
        open_link: Opener[Link[S]],
        connections: int,
        reply_limit: int = REPLY_LIMIT,
        watch: Callable[[Talk, Answer], None] = lambda talk, answer: None,
    ) -> None:
        assert connections > 0
        self.dialect = dialect
        self._spell = spell
        self._reply_limit = reply_limit
        self._watch = watch
        self._pool: Pool[Link[S]] = Pool(open_link, connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """Never raises for what a cluster or a network can do."""
        if not self.dialect.knows(request.verb):
            if isinstance(request, Capabilities):  # there is nothing to ask: its file says it
                return Done(reply=self._claimed(CapabilitiesReply(capabilities=self.dialect.capabilities)))
            message = f"the dialect {self.dialect.name} has no {request.verb}"
            return refusal(Code.UNSUPPORTED, Site.CONNECTOR_EXEC, message, sent=False)
        talk = self.dialect.talk(request)
        try:
            command = self._spell(talk)
        except CommandError as error:
            # What cannot be named cannot be there.
            code = Code.NOT_FOUND if isinstance(request, Show | Delete) else Code.INVALID
            return refusal(code, Site.CONNECTOR_EXEC, str(error), sent=False)
        try:
            heard = await self._call(command, deadlines)
            self._watch(talk, heard)
            answer = talk.heard(heard)
            if answer is None:
                answer = await self._go_on(talk, deadlines)
        except CallStopped as stopped:
            return stopped.outcome
        except ReplyError as error:
            return refusal(Code.UNREADABLE, Site.CONNECTOR_REPLY, str(error), sent=True)
        if isinstance(answer, Refusal):
            return refusal(answer.code, Site.CONNECTOR_EXEC, answer.message, sent=True)
        return Done(reply=self._claimed(answer) if isinstance(answer, CapabilitiesReply) else answer)

    def _claimed(self, reply: CapabilitiesReply) -> CapabilitiesReply:
        return replace(reply, marks_half_made=self.dialect.marks_half_made)

    async def _go_on(self, talk: Talk, deadlines: Deadlines) -> Reply | Refusal:
        """The further commands of an operation, within one deadline of a command for all of them together.

        Raises `CallStopped`, and `ReplyError`. Whatever stops a later command, the earlier ones have been sent.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + deadlines.command
        while True:
            if loop.time() + talk.pause >= ends_at:
                return _out_of_time(talk, deadlines)
            await asyncio.sleep(talk.pause)
            left = replace(deadlines, command=ends_at - loop.time())
            try:
                heard = await self._call(self._spell(talk), left)
            except CallStopped as stopped:
                raise CallStopped(stopped.code, stopped.site, stopped.message, sent=True) from stopped
            except CommandError as error:
                message = f"a later command of it cannot be written: {error}"
                raise CallStopped(Code.INTERNAL, Site.CONNECTOR_EXEC, message, sent=True) from error
            self._watch(talk, heard)
            answer = talk.heard(heard)
            if answer is not None:
                return answer

    async def _call(self, command: S, deadlines: Deadlines) -> Answer:
        """Run the command. A kept connection that turns out to be of no use is replaced: nothing was sent on it."""
        loop = asyncio.get_running_loop()
        patience = deadlines.channel
        while True:
            grant = await self._pool.take(deadlines, patience)
            patience -= grant.waited
            began = loop.time()
            try:
                return await grant.link.run(command, deadlines, patience, self._reply_limit)
            except ConnectionGone:
                if grant.fresh:
                    raise
                patience -= loop.time() - began


def _out_of_time(talk: Talk, deadlines: Deadlines) -> Reply:
    """A job that was accepted and still runs is no doubt of its command: how it ends shows on the cluster."""
    if talk.accepted:
        return DoneReply()
    message = f"not all commands within {deadlines.command:g} s"
    raise CallStopped(Code.TIMEOUT, Site.CONNECTOR_REPLY, message, sent=True)
