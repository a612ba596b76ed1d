"""One connection to a model in a pool."""

from collections.abc import Callable

from connector.codes import Code
from connector.dialects import ReadCommand
from connector.pooled.link import Answer, Link
from connector.pooled.stops import CallStopped, ConnectionGone
from connector.protocol import Deadlines
from connector.sites import Site
from harness.virtual.direct.call import DirectCall
from harness.virtual.direct.connection import DirectConnection
from harness.virtual.direct.shell import DirectShell

__all__ = ["DirectLink"]


class DirectLink(Link[ReadCommand | str]):
    """Hands commands to the model."""

    def __init__(self, connection: DirectConnection, sessions: int, changed: Callable[[], None]) -> None:
        super().__init__(sessions, changed)
        self._connection = connection
        dialect = connection.side.dialect
        self._personality = None if dialect.shell is None or dialect.shell.exec else dialect.shell
        self._shells: list[DirectShell] = []
        connection.when_lost = changed

    @property
    def lost(self) -> bool:
        return self._connection.lost

    async def close(self) -> None:
        self._connection.close()

    async def run(self, command: ReadCommand | str, deadlines: Deadlines, patience: float, limit: int) -> Answer:
        """See `Link.run`."""
        shell = self._shell()
        call = DirectCall(self._connection, command, deadlines, limit=limit, shell=shell)
        try:
            call.begin(patience)
            await call.finished
            return call.result()
        except CallStopped as stopped:
            raise self._note(self._judged(stopped)) from None
        finally:
            if shell is not None and shell.idle:
                self._shells.append(shell)
                self._connection.side.model.rest_channel(self._connection.number)
                self.vacate()
            else:
                self._leave(call, deadlines.channel)

    def _shell(self) -> DirectShell | None:
        """The shell for the next command, kept or new; None where commands are sent by exec."""
        if self._personality is None:
            return None
        if not self._shells:
            return DirectShell(personality=self._personality)
        self._connection.side.model.wake_channel(self._connection.number)
        shell = self._shells.pop()
        shell.idle = False
        return shell

    def _judged(self, stopped: CallStopped) -> CallStopped:
        """A refusal where a command was given up on this connection may mean this connection alone."""
        turned_away = stopped.code is Code.REFUSED and stopped.site is Site.SSH_CHANNEL
        if self._abandoned and turned_away and not isinstance(stopped, ConnectionGone):
            return ConnectionGone(stopped.code, stopped.site, stopped.message, sent=False)
        return stopped

    def _hang_up(self) -> None:
        self._connection.close()
