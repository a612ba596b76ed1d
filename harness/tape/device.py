"""The device behind a tape: one login for each login of a client."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines
from connector.sites import Site
from connector.ssh.login import log_in
from connector.ssh.trust import options_of
from connector.targets import Target
from connector.values import replace

__all__ = ["Device", "DeviceLogin", "wait_closed"]

_PATIENCE = 2.0
"""Seconds for the other side to end a connection in good order."""


class Device:
    """Where it is, and how this side logs in. Its own key or password, or the password that the client gives.

    authorized: public keys that clients may log in with where the device is logged in to with a key or a password of
    the target. Whoever has that key themselves may, too.
    """

    def __init__(self, target: Target, deadlines: Deadlines, authorized: tuple[asyncssh.SSHKey, ...]) -> None:
        options_of(target)  # what is wrong with it is said before anybody logs in
        self.target = target
        self._deadlines = deadlines
        self._authorized = {key.public_data for key in authorized}
        if target.client_key is not None:
            self._authorized.add(asyncssh.read_private_key(target.client_key).public_data)

    def takes(self, key: asyncssh.SSHKey) -> bool:
        """Whether a client may log in with it."""
        own = self.target.client_key is not None or self.target.password is not None
        return own and key.public_data in self._authorized

    async def log_in(self, password: str | None, when_lost: Callable[[], None]) -> asyncssh.SSHClientConnection:
        """password: of the client; None: as the target says. Raises `CallStopped`. The caller closes it."""
        target = self.target if password is None else replace(self.target, password=password, client_key=None)
        connection, login = await log_in(options_of(target), target, self._deadlines)
        login.when_lost = when_lost
        return connection


class DeviceLogin:
    """The login of one client, and the connection that is made for it, when it is first needed.

    when_lost: called when the device ends the connection.
    """

    def __init__(self, device: Device, when_lost: Callable[[], None]) -> None:
        self._device = device
        self._when_lost = when_lost
        self._lock = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._closed = False

    async def takes_password(self, password: str) -> bool:
        """Try it on the device. Raises `CallStopped` where that cannot be done."""
        try:
            await self.connection(password)
        except CallStopped as stopped:
            if stopped.site is Site.SSH_AUTH and stopped.code is Code.REFUSED:
                return False
            raise
        return True

    async def connection(self, password: str | None = None) -> asyncssh.SSHClientConnection:
        """Raises `CallStopped`."""
        async with self._lock:
            if self._connection is None:
                self._connection = await self._device.log_in(password, self._lost)
            return self._connection

    def close(self) -> None:
        self._closed = True
        if self._connection is not None:
            self._connection.close()

    async def closed(self) -> None:
        """Close it, and wait for that."""
        self.close()
        if self._connection is not None:
            await wait_closed(self._connection)

    def _lost(self) -> None:
        if not self._closed:
            self._when_lost()


async def wait_closed(connection: asyncssh.SSHClientConnection | asyncssh.SSHServerConnection) -> None:
    """Wait for it, and no longer than is polite."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await connection.wait_closed()
    except TimeoutError:
        connection.abort()
