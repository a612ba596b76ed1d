"""The commands of the sandbox: `up`, `down`, `status`, `reset`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json, OneDesign, Service, seeded_bugs, shipped
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind

__all__ = ["down", "reset", "status", "up"]

_DEFAULT = Path("spoolproof-sandbox")

Folder = Annotated[Path, typer.Option(metavar="FOLDER", help="Where the sandbox keeps its state.")]


def up(  # noqa: PLR0917 - Typer makes options of parameters
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A file, or the name of a shipped scenario; default: three clusters.",
            autocompletion=shipped,
        ),
    ] = None,
    store: Annotated[
        StoreKind | None, typer.Option(help="The store of the reference pipeline, instead of the scenario's own.")
    ] = None,
    spool: Annotated[
        SpoolKind | None, typer.Option(help="Where its messages wait, instead of the scenario's own.")
    ] = None,
    service: Service = None,
    pipeline: OneDesign = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Of the page; 0: any free one.")] = 0,
    folder: Folder = _DEFAULT,
    mutant: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A pipeline with this seeded bug.", autocompletion=seeded_bugs),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address of the page.")] = False,
    json: Json = False,
) -> None:
    """Start a sandbox, clusters and pipeline with a live page, until Ctrl-C or `down`; exit code 0.

    Its state is kept for the next start; `reset` removes it.
    """
    from harness.live.forks import forks_of
    from harness.live.part_command import PRELOAD
    from harness.sandbox.folder import SandboxFolder

    # First of all: the process that forks the parts imports their code while this one imports all the rest.
    with forks_of(SandboxFolder(root=folder).running, PRELOAD) as start:
        from harness.cli.sandbox import UpOptions, run_sandbox

        options = UpOptions(
            scenario=scenario,
            store=store,
            spool=spool,
            service=service,
            pipeline=pipeline,
            port=port,
            folder=folder,
            mutant=mutant,
            browser=not no_browser,
            json=json,
        )
        code = run_sandbox(options, start)
    raise typer.Exit(code)


def down(folder: Folder = _DEFAULT, json: Json = False) -> None:
    """End the sandbox of a folder; its state is kept. Exit code 0, also where none runs."""
    from harness.cli.sandbox import end_sandbox

    raise typer.Exit(end_sandbox(folder, json=json))


def status(folder: Folder = _DEFAULT, json: Json = False) -> None:
    """Show where the sandbox of a folder is and what it does. Exit code 0, 1 where none runs."""
    from harness.cli.sandbox import show_sandbox

    raise typer.Exit(show_sandbox(folder, json=json))


def reset(folder: Folder = _DEFAULT, json: Json = False) -> None:
    """Remove the state of a sandbox; one that runs begins anew. Exit code 0."""
    from harness.cli.sandbox import reset_sandbox

    raise typer.Exit(reset_sandbox(folder, json=json))
