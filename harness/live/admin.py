"""Changing a live run by hand: its clusters and the toxics of its links, over HTTP, while it lasts."""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from connector.http_server import http_server
from fake_clusters.admin.server import Admin, serve_admin
from fake_clusters.farm import Farm
from harness.live.told_file import told_file
from harness.toxics.admin import toxics_app
from harness.toxics.relay import Relay

__all__ = ["serve_run_admin"]

_HOST = "127.0.0.1"


@asynccontextmanager
async def serve_run_admin(file: Path | None, farm: Farm, links: Mapping[str, Relay]) -> AsyncIterator[None]:
    """Serve both on loopback, and say in a file of the owner's where: `{clusters, toxics}`, each with url and token.

    The file is gone at the end. None: nothing is served. Raises `OutputError` where it cannot be written, or is
    somebody else's.
    """
    if file is None:
        yield
        return
    token = secrets.token_urlsafe(24)
    async with (
        serve_admin(farm, host=_HOST, token=token) as clusters,
        http_server(toxics_app(links, token=token, host=_HOST), _HOST) as url,
    ):
        with told_file("--admin", file, is_ours=_is_ours) as write:
            where = {"clusters": clusters, "toxics": Admin(url=url, token=token)}
            write(json.dumps({name: asdict(admin) for name, admin in where.items()}, indent=2) + "\n")
            yield


def _is_ours(text: str) -> bool:
    """Whether it is what a killed run left."""
    try:
        return bool(json.loads(text).keys() == {"clusters", "toxics"})
    except (ValueError, AttributeError, RecursionError):
        return False
