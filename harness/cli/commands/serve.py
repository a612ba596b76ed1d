"""The commands that serve until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["serve_clusters", "serve_pipeline"]


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
