"""Changing a live run by hand: its clusters and the toxics of its links, over HTTP, while it lasts."""

import json
import secrets
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from connector.atomic_file import write_private
from connector.http_server import http_server
from connector.locked_file import locked_file
from connector.output_files import check_overwritable
from fake_clusters.admin.server import Admin, serve_admin
from fake_clusters.farm import Farm
from harness.errors import OutputError
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
        with _told(file, {"clusters": clusters, "toxics": Admin(url=url, token=token)}):
            yield


@contextmanager
def _told(file: Path, where: Mapping[str, Admin]) -> Iterator[None]:
    text = json.dumps({name: asdict(admin) for name, admin in where.items()}, indent=2) + "\n"
    with ExitStack() as stack:
        try:
            stack.enter_context(locked_file(file))
            check_overwritable(file, lambda found: _is_ours(found, where.keys()))
            write_private(file, text)
        except FileExistsError as error:
            raise OutputError(f"--admin {file}: is no file of a run's; give another name") from error
        except BlockingIOError as error:
            raise OutputError(f"--admin {file}: another run is told of there; give another name") from error
        except OSError as error:
            raise OutputError(f"--admin {file}: cannot be written: {error.strerror}") from error
        try:
            yield
        finally:
            with suppress(OSError):  # gone already, or somebody else's by now: its own affair
                if file.read_text() == text:
                    file.unlink()


def _is_ours(text: str, keys: Collection[str]) -> bool:
    """Whether it is what a killed run left."""
    try:
        return bool(json.loads(text).keys() == keys)
    except (ValueError, AttributeError, RecursionError):
        return False
