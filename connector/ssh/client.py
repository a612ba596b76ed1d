"""The SSH client: a `connector.protocol.Connector` over a pool of reused connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

from connector.codes import Code
from connector.dialects import load_dialect, supports
from connector.errors import CommandError, ReplyError
from connector.operations import Request, Verb
from connector.outcomes import Done, Outcome, refusal
from connector.protocol import REPLY_LIMIT, Deadlines, Dialect, Refusal, WireReply
from connector.sites import Site
from connector.ssh.link import Link
from connector.ssh.login import log_in
from connector.ssh.pool import Pool
from connector.ssh.stops import CallStopped, ConnectionGone
from connector.ssh.trust import options_of
from connector.targets import Target

__all__ = ["SshConnector", "open_pool"]


class SshConnector:
    """Performs commands on one cluster. An async context manager: leaving it ends its connections.

    connections, sessions: at most so many connections, with so many sessions on each. Keep `sessions` two below the
    server's own limit (sshd: MaxSessions, 10): it still counts a session for a moment after that was closed.
    reply_limit: bytes of one reply, standard output and error together.

    Waiting for a free session counts against the channel deadline, since nothing has been sent by then, so that no call
    takes longer than `Deadlines.total`. Every stop before the command goes out is definite; after it, all is unknown
    but what the connector itself says.
    """

    def __init__(
        self,
        target: Target,
        dialect: Dialect,
        *,
        connections: int = 4,
        sessions: int = 8,
        reply_limit: int = REPLY_LIMIT,
    ) -> None:
        """Raises `TargetError` where the target does not say whom to trust, or names a file that is not one."""
        assert connections > 0
        assert sessions > 0
        self.target = target
        self.dialect = dialect
        self._options = options_of(target)
        self._sessions = sessions
        self._reply_limit = reply_limit
        self._pool: Pool[Link] = Pool(self._open, connections)

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
            line = self.dialect.command(request)
        except CommandError as error:
            return refusal(Code.INVALID, Site.CONNECTOR_EXEC, str(error), sent=False)
        try:
            wire = await self._call(line, deadlines)
        except CallStopped as stopped:
            return stopped.outcome
        return self._outcome(request.verb, wire)

    async def _call(self, line: str, deadlines: Deadlines) -> WireReply:
        """Run the command. A kept connection that turns out to be of no use is replaced: nothing was sent on it."""
        loop = asyncio.get_running_loop()
        patience = deadlines.channel
        while True:
            grant = await self._pool.take(deadlines, patience)
            patience -= grant.waited
            began = loop.time()
            try:
                return await grant.link.run(line, deadlines, patience, self._reply_limit)
            except ConnectionGone:
                if grant.fresh:
                    raise
                patience -= loop.time() - began

    def _outcome(self, verb: Verb, wire: WireReply) -> Outcome:
        try:
            answer = self.dialect.reply(verb, wire)
        except ReplyError as error:
            return refusal(Code.UNREADABLE, Site.CONNECTOR_REPLY, str(error), sent=True)
        if isinstance(answer, Refusal):
            return refusal(answer.code, Site.CONNECTOR_EXEC, answer.message, sent=True)
        return Done(reply=answer)

    async def _open(self, deadlines: Deadlines, changed: Callable[[], None]) -> Link:
        connection, login = await log_in(self._options, self.target, deadlines)
        return Link(connection, login, self._sessions, changed)


@asynccontextmanager
async def open_pool(
    targets: Iterable[Target], *, connections: int = 4, sessions: int = 8
) -> AsyncIterator[Mapping[str, SshConnector]]:
    """A connector per target, by its name, each with the dialect that the target names.

    Raises `TargetError` or `DialectError` before any connection is opened; connections open when they are first used.
    """
    made = [
        SshConnector(target, load_dialect(target.dialect), connections=connections, sessions=sessions)
        for target in targets
    ]
    async with AsyncExitStack() as stack:
        yield {one.target.name: await stack.enter_async_context(one) for one in made}
