"""From an address to an authenticated connection, with a deadline for TCP and one for the login."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines
from connector.sites import Site
from connector.ssh.stops import stopped_by
from connector.targets import Target

__all__ = ["ClientLogin", "log_in"]

_WAITED_FOR = {Site.SSH_BANNER: "banner", Site.SSH_KEX: "key exchange", Site.SSH_AUTH: "answer to the login"}


class ClientLogin(asyncssh.SSHClient):
    """What asyncssh tells of one connection: how far it got, and when it is over.

    pinned: the fingerprints of the only host keys to trust; none where known_hosts decides. times: seconds that each
    phase took, of a login that is timed.
    """

    def __init__(self, pinned: tuple[str, ...]) -> None:
        self._pinned = pinned
        self.times: dict[Site, float] = {}
        self._shown: str | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self.cause: Exception | None = None
        self.when_lost: Callable[[], None] | None = None

    @property
    def site(self) -> Site:
        """What is under way."""
        connection = self._connection
        if connection is None or connection.get_extra_info("server_version") is None:
            return Site.SSH_BANNER
        return Site.SSH_KEX if connection.get_extra_info("recv_cipher") is None else Site.SSH_AUTH

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self._shown = key.get_fingerprint()
        return self._shown in self._pinned

    def auth_completed(self) -> None:
        self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.cause = exc
        self._finish()
        if self.when_lost is not None:
            self.when_lost()

    def failure(self) -> CallStopped:
        """Why the login came to nothing, once the connection is lost."""
        if isinstance(self.cause, asyncssh.HostKeyNotVerifiable) and self._shown is not None and self._pinned:
            message = f"the host key {self._shown} is not the pinned {' or '.join(self._pinned)}"
            return CallStopped(Code.UNTRUSTED, Site.SSH_KEX, message, sent=False)
        proven = self._connection is None or self._connection.get_server_host_key() is None
        if isinstance(self.cause, asyncssh.KeyExchangeFailed) and not proven:
            message = f"the server did not prove that it has its host key: {self.cause.reason}"
            return CallStopped(Code.UNTRUSTED, Site.SSH_KEX, message, sent=False)
        return stopped_by(self.cause, self.site, sent=False)

    def _finish(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)


class _TimedLogin(asyncio.Protocol):
    """Hands all on to a connection of asyncssh, and looks after each piece of data how far its login is."""

    def __init__(self, connection: asyncssh.SSHClientConnection, login: ClientLogin, began: float) -> None:
        self.connection = connection
        self._login = login
        self._loop = asyncio.get_running_loop()
        self._since = began
        self._site: Site | None = Site.SSH_CONNECT
        login.finished.add_done_callback(lambda finished: self._reached(None))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._reached(Site.SSH_BANNER)
        self.connection.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self.connection.data_received(data)
        if self._site is not None and not self._login.finished.done():
            self._reached(self._login.site)

    def eof_received(self) -> None:
        self.connection.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.connection.connection_lost(exc)

    def pause_writing(self) -> None:
        self.connection.pause_writing()

    def resume_writing(self) -> None:
        self.connection.resume_writing()

    def _reached(self, site: Site | None) -> None:
        if self._site is not None and site is not self._site:
            now = self._loop.time()
            self._login.times[self._site] = now - self._since
            self._site, self._since = site, now


async def log_in(
    options: asyncssh.SSHClientConnectionOptions, target: Target, deadlines: Deadlines, *, timed: bool = False
) -> tuple[asyncssh.SSHClientConnection, ClientLogin]:
    """Raises `CallStopped`. The caller closes the connection. timed: the login says how long each phase took."""
    login = ClientLogin(target.pinned)
    own = asyncssh.SSHClientConnectionOptions(options, client_factory=lambda: login)
    connection = await _connect(own, target, deadlines.connect, login if timed else None)
    try:
        async with asyncio.timeout(deadlines.login):
            await login.finished
        if login.lost:
            raise login.failure()
    except TimeoutError as error:
        site = login.site
        connection.abort()
        message = f"no {_WAITED_FOR[site]} within {deadlines.login:g} s"
        raise CallStopped(Code.TIMEOUT, site, message, sent=False) from error
    except asyncio.CancelledError:
        connection.abort()
        raise
    return connection, login


async def _connect(
    options: asyncssh.SSHClientConnectionOptions, target: Target, seconds: float, timed: ClientLogin | None
) -> asyncssh.SSHClientConnection:
    """The connection before its first byte: `asyncssh.connect` would have one deadline for all, and a thread."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    def protocol() -> asyncssh.SSHClientConnection | _TimedLogin:
        connection = asyncssh.SSHClientConnection(loop, options)
        return connection if timed is None else _TimedLogin(connection, timed, began)

    try:
        async with asyncio.timeout(seconds):
            _, made = await loop.create_connection(protocol, target.host, target.port)
    except TimeoutError as error:
        message = f"no TCP connection to {target.host}:{target.port} within {seconds:g} s"
        raise CallStopped(Code.TIMEOUT, Site.SSH_CONNECT, message, sent=False) from error
    except OSError as error:
        raise stopped_by(error, Site.SSH_CONNECT, sent=False) from error
    return made.connection if isinstance(made, _TimedLogin) else made
