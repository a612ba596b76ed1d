"""An SSH server on this machine, which any client can log in to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from connector.atomic_file import create_private
from connector.pooled.stops import CallStopped
from harness.errors import WorldError
from harness.tape.device import Device, DeviceLogin, wait_closed
from harness.tape.redaction import Redactor

__all__ = ["HOST", "FrontLogin", "TapeFront", "host_key_of", "open_front"]

HOST = "127.0.0.1"
_DISCONNECT_BY_APPLICATION = 11

NewSession = Callable[["FrontLogin"], "asyncssh.SSHServerSession[bytes]"]


class FrontLogin(asyncssh.SSHServer):
    """One connection of a client. number: which one, from 1. device: None: everybody is let in.

    session: what serves each of its sessions. on_problem: called with what nobody else is told.
    """

    def __init__(
        self,
        number: int,
        device: Device | None,
        redactor: Redactor,
        session: NewSession,
        on_problem: Callable[[str], None],
    ) -> None:
        self.number = number
        self._device = device
        self._redactor = redactor
        self._session = session
        self._on_problem = on_problem
        self._connection: asyncssh.SSHServerConnection
        self._when_closed: Callable[[FrontLogin], object] = lambda closed: None
        self.login = None if device is None else DeviceLogin(device, self._device_lost)

    def watch(self, when_closed: "Callable[[FrontLogin], object]") -> None:
        """when_closed: called once the connection is."""
        self._when_closed = when_closed

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def connection_lost(self, exc: Exception | None) -> None:
        if self.login is not None:
            self.login.close()
        self._when_closed(self)

    async def end(self) -> None:
        """Close the connection, and the one to the device."""
        self._connection.close()
        await wait_closed(self._connection)
        if self.login is not None:
            await self.login.closed()

    def begin_auth(self, username: str) -> bool:
        if self._device is None:
            return False
        if username != self._device.target.username:
            self._connection.send_auth_banner(f"spoolproof tape: log in as {self._device.target.username}\r\n")
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._device is not None and username == self._device.target.username and self._device.takes(key)

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """It is tried on the device itself."""
        assert self.login is not None
        assert self._device is not None
        self._redactor.add("password", password)
        if username != self._device.target.username:
            return False
        try:
            return await self.login.takes_password(password)
        except CallStopped as stopped:
            self._on_problem(stopped.message)
            self._connection.send_auth_banner(f"spoolproof tape: {stopped.message}\r\n")
            return False

    def session_requested(self) -> "asyncssh.SSHServerSession[bytes]":
        return self._session(self)

    def _device_lost(self) -> None:
        self._connection.disconnect(_DISCONNECT_BY_APPLICATION, "the device ended the connection")


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeFront:
    """Where clients log in. known_hosts: a line for their file of host keys."""

    port: int
    fingerprint: str
    known_hosts: str


@asynccontextmanager
async def open_front(
    new_login: Callable[[], FrontLogin], *, port: int, host_key: asyncssh.SSHKey
) -> AsyncIterator[TapeFront]:
    """On the loopback interface only; at the end all connections are closed. Raises `WorldError` for a taken port."""
    logins: dict[FrontLogin, None] = {}

    def factory() -> FrontLogin:
        login = new_login()
        login.watch(lambda closed: logins.pop(closed, None))
        logins[login] = None
        return login

    try:
        listener = await asyncssh.listen(
            HOST,
            port,
            server_factory=factory,
            server_host_keys=[host_key],
            config=[],
            encoding=None,
            line_editor=False,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            gss_host=None,
            keepalive_interval=0,
        )
    except OSError as error:
        raise WorldError(f"port {port}: cannot be listened on: {error.strerror}") from error
    async with listener:
        found = listener.get_port()
        public = host_key.export_public_key().decode().strip()
        try:
            yield TapeFront(
                port=found, fingerprint=host_key.get_fingerprint(), known_hosts=f"[{HOST}]:{found} {public}\n"
            )
        finally:
            listener.close()
            for login in list(logins):
                await login.end()


def host_key_of(path: Path | None) -> asyncssh.SSHKey:
    """Of a file, which is made where it is not there; None: a new one. Raises `WorldError`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    if path is None:
        return key
    try:
        create_private(path, key.export_private_key())
        return asyncssh.read_private_key(path)
    except OSError as error:
        raise WorldError(f"{path}: cannot be used: {error.strerror}") from error
    except asyncssh.KeyImportError as error:
        raise WorldError(f"{path}: is not a private key without a passphrase: {error}") from error
