"""The commands that serve until Ctrl-C, and the one that reconciles what is served."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json

__all__ = ["real_up", "reconcile_pipeline", "serve_clusters", "serve_pipeline"]


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


def reconcile_pipeline(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file of the pipeline's settings.")],
    apply: Annotated[
        bool, typer.Option("--apply", help="Mend what may be mended; without it, nothing is changed.")
    ] = False,
    json: Json = False,
) -> None:
    """Report what store, messages and clusters have against each other.

    Work without a message, messages without work, active shares that are gone or half-made, shares whose records were
    removed. What somebody else made is reported, and never touched. Exit codes: 0 nothing differs, or all was mended;
    1 differences are left.
    """
    from harness.cli.reconcile import reconcile_file

    raise typer.Exit(reconcile_file(file, apply=apply, as_json=json))


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
