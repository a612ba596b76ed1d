"""One connection of a pool, and the places for sessions on it: `connector.ssh.link` without asyncssh."""

from collections.abc import Callable

from connector.codes import Code
from connector.operations import Request
from connector.protocol import Deadlines
from connector.sites import Site
from connector.ssh.stops import CallStopped, ConnectionGone
from harness.virtual.direct.call import Answer, DirectCall
from harness.virtual.direct.connection import DirectConnection

__all__ = ["DirectLink"]


class DirectLink:
    """A place is free when its channel is closed. `changed`: called when a place or the link may have become free."""

    def __init__(self, connection: DirectConnection, sessions: int, changed: Callable[[], None]) -> None:
        self._connection = connection
        self._sessions = sessions
        self._changed = changed
        self._abandoned = False
        self._retired = False
        self.busy = 0
        connection.when_lost = changed

    @property
    def lost(self) -> bool:
        return self._connection.lost

    @property
    def free(self) -> bool:
        return not self.lost and not self._retired and self.busy < self._sessions

    def occupy(self) -> None:
        self.busy += 1

    def vacate(self) -> None:
        self.busy -= 1
        self._settle()

    async def close(self) -> None:
        self._connection.close()

    async def run(self, request: Request, deadlines: Deadlines, patience: float, limit: int) -> Answer:
        """Run a command in the place that is occupied. Raises `CallStopped`.

        patience: what is left of the channel deadline, in seconds. limit: bytes of reply.
        """
        call = DirectCall(self._connection, request, deadlines, limit=limit)
        try:
            call.begin(patience)
            await call.finished
            return call.result()
        except CallStopped as stopped:
            raise self._judged(stopped) from None
        finally:
            self._leave(call)

    def _judged(self, stopped: CallStopped) -> CallStopped:
        """A refusal where a command was given up on this connection may mean this connection alone."""
        turned_away = stopped.code is Code.REFUSED and stopped.site is Site.SSH_CHANNEL
        if self._abandoned and turned_away and not isinstance(stopped, ConnectionGone):
            stopped = ConnectionGone(stopped.code, stopped.site, stopped.message, sent=False)
        self._retired = self._retired or isinstance(stopped, ConnectionGone)
        return stopped

    def _leave(self, call: DirectCall) -> None:
        """Give the place back; an open that nobody waits for any more could not be closed, and spoils the link."""
        if not call.closed:
            if call.opened:
                self._abandoned = self._abandoned or not call.turned_away
                call.abandon()
            else:
                self._retired = True
                call.closed = True
        self.vacate()

    def _settle(self) -> None:
        if self._retired and not self.busy and not self.lost:
            self._connection.close()
        self._changed()
