"""SSH servers in front of the clusters' models, each on a port and with host keys of its own."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from connector.targets import Target
from fake_clusters.front import Front, OpenFront
from fake_clusters.keys import ClientKey, KeyKind, KeyStore
from fake_clusters.model import ClusterModel
from fake_clusters.server.algorithms import suite_of
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import USERNAME, ServerOptions
from fake_clusters.spec import Algorithms, ClusterSpec, LoginMethod

__all__ = ["over_ssh"]


def over_ssh(
    specs: Sequence[ClusterSpec],
    *,
    keys: Path,
    seed: int,
    options: ServerOptions | None,
    host: str,
    ports: Mapping[str, int],
    opened: Callable[[str], object],
) -> OpenFront:
    """See `Farm`. opened: told of the host keys of each, as OpenSSH's clients keep them. Raises `KeyStoreError`."""
    store = KeyStore(keys)
    modern = all(spec.algorithms is Algorithms.MODERN for spec in specs)
    clients = {kind: store.client_key(kind) for kind in ([KeyKind.ED25519] if modern else KeyKind)}
    let_in = options or ServerOptions(authorized_keys=tuple(client.public for client in clients.values()))

    @asynccontextmanager
    async def open_front(model: ClusterModel) -> AsyncIterator[tuple[Front, Target]]:
        name, algorithms = model.spec.name, model.spec.algorithms
        async with SshFront(
            model,
            keys=store.host_keys(name, suite_of(algorithms).host_keys),
            options=let_in,
            host=host,
            port=ports.get(name, 0),
            seed=seed,
        ) as front:
            opened(front.known_hosts)
            kind = KeyKind.ECDSA if algorithms is Algorithms.FIPS else KeyKind.ED25519
            yield front, _target(front, let_in, clients[kind])

    return open_front


def _target(front: SshFront, options: ServerOptions, client: ClientKey) -> Target:
    host, port = front.address
    methods = options.methods.intersection(front.model.spec.login.methods)
    by_key = client.public in options.authorized_keys and LoginMethod.PUBLICKEY in methods
    username, password = next(iter(options.users.items()), (USERNAME, None))
    return Target(
        name=front.model.spec.name,
        host=host,
        port=port,
        dialect=front.model.spec.dialect,
        username=USERNAME if by_key else username,
        password=None if by_key else password,
        client_key=str(client.path.absolute()) if by_key else None,  # its readers may be anywhere
        host_key=front.fingerprints[0],
        other_host_keys=front.fingerprints[1:],
    )
