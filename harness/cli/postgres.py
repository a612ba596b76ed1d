"""`spoolproof pg`: a PostgreSQL server until Ctrl-C, and the tables and rights of the pipeline's database."""

import asyncio
import sys
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal
from harness.errors import ServiceUnavailable
from harness.servers.postgres import serve_postgres
from harness.service.reference import grant_rights, migrate_database, rights_statements

__all__ = ["give_rights", "migrate_tables", "serve_server"]


def serve_server(folder: Path | None, port: int | None) -> Exit:
    """Serve until a signal. Raises `MissingPart` and `WorldError`, also where the server ends by itself."""
    serve_until_signal(_serve(folder, port))
    return Exit.VALID


async def _serve(folder: Path | None, port: int | None) -> None:
    async with serve_postgres(folder, port=port) as server:
        kept = "removed at the end" if folder is None else f"kept in {folder}"
        sys.stdout.write(f'store = "{server.url()}"\nIts data is {kept}.\nPress Ctrl-C to stop.\n')
        sys.stdout.flush()
        end = await server.process.unplanned_end()
        raise ServiceUnavailable(f"the PostgreSQL server ended with status {end.status}: {end.log}")


def migrate_tables(url: str) -> Exit:
    """Apply the migrations that are missing, and renew rights that were given. Raises `PipelineError`."""
    done = asyncio.run(migrate_database(url))
    for step in done.applied:
        sys.stdout.write(f"applied {step}\n")
    if not done.applied:
        sys.stdout.write("nothing to do: the tables are those of this version\n")
    if done.renewed:
        sys.stdout.write("renewed: the rights of the roles are those of this version\n")
    return Exit.VALID


def give_rights(url: str, *, show: bool) -> Exit:
    """Make the roles with their rights, or show the SQL of it. Raises `PipelineError`."""
    if show:
        sys.stdout.write("".join(f"{statement};\n" for statement in rights_statements()))
        return Exit.VALID
    asyncio.run(grant_rights(url))
    sys.stdout.write(
        "spoolproof_api, spoolproof_processor, spoolproof_notifier, spoolproof_reader and spoolproof_relay "
        "have their rights\n"
    )
    return Exit.VALID
