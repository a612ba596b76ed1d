"""The SSH client: a `connector.protocol.Connector` over a pool of reused connections."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from connector.dialects import FileDialect, Talk, load_dialect
from connector.pooled.connector import PooledConnector
from connector.pooled.link import Answer, Link
from connector.protocol import REPLY_LIMIT, Deadlines
from connector.ssh.link import SshLink
from connector.ssh.login import log_in
from connector.ssh.shell_link import ShellLink
from connector.ssh.trust import options_of
from connector.targets import Target

__all__ = ["SshConnector", "open_pool"]


class SshConnector(PooledConnector[str]):
    """Performs commands on one cluster; see `PooledConnector`.

    connections, sessions: at most so many connections, with so many sessions on each. Keep `sessions` two below the
    server's own limit (sshd: MaxSessions, 10): it still counts a session for a moment after that was closed.
    timed: replies say how long they took, for `watch`.
    """

    def __init__(
        self,
        target: Target,
        dialect: FileDialect,
        *,
        connections: int = 4,
        sessions: int = 8,
        reply_limit: int = REPLY_LIMIT,
        watch: Callable[[Talk, Answer], None] = lambda talk, answer: None,
        timed: bool = False,
    ) -> None:
        """Raises `TargetError` where the target does not say whom to trust, or names a file that is not one."""
        assert sessions > 0
        super().__init__(
            dialect,
            spell=_line,
            open_link=self._open,
            connections=connections,
            reply_limit=reply_limit,
            watch=watch,
        )
        self.target = target
        self._options = options_of(target)
        self._sessions = sessions
        self._timed = timed

    async def _open(self, deadlines: Deadlines, changed: Callable[[], None]) -> Link[str]:
        connection, login = await log_in(self._options, self.target, deadlines)
        shell = self.dialect.shell
        if shell is None or shell.exec:
            return SshLink(
                connection, login, self._sessions, changed, statuses=self.dialect.statuses, timed=self._timed
            )
        return ShellLink(connection, login, shell, self._sessions, changed, timed=self._timed)


def _line(talk: Talk) -> str:
    return talk.line


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
