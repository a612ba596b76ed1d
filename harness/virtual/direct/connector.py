"""Performs commands by calling a cluster's model: same pool, same phases, same outcomes as over SSH."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from connector.codes import Code
from connector.dialects import supports
from connector.dialects.reduction import reduce
from connector.errors import CommandError, ReplyError
from connector.operations import Mutation, Request
from connector.outcomes import Done, Outcome, refusal
from connector.protocol import REPLY_LIMIT, Deadlines, Refusal, WireReply
from connector.sites import Site
from connector.ssh.pool import Pool
from connector.ssh.stops import CallStopped, ConnectionGone, stopped_by
from harness.virtual.direct.call import Answer
from harness.virtual.direct.front import DirectFront
from harness.virtual.direct.link import DirectLink
from harness.virtual.hosts import current_host

__all__ = ["DirectConnector"]

_LONGEST_WORD = 255
_WORDS = ("name", "mark", "snapshot", "client")


class DirectConnector:
    """A `connector.protocol.Connector` for one cluster, opened and used by one host. See `connector.ssh.SshConnector`.

    A request and its answer are spelled and read only where spelling matters: a dialect keeps what it carries.
    """

    def __init__(self, front: DirectFront, *, connections: int, sessions: int) -> None:
        self._front = front
        self._dialect = front.dialect
        self._sessions = sessions
        self._pool: Pool[DirectLink] = Pool(self._open, connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """Never raises for what a cluster or a network can do."""
        dialect = self._dialect
        if not supports(request.verb, dialect.capabilities):
            message = f"the dialect {dialect.name} has no {request.verb}"
            return refusal(Code.UNSUPPORTED, Site.CONNECTOR_EXEC, message, sent=False)
        if not _plain(request):
            try:
                dialect.command(request)
            except CommandError as error:
                return refusal(Code.INVALID, Site.CONNECTOR_EXEC, str(error), sent=False)
        try:
            answer = await self._call(reduce(request, dialect.capabilities), deadlines)
        except CallStopped as stopped:
            return stopped.outcome
        return self._outcome(request, answer)

    async def _call(self, request: Request, deadlines: Deadlines) -> Answer:
        """Run the command. A kept connection that turns out to be of no use is replaced: nothing was sent on it."""
        loop = asyncio.get_running_loop()
        patience = deadlines.channel
        while True:
            grant = await self._pool.take(deadlines, patience)
            patience -= grant.waited
            began = loop.time()
            try:
                return await grant.link.run(request, deadlines, patience, REPLY_LIMIT)
            except ConnectionGone:
                if grant.fresh:
                    raise
                patience -= loop.time() - began

    def _outcome(self, request: Request, answer: Answer) -> Outcome:
        if isinstance(answer, WireReply):
            try:
                answer = self._dialect.reply(request.verb, answer)
            except ReplyError as error:
                return refusal(Code.UNREADABLE, Site.CONNECTOR_REPLY, str(error), sent=True)
        if isinstance(answer, Refusal):
            return refusal(answer.code, Site.CONNECTOR_EXEC, answer.message, sent=True)
        return Done(reply=answer)

    async def _open(self, deadlines: Deadlines, changed: Callable[[], None]) -> DirectLink:
        here = current_host()
        try:
            if self._front.partitions.blocked(here.name, self._front.host.name):
                await self._meet(here.name, deadlines.connect)
            connection = self._front.dial(here)
        except OSError as error:
            raise stopped_by(error, Site.SSH_CONNECT, sent=False) from error
        await connection.log_in(deadlines.login)
        return DirectLink(connection, self._sessions, changed)

    async def _meet(self, here: str, seconds: float) -> None:
        """Until the partition between here and the cluster heals. Raises `CallStopped`."""
        try:
            await self._front.partitions.wait_connect(here, self._front.host.name, seconds)
        except TimeoutError as error:
            message = f"no connection within {seconds:g} s"
            raise CallStopped(Code.TIMEOUT, Site.SSH_CONNECT, message, sent=False) from error


def _plain(request: Request) -> bool:
    """Whether any dialect can spell it: words that print, and are no longer than a share's name may be."""
    words = [getattr(request, word, None) for word in _WORDS]
    if isinstance(request, Mutation):
        words.append(request.stamp.request_id)
    return all(word is None or (len(word) <= _LONGEST_WORD and word.isprintable()) for word in words)
