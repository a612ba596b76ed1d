"""Serves the clusters of a file, with the admin API next to them, until it is cancelled."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import assert_never

from connector.atomic_file import write_private
from connector.locked_file import locked_file
from connector.targets import write_targets
from fake_clusters.admin.server import Admin, serve_admin
from fake_clusters.clusters_file import Auth, ClustersFile
from fake_clusters.errors import FarmError
from fake_clusters.farm import Farm
from fake_clusters.served_files import admin_text, check_served_files, known_hosts_text
from fake_clusters.server.options import USERNAME, ServerOptions

__all__ = ["Served", "serve_clusters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What runs, for the caller to print."""

    file: ClustersFile
    farm: Farm
    admin: Admin


async def serve_clusters(file: ClustersFile, *, ready: Callable[[Served], None]) -> None:
    """`ready` is called once all listen and the address files are written.

    Raises what entering `Farm` and `serve_admin` raises, and `FarmError` where a file cannot be written, something lies
    there that is not ours, or another process serves with the same address files; nothing is started then.
    """
    check_served_files(file)
    async with AsyncExitStack() as stack:
        try:
            stack.enter_context(locked_file(file.kept))
        except BlockingIOError as error:
            reason = "another process serves clusters with these files; give each its own `addresses`"
            raise FarmError(f"addresses: {file.addresses}: {reason}") from error
        except OSError as error:
            raise FarmError(f"addresses: {file.addresses} cannot be written: {error.strerror}") from error
        farm = Farm(
            file.specs,
            file.rules,
            keys=file.keys,
            seed=file.seed,
            options=_options(file),
            host=file.host,
            ports=file.ports,
        )
        await stack.enter_async_context(farm)
        where = file.admin
        admin = await stack.enter_async_context(serve_admin(farm, host=where.host, port=where.port, token=where.token))
        try:
            write_targets(file.addresses, farm.targets())
            write_private(file.known_hosts, known_hosts_text(farm.known_hosts()))
            write_private(file.admin_addresses, admin_text(admin))
        except OSError as error:
            raise FarmError(f"addresses: {file.addresses} cannot be written: {error.strerror}") from error
        ready(Served(file=file, farm=farm, admin=admin))
        await asyncio.Event().wait()


def _options(file: ClustersFile) -> ServerOptions | None:
    match file.auth:
        case Auth.KEY:
            return None
        case Auth.PASSWORD:
            return ServerOptions(users={USERNAME: file.password or secrets.token_urlsafe(12)})
        case Auth.NONE:
            return ServerOptions(anyone=True)
        case _:
            assert_never(file.auth)
