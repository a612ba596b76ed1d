"""`spoolproof pipeline serve`: the reference pipeline, or parts of it, until Ctrl-C."""

import asyncio
import logging
import sys
from pathlib import Path

import typer

from connector.tomlfile import read_toml
from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal
from pipeline.designs.table import DESIGNS
from pipeline.garbage import spare_the_start
from pipeline.log import start_logging
from pipeline.serve import Part, check_ready, running, write_ready
from pipeline.settings import PipelineSettings

__all__ = ["serve_pipeline_file"]


def serve_pipeline_file(path: Path, parts: str | None, ready: Path | None, *, verbose: bool) -> Exit:
    """Serve the pipeline, or some of its parts, until a signal. parts None: all. verbose: log all activity.

    Raises `TomlProblems`, `PipelineError`, `ConnectorError`."""
    asked = None if parts is None else _parts(parts)
    settings = read_toml(path, PipelineSettings)
    wanted = asked or frozenset(DESIGNS[settings.design].parts)
    if ready is not None:
        check_ready(ready)
    sys.stderr.write(f"spoolproof: starting {', '.join(part for part in Part if part in wanted)}\n")
    start_logging(logging.INFO if verbose else logging.WARNING)
    serve_until_signal(_serve(settings, wanted, ready))
    return Exit.VALID


async def _serve(settings: PipelineSettings, parts: frozenset[Part], ready: Path | None) -> None:
    async with running(settings, parts) as urls:
        if ready is not None:
            write_ready(ready, urls)
        for part, url in urls.items():
            sys.stdout.write(f"{part}: {url or 'running'}\n")
        sys.stdout.write("Press Ctrl-C to stop.\n")
        sys.stdout.flush()
        spare_the_start()
        await asyncio.Event().wait()


def _parts(words: str) -> frozenset[Part]:
    try:
        return frozenset(Part(word.strip()) for word in words.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"--parts: {error}; accepted: {', '.join(Part)}") from error
