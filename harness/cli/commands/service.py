"""The commands about services of somebody else: `service check`, `new`, `list`, `lint` and `example`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json

__all__ = ["check", "example", "lint", "list_", "new"]


def _sheets(incomplete: str) -> list[str]:
    """Complete the names of shipped sheets in a shell."""
    from harness.service.sheet.loading import SHEETS

    return [name for name in SHEETS if name.startswith(incomplete)]


Sheet = Annotated[
    str,
    typer.Argument(
        metavar="SHEET",
        help="A TOML file, the name of a shipped sheet or an installed adapter, or module:attribute.",
        autocompletion=_sheets,
    ),
]


def check(  # noqa: PLR0917 - Typer makes options of parameters
    sheet: Sheet,
    url: Annotated[str | None, typer.Option(help="Where the service listens; its paths go below.")] = None,
    service: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Instead of --url: start it as this file says, with fake clusters, for the walk.",
        ),
    ] = None,
    location: Annotated[str, typer.Option(help="The location in which to make the share.")] = "north",
    name: Annotated[str | None, typer.Option(help="The share's name; default: check-… with random digits.")] = None,
    size: Annotated[str, typer.Option(help="The share's size; the resize doubles it.")] = "1 GiB",
    within: Annotated[str, typer.Option(help="How long each operation may take.")] = "60s",
    json: Json = False,
) -> None:
    """Walk one share through its life, and print what is understood of each answer, and what is not.

    It deletes what it has made, also after Ctrl-C. Exit codes: 0 all understood and as it should be, 1 something is
    not as it should be, 2 something is not understood, 64 bad input, 69 it does not start or cannot be reached, 130
    interrupted.
    """
    from harness.cli.service_check import CheckOptions, check_service

    options = CheckOptions(
        sheet=sheet, url=url, service=service, location=location, name=name, size=size, within=within, json=json
    )
    raise typer.Exit(check_service(options))


def new(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="File to write; default: stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a commented sheet to start from; what stands in `<...>` is to be filled in."""
    from harness.cli.service_sheets import new_sheet

    new_sheet(file, force=force)


def list_(json: Json = False) -> None:
    """List the shipped sheets, and the adapters that are installed."""
    from harness.cli.service_sheets import list_sheets

    list_sheets(json=json)


def _examples(incomplete: str) -> list[str]:
    """Complete the names of examples in a shell."""
    from harness.cli.examples import example_names

    return [name for name in example_names() if name.startswith(incomplete)]


def example(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Which; default: list them.", autocompletion=_examples),
    ] = None,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="A new or empty folder; default: ./NAME.")
    ] = None,
    json: Json = False,
) -> None:
    """Copy a complete service to try things on: its code, its sheet, its scenarios and a README."""
    from harness.cli.examples import copy_example, list_examples

    if name is None:
        list_examples(json=json)
    else:
        copy_example(name, folder)


def lint(
    sheets: Annotated[
        list[str], typer.Argument(metavar="SHEET...", help="Files, or names of shipped sheets.", autocompletion=_sheets)
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if there is any advice.")] = False,
    json: Json = False,
) -> None:
    """Check sheets, and advise where one leaves more unknown than it has to."""
    from harness.cli.service_sheets import lint_sheets

    raise typer.Exit(lint_sheets(tuple(sheets), strict=strict, json=json))
