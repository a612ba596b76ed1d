"""Small servers, each with one way to misbehave, and what they saw."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncssh

from connector.dialects import AskedCommand, load_dialect
from connector.operations import Ping, PingReply, Verb
from connector.outcomes import Outcome
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from connector.targets import Target

AMPLE = Deadlines(connect=30, login=30, channel=30, command=30)
NATIVE = load_dialect("native")
PONG = NATIVE.render(AskedCommand(verb=Verb.PING), PingReply()).stdout.encode()
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
OTHER_KEY = asyncssh.generate_private_key("ssh-ed25519")

Channel = asyncssh.SSHServerChannel[bytes]
OnExec = Callable[["ServerSession"], None]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(session: "ServerSession", data: bytes = PONG, status: int = 0) -> None:
    """What a healthy connector does."""
    session.channel.write(data)
    session.channel.exit(status)


@dataclass
class Seen:
    """What a server saw of its clients."""

    connections: int = 0
    open_connections: int = 0
    most_connections: int = 0
    open_sessions: dict[object, int] = field(default_factory=dict)
    most_sessions: int = 0
    commands: list[str] = field(default_factory=list)
    sessions: list["ServerSession"] = field(default_factory=list)
    servers: list["Server"] = field(default_factory=list)
    ciphers: list[str] = field(default_factory=list)


class ServerSession(asyncssh.SSHServerSession[bytes]):
    channel: Channel

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.command = ""

    def connection_made(self, chan: Channel) -> None:
        self.channel = chan
        seen, server = self.server.seen, self.server
        seen.open_sessions[server] = seen.open_sessions.get(server, 0) + 1
        seen.most_sessions = max(seen.most_sessions, seen.open_sessions[server])

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.seen.open_sessions[self.server] -= 1

    def exec_requested(self, command: str) -> bool:
        self.command = command
        self.server.seen.commands.append(command)
        self.server.seen.sessions.append(self)
        return self.server.manners.runs

    def session_started(self) -> None:
        self.server.manners.on_exec(self)

    def eof_received(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How a server behaves, where it is not as it should be.

    opens: whether sessions are opened, or what to wait for first. most_sessions: of one connection, counting those that
    were closed before their command was answered, as sshd counts the commands that run on.
    """

    on_exec: OnExec = answer
    runs: bool = True
    opens: bool | Callable[[], Awaitable[None]] = True
    most_sessions: int = 1000
    auth: bool | Callable[[], Awaitable[bool]] = False
    key: asyncssh.SSHKey | asyncssh.SSHKeyPair = HOST_KEY
    client_key: asyncssh.SSHKey | None = None
    session_class: type[ServerSession] = ServerSession


class Server(asyncssh.SSHServer):
    connection: asyncssh.SSHServerConnection

    def __init__(self, seen: Seen, manners: Manners) -> None:
        self.seen = seen
        self.manners = manners
        self.sessions = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn
        self.seen.servers.append(self)
        self.seen.connections += 1
        self.seen.open_connections += 1
        self.seen.most_connections = max(self.seen.most_connections, self.seen.open_connections)

    def connection_lost(self, exc: Exception | None) -> None:
        self.seen.open_connections -= 1

    async def begin_auth(self, username: str) -> bool:
        auth = self.manners.auth
        return auth if isinstance(auth, bool) else await auth()

    def auth_completed(self) -> None:
        self.seen.ciphers.append(str(self.connection.get_extra_info("recv_cipher")))

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == "right"

    def public_key_auth_supported(self) -> bool:
        return self.manners.client_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        wanted = self.manners.client_key
        return wanted is not None and key.get_fingerprint() == wanted.get_fingerprint()

    async def session_requested(self) -> ServerSession:
        opens = self.manners.opens
        if not isinstance(opens, bool):
            await opens()
        self.sessions += 1
        if opens is False or self.sessions > self.manners.most_sessions:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "no more sessions")
        return self.manners.session_class(self)


@asynccontextmanager
async def ssh_server(on_exec: OnExec = answer, **manners: Any) -> AsyncIterator[tuple[Target, Seen]]:
    """A server with such manners, and the target that trusts `HOST_KEY`."""
    seen, behaves = Seen(), Manners(on_exec=on_exec, **manners)
    acceptor = await asyncssh.create_server(
        lambda: Server(seen, behaves),
        "127.0.0.1",
        0,
        server_host_keys=[behaves.key],
        encoding=None,
        line_editor=False,
    )
    try:
        yield target_on(acceptor.get_port()), seen
    finally:
        acceptor.close()
        await acceptor.wait_closed()
        for server in seen.servers:
            server.connection.abort()
            await server.connection.wait_closed()


@asynccontextmanager
async def raw_server(handler: Handler) -> AsyncIterator[Target]:
    """Bytes by hand. The handler may wait for ever: it is ended with the server."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield target_on(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def ping(target: Target, deadlines: Deadlines = AMPLE) -> Outcome:
    """One call on a connection of its own."""
    async with SshConnector(target, NATIVE) as connector:
        return await connector.perform(Ping(), deadlines)


def target_on(port: int) -> Target:
    return Target(name="north", host="127.0.0.1", port=port, host_key=HOST_KEY.get_fingerprint())


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with RST rather than FIN."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
