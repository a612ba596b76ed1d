"""One fake cluster's SSH server: its port, its connections, and what becomes of them when the cluster goes down."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import asyncssh

from connector.chance import Chance
from connector.dialects import Responder
from fake_clusters.errors import KeyStoreError
from fake_clusters.exchanges import ExchangeLog
from fake_clusters.keys import HostKeys
from fake_clusters.model import ClusterModel
from fake_clusters.plans import CutHow
from fake_clusters.server.accounts import Accounts
from fake_clusters.server.algorithms import suite_of
from fake_clusters.server.dialects import dialect_named
from fake_clusters.server.options import ServerOptions
from fake_clusters.server.plain_shell import plain_shell
from fake_clusters.server.port import OpenDoor, Port, PortListener
from fake_clusters.server.server_connection import ServerConnection
from fake_clusters.server.service import FilterFactory, ServerContext, ssh_options
from fake_clusters.server.wire import TransportFactory

__all__ = ["SshFront"]

_SSH_PORT = 22


class SshFront:
    """Serves one cluster's model over SSH while its context lasts. It is the model's `ClusterListener`.

    host, port: where it listens; port 0: the kernel picks one. seed: of the noise in spoiled output. links: makes what
    stands between the wire and the server, for the connection of that number. door: where connections come in, by TCP
    unless told otherwise. respond: makes of the dialect's responder the one that is used. Raises `PortError` on
    entering.
    """

    def __init__(
        self,
        model: ClusterModel,
        *,
        keys: HostKeys,
        options: ServerOptions,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
        links: FilterFactory | None = None,
        door: OpenDoor = Port,
        respond: Callable[[Responder], Responder] | None = None,
    ) -> None:
        self._model = model
        self._respond = respond
        self._keys = keys
        self._options = options
        self._wanted = (host, port)
        self._seed = seed
        self._links = links
        self._open_door = door
        self._admitted = frozenset(_public_data(line) for line in options.authorized_keys)
        self._port: PortListener | None = None
        self._service: ServerContext | None = None
        self._receptions: dict[ServerConnection, None] = {}
        self._barred = False
        self.exchanges = ExchangeLog()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        login = self._model.spec.login
        dialect = dialect_named(self._model.spec.dialect)
        responder = dialect.responder(self._size_of)
        self._service = ServerContext(
            loop=loop,
            model=self._model,
            dialect=dialect,
            responder=responder if self._respond is None else self._respond(responder),
            shell=dialect.shell or plain_shell(dialect.name),
            keys=self._keys,
            options=self._options,
            ssh=ssh_options(self._keys, suite_of(self._model.spec.algorithms), self._options),
            admitted=self._admitted,
            methods=self._options.methods.intersection(login.methods),
            accounts=Accounts(self._options.users, expired=login.password_expired),
            noise=Chance(self._seed, self._model.spec.name, "server.noise"),
            exchanges=self.exchanges,
            links=self._links,
        )
        self._port = self._open_door(loop, *self._wanted, self._options.backlog, self._accepted)
        self._model.listener = self
        self._settle()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._port is None:
            return
        self._model.listener = None
        self._port.release()
        self._port = None
        self._reset_all()
        # asyncssh lets go of a connection a turn after its transport, and its tasks end in the turn after that.
        for _ in range(3):
            await asyncio.sleep(0)

    @property
    def model(self) -> ClusterModel:
        return self._model

    def _size_of(self, name: str) -> int | None:
        share = self._model.state.share(name)
        return None if share is None else share.size

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        assert self._port is not None, "the front is not open"
        return self._port.address

    @property
    def port(self) -> int:
        return self.address[1]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The host keys', as `SHA256:…`."""
        return self._keys.fingerprints

    @property
    def known_hosts(self) -> str:
        """The host keys as OpenSSH's clients keep them, a line for each."""
        host, port = self.address
        where = host if port == _SSH_PORT else f"[{host}]:{port}"
        return "".join(f"{where} {line}\n" for line in self._keys.public)

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._receptions)

    def close_port(self) -> None:
        """Refuse new connections; those that are open stay."""
        self._barred = True
        self._settle()

    def open_port(self) -> None:
        """Take `close_port` back. While the cluster is down, its port stays closed."""
        self._barred = False
        self._settle()

    def went_down(self) -> None:
        self._settle()
        self._reset_all()

    def came_back(self) -> None:
        self._settle()

    def disconnected(self) -> None:
        self._reset_all()

    def _settle(self) -> None:
        if self._port is None:
            return
        if self._model.is_up and not self._barred:
            self._port.open()
        else:
            self._port.close()

    def _accepted(self, carrier: TransportFactory) -> None:
        assert self._service is not None
        connection = ServerConnection(self._service, carrier, self._left)
        self._receptions[connection] = None
        connection.begin()

    def _left(self, connection: ServerConnection) -> None:
        self._receptions.pop(connection, None)

    def _reset_all(self) -> None:
        for connection in list(self._receptions):
            connection.cut(CutHow.RESET)


def _public_data(line: str) -> bytes:
    try:
        return asyncssh.import_public_key(line).public_data
    except asyncssh.KeyImportError as error:
        raise KeyStoreError(f"authorized key {line[:40]!r}: {error}") from error
