"""The commands of `spoolproof pg`."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["migrate", "rights", "up"]

Url = Annotated[str, typer.Argument(metavar="URL", help="postgresql://USER@HOST/DATABASE")]


def up(
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where its data is kept; default: nowhere.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: a free one.")] = None,
) -> None:
    """Start a PostgreSQL server on loopback until Ctrl-C; exit code 0.

    Its programs come with `spoolproof[servers]`, or from where the system has them. It prints its URL as the line
    `store = ...` of a pipeline's settings.
    """
    from harness.cli.postgres import serve_server

    raise typer.Exit(serve_server(folder, port))


def migrate(url: Url) -> None:
    """Bring the tables of the pipeline's database up to date, and renew the rights that `pg rights` gave.

    Parts update the tables by themselves where their account may. Exit codes: 0 done, 64 the database is refused, 69 it
    cannot be reached.
    """
    from harness.cli.postgres import migrate_tables

    raise typer.Exit(migrate_tables(url))


def rights(
    url: Url,
    show: Annotated[bool, typer.Option("--print", help="Print the SQL and change nothing.")] = False,
) -> None:
    """Give API, processor, relay and readers a role each, with no more rights than they need.

    The accounts of parts are made members: GRANT spoolproof_api TO portal. Exit codes as of `pg migrate`.
    """
    from harness.cli.postgres import give_rights

    raise typer.Exit(give_rights(url, show=show))
