"""The table of commands, and the options before the command."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from harness.cli.commands import contract, dialect, load, nats, operator, postgres, service, tape, webhooks
from harness.cli.commands.calibrate import calibrate
from harness.cli.commands.capacity import capacity
from harness.cli.commands.default_group import DefaultGroup
from harness.cli.commands.fidelity import fidelity
from harness.cli.commands.inspect import explain, faults, lint, report, scenarios, schema, toxics, version
from harness.cli.commands.run import agree, compare, replay, run
from harness.cli.commands.sandbox import down, reset, status, up
from harness.cli.commands.search import explore, mutants
from harness.cli.commands.serve import real_up, reconcile_pipeline, serve_clusters, serve_pipeline

__all__ = ["GlobalOptions", "app"]

_COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    compare,
    agree,
    mutants,
    explore,
    replay,
    up,
    down,
    status,
    reset,
    capacity,
    calibrate,
    fidelity,
    scenarios,
    lint,
    explain,
    faults,
    toxics,
    schema,
    report,
    version,
)
"""In the order of `--help`."""

app = typer.Typer(
    help="A laboratory for provisioning pipelines that drive slow, unreliable remote clusters over SSH.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_clusters = typer.Typer(help="Fake clusters behind real SSH.", rich_markup_mode=None)
_pipeline = typer.Typer(help="The reference pipeline: API, processor, gateway.", rich_markup_mode=None)
_service = typer.Typer(help="Services of somebody else: what a sheet says of one.", rich_markup_mode=None)
_dialect = typer.Typer(help="Dialects: how a connector's commands and replies are spelled.", rich_markup_mode=None)
_tape = typer.Typer(help="Tapes: sessions with a real device, recorded and played again.", rich_markup_mode=None)
_contract = typer.Typer(
    cls=DefaultGroup,
    help="Hold a connector to the contract (`contract run --help`).",
    rich_markup_mode=None,
)
_pg = typer.Typer(help="PostgreSQL: a server, and the tables and rights of a database.", rich_markup_mode=None)
_nats = typer.Typer(help="NATS JetStream: a server for the spool.", rich_markup_mode=None)
_real = typer.Typer(help="A real connector on this machine.", rich_markup_mode=None)
_load = typer.Typer(
    cls=DefaultGroup,
    help="Load tests with Locust (`load run --help`).",
    rich_markup_mode=None,
)
app.add_typer(_load, name="load")
app.add_typer(_contract, name="contract")
app.add_typer(_real, name="real")
app.add_typer(_pg, name="pg")
app.add_typer(_nats, name="nats")
app.add_typer(_service, name="service")
app.add_typer(_dialect, name="dialect")
app.add_typer(_tape, name="tape")
app.add_typer(_clusters, name="clusters")
app.add_typer(_pipeline, name="pipeline")
_webhooks = typer.Typer(help="Who is notified of what becomes of shares.", rich_markup_mode=None)
_pipeline.add_typer(_webhooks, name="webhooks")


def _show_help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        sys.stderr.write(context.get_help() + "\n")
        raise typer.Exit(64)


_real.callback(invoke_without_command=True)(_show_help)
_pg.callback(invoke_without_command=True)(_show_help)
_nats.callback(invoke_without_command=True)(_show_help)
_load.callback(invoke_without_command=True)(_show_help)
_contract.callback(invoke_without_command=True)(_show_help)
_tape.callback(invoke_without_command=True)(_show_help)
_clusters.callback(invoke_without_command=True)(_show_help)
_pipeline.callback(invoke_without_command=True)(_show_help)
_webhooks.callback(invoke_without_command=True)(_show_help)


def _add(to: typer.Typer, command: Callable[..., None], name: str | None = None) -> None:
    """Add a command; its short help is its whole first sentence, which Typer would cut."""
    to.command(name, short_help=(inspect.getdoc(command) or "").split("\n\n")[0])(command)


for _command in _COMMANDS:
    _add(app, _command)
_add(_real, real_up, "up")
_add(_pg, postgres.up)
_add(_nats, nats.up)
_add(_pg, postgres.migrate)
_add(_pg, postgres.rights)
_add(_load, load.run)
_add(_load, load.compare)
_add(_contract, contract.run)
_add(_contract, contract.sweep)
_add(_contract, contract.clauses)
_add(_service, service.check)
_add(_service, service.new)
_add(_service, service.lint)
_add(_service, service.list_, "list")
_add(_service, service.example)
_add(_dialect, dialect.new)
_add(_dialect, dialect.check)
_add(_dialect, dialect.try_, "try")
_add(_tape, tape.record)
_add(_tape, tape.replay)
_add(_tape, tape.show)
_add(_tape, tape.dialect)
_add(_clusters, serve_clusters, "serve")
_add(_pipeline, serve_pipeline, "serve")
_add(_pipeline, reconcile_pipeline, "reconcile")
_add(_pipeline, operator.pause)
_add(_pipeline, operator.drain)
_add(_pipeline, operator.lift)
_add(_pipeline, operator.holds)
_add(_pipeline, operator.queue)
_add(_pipeline, operator.dead)
_add(_pipeline, operator.requeue)
_add(_webhooks, webhooks.list_, "list")
_add(_webhooks, webhooks.add)
_add(_webhooks, webhooks.rotate)
_add(_webhooks, webhooks.disable)
_add(_webhooks, webhooks.enable)
_add(_webhooks, webhooks.remove)
_add(_webhooks, webhooks.replay)


@dataclass(slots=True, kw_only=True)
class GlobalOptions:
    """The options before the command."""

    debug: bool = False


def _print_version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _before(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")] = False,
) -> None:
    context.obj.debug = debug
    _show_help(context)
