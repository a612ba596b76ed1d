"""`spoolproof nats`: a NATS server until Ctrl-C."""

import sys
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal
from harness.errors import ServiceUnavailable
from harness.servers.nats import serve_nats

__all__ = ["serve_server"]


def serve_server(folder: Path | None, port: int | None) -> Exit:
    """Serve until a signal. Raises `MissingPart` and `WorldError`, also where the server ends by itself."""
    serve_until_signal(_serve(folder, port))
    return Exit.VALID


async def _serve(folder: Path | None, port: int | None) -> None:
    async with serve_nats(folder, port=port) as server:
        kept = "removed at the end" if folder is None else f"kept in {folder}"
        sys.stdout.write(f'spool = "{server.url}"\nIts store is {kept}.\nPress Ctrl-C to stop.\n')
        sys.stdout.flush()
        end = await server.process.unplanned_end()
        raise ServiceUnavailable(f"the NATS server ended with status {end.status}: {end.log}")
