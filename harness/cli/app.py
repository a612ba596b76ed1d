"""The table of commands, and what stands before each."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from harness.cli.commands.looking import faults, lint, report, schema, toxics, version
from harness.cli.commands.playing import agree, compare, replay, run
from harness.cli.commands.searching import explore, mutants
from harness.cli.commands.serving import serve_clusters, serve_pipeline

__all__ = ["Options", "app"]

_COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    compare,
    agree,
    mutants,
    explore,
    replay,
    lint,
    faults,
    toxics,
    schema,
    report,
    version,
)
"""In the order in which help lists them."""

app = typer.Typer(
    help="A laboratory for provisioning pipelines that drive slow, unreliable remote clusters over SSH.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_clusters = typer.Typer(help="Fake clusters behind real SSH.", rich_markup_mode=None)
_pipeline = typer.Typer(help="The reference pipeline: API, processor, gateway.", rich_markup_mode=None)
app.add_typer(_clusters, name="clusters")
app.add_typer(_pipeline, name="pipeline")
for _command in _COMMANDS:
    app.command()(_command)
_clusters.command("serve")(serve_clusters)
_pipeline.command("serve")(serve_pipeline)


@dataclass(slots=True, kw_only=True)
class Options:
    """What stands before the command."""

    debug: bool = False


@app.callback(invoke_without_command=True)
def _before(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of a fault of our own.")] = False,
) -> None:
    context.obj.debug = debug
    if context.invoked_subcommand is None:
        sys.stderr.write(context.get_help() + "\n")
        raise typer.Exit(64)
