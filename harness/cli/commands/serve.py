"""The commands that serve until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["real_up", "serve_clusters", "serve_pipeline"]


def serve_clusters(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file of clusters and faults.")],
) -> None:
    """Serve fake clusters until Ctrl-C; exit code 0."""
    from harness.cli.clusters import serve_clusters_file

    raise typer.Exit(serve_clusters_file(file))


def serve_pipeline(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file of the pipeline's settings.")],
    parts: Annotated[str | None, typer.Option(help="Parts to serve, comma-separated; default: all.")] = None,
    ready: Annotated[
        Path | None, typer.Option(help="File to write with the addresses of the parts, once all are up.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log all activity of the pipeline, not only errors.")
    ] = False,
) -> None:
    """Serve the pipeline until Ctrl-C; exit code 0."""
    from harness.cli.pipeline import serve_pipeline_file

    raise typer.Exit(serve_pipeline_file(file, parts, ready, verbose=verbose))


def real_up(
    target: Annotated[Path, typer.Option(metavar="FILE", help="The target file to write.")] = Path("real.toml"),
    exec: Annotated[
        bool, typer.Option("--exec", help="By plain exec in a shell, instead of as a forced command.")
    ] = False,
) -> None:
    """Start a real connector on loopback, OpenSSH in front of Samba usershares, until Ctrl-C; exit code 0.

    It needs sshd and Samba, no systemd, and writes a target file for `contract`.
    """
    from harness.cli.real import real_up as serve

    raise typer.Exit(serve(target.absolute(), exec=exec))
