"""One command over a pool of connections, from its request to its outcome."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from connector.codes import Code
from connector.dialects import supports
from connector.errors import CommandError, ReplyError
from connector.operations import Request, Verb
from connector.outcomes import Done, Outcome, refusal
from connector.pooled.link import Answer, Link
from connector.pooled.pool import Opener, Pool
from connector.pooled.stops import CallStopped, ConnectionGone
from connector.protocol import REPLY_LIMIT, Deadlines, Dialect, Refusal, WireReply
from connector.sites import Site

__all__ = ["PooledConnector"]

S = TypeVar("S")


class PooledConnector(Generic[S]):
    """A `connector.protocol.Connector`. An async context manager: leaving it ends its connections.

    spell: makes of a request what is sent, once it is known that the dialect has the verb; raises `CommandError`.
    open_link, connections: of the pool. reply_limit: bytes of one reply, standard output and error together.

    Waiting for a free session counts against the channel deadline, since nothing has been sent by then, so that no call
    takes longer than `Deadlines.total`. Every stop before the command goes out is definite; after it, all is unknown
    but what the connector itself says.
    """

    def __init__(
        self,
        dialect: Dialect,
        *,
        spell: Callable[[Request], S],
        open_link: Opener[Link[S]],
        connections: int,
        reply_limit: int = REPLY_LIMIT,
    ) -> None:
        assert connections > 0
        self.dialect = dialect
        self._spell = spell
        self._reply_limit = reply_limit
        self._pool: Pool[Link[S]] = Pool(open_link, connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """Never raises for what a cluster or a network can do."""
        if not supports(request.verb, self.dialect.capabilities):
            message = f"the dialect {self.dialect.name} has no {request.verb}"
            return refusal(Code.UNSUPPORTED, Site.CONNECTOR_EXEC, message, sent=False)
        try:
            command = self._spell(request)
        except CommandError as error:
            return refusal(Code.INVALID, Site.CONNECTOR_EXEC, str(error), sent=False)
        try:
            answer = await self._call(command, deadlines)
        except CallStopped as stopped:
            return stopped.outcome
        return self._outcome(request.verb, answer)

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

    def _outcome(self, verb: Verb, answer: Answer) -> Outcome:
        if isinstance(answer, WireReply):
            try:
                answer = self.dialect.reply(verb, answer)
            except ReplyError as error:
                return refusal(Code.UNREADABLE, Site.CONNECTOR_REPLY, str(error), sent=True)
        if isinstance(answer, Refusal):
            return refusal(answer.code, Site.CONNECTOR_EXEC, answer.message, sent=True)
        return Done(reply=answer)
