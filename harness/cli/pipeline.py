"""`spoolproof pipeline serve`: the reference pipeline, or parts of it, until Ctrl-C."""

import sys
from collections.abc import Mapping
from pathlib import Path

import typer

from connector.event_loop import run_serving
from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal
from harness.service.reference import PartsToServe

__all__ = ["serve_pipeline_file"]


def serve_pipeline_file(path: Path, parts: str | None, ready: Path | None, *, verbose: bool) -> Exit:
    """Serve the pipeline, or some of its parts, until a signal. parts None: all. verbose: log all activity.

    Raises `TomlProblems`, `PipelineError`, `ConnectorError`."""
    try:
        wanted = PartsToServe.read(path, parts, ready)
    except ValueError as error:
        raise typer.BadParameter(f"--parts: {error}") from error
    sys.stderr.write(f"spoolproof: starting {', '.join(wanted.names)}\n")
    wanted.start_logging(verbose=verbose)
    serve_until_signal(wanted.serve(_announce), run=run_serving)
    return Exit.VALID


def _announce(urls: Mapping[str, str | None]) -> None:
    for part, url in urls.items():
        sys.stdout.write(f"{part}: {url or 'running'}\n")
    sys.stdout.write("Press Ctrl-C to stop.\n")
    sys.stdout.flush()
