"""The commands about dialects: `dialect new`, `dialect check`, `dialect try`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json

__all__ = ["check", "new", "try_"]


def _dialects(incomplete: str) -> list[str]:
    """Complete the names of shipped dialects in a shell."""
    from connector.dialects import DIALECTS

    return [name for name in DIALECTS if name.startswith(incomplete)]


Dialect = Annotated[
    str,
    typer.Argument(metavar="DIALECT", help="A TOML file, or the name of a shipped one.", autocompletion=_dialects),
]


def new(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="File to write; default: stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a commented dialect to start from."""
    from harness.cli.dialects import new_dialect

    new_dialect(file, force=force)


def check(
    dialect: Dialect,
    transcripts: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[TRANSCRIPT]...", help="Commands and replies, as pasted; or tapes (.toml)."),
    ] = None,
    prompt: Annotated[str, typer.Option(help="What a line with a command begins with.")] = "$ ",
    json: Json = False,
) -> None:
    """Check a dialect, and print what it understands of each command and reply of the transcripts.

    A line `[exit 1]` after an output is its exit status. Exit codes: 0 all is understood, 1 something is not, 64 bad
    input.
    """
    from harness.cli.dialects import check_dialect_file

    raise typer.Exit(check_dialect_file(dialect, tuple(transcripts or ()), prompt=prompt, json=json))


def try_(  # noqa: PLR0917 - Typer makes options of parameters
    dialect: Dialect,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="ssh://USER@HOST:PORT, or the clusters.json of served clusters.")
    ],
    verb: Annotated[str, typer.Argument(help="An operation, such as show.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Such as name=home.")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="The private key to log in with.")] = None,
    known_hosts: Annotated[Path | None, typer.Option(metavar="FILE", help="The host keys to trust.")] = None,
    host_key: Annotated[str | None, typer.Option(metavar="SHA256:…", help="The one host key to trust.")] = None,
    cluster: Annotated[str | None, typer.Option(metavar="NAME", help="Of a file of served clusters: which.")] = None,
    within: Annotated[str, typer.Option(help="How long the operation may take.")] = "30s",
) -> None:
    """Carry out one operation on a real target; print each command as sent, each reply as it came, and the outcome.

    A create, resize or delete really is one. Exit codes: 0 done, 1 refused, 2 unknown, 64 bad input, 130 interrupted.
    """
    from harness.cli.dialect_try import TryOptions, try_operation
    from harness.contract.target_named import NamedTarget

    named = NamedTarget(
        name=target, dialect=dialect, key=key, known_hosts=known_hosts, host_key=host_key, cluster=cluster
    )
    raise typer.Exit(try_operation(TryOptions(target=named, verb=verb, values=tuple(values or ()), within=within)))
