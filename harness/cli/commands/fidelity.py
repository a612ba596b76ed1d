"""The command `fidelity`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.contract import Dialect, HostKey, Key, KnownHosts, LedgerFolder, clause_ids
from harness.cli.commands.options import Json

__all__ = ["fidelity"]

_REAL = "The connector: ssh://USER@HOST:PORT, a target file (.toml), a clusters.json, or fake."
_FAKE = "What stands for it: fake, a clusters file (.toml), a clusters.json, or any other target."


def fidelity(  # noqa: PLR0917 - Typer makes options of parameters
    real: Annotated[str, typer.Argument(metavar="REAL", help=_REAL)],
    fake: Annotated[str, typer.Argument(metavar="FAKE", help=_FAKE)],
    dialect: Dialect = None,
    profile: Annotated[str | None, typer.Option(help="Of FAKE `fake`: a shipped profile; default: instant.")] = None,
    defect: Annotated[
        str | None,
        typer.Option(metavar="CLAUSE", help="Of FAKE `fake`: the defect of this clause.", autocompletion=clause_ids),
    ] = None,
    key: Key = None,
    known_hosts: KnownHosts = None,
    host_key: HostKey = None,
    real_cluster: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of REAL, where that is a file with several clusters.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of FAKE, where that is a file with several clusters.")
    ] = None,
    differences: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Intended differences, each with a reason.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Play only the sequence of this file: a difference.toml.")
    ] = None,
    sequences: Annotated[int, typer.Option(min=1, max=100_000, help="Number of sequences.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the sequences.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, max=32, help="Number of sequences at once.")] = 4,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="End with the first difference.")] = False,
    ledger: LedgerFolder = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; default: runs/….")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
) -> None:
    """Play generated sequences of commands on a connector and on the fake that stands for it, and compare the answers.

    Codes, states and sizes are compared; times are not. The first difference is shrunk and saved, for --replay. All
    shares that it makes are removed, also after Ctrl-C.

    Exit codes: 0 no difference, 1 the fake differs or a declared difference did not come, 2 not decided (too little
    covered, or sequences that could not be compared), 64 bad input, 69 a target cannot be reached or was lost, 70
    internal error, 80 to 82 as 0 to 2 but the results could not be written, 130 interrupted.
    """
    from harness.cli.fidelity import FidelityCommand, compare_fidelity

    command = FidelityCommand(
        real=real,
        fake=fake,
        dialect=dialect,
        profile=profile,
        defect=defect,
        key=key,
        known_hosts=known_hosts,
        host_key=host_key,
        real_cluster=real_cluster,
        cluster=cluster,
        differences=differences,
        replay=replay,
        sequences=sequences,
        seed=seed,
        jobs=jobs,
        fail_fast=fail_fast,
        ledger=ledger,
        out=out,
        force=force,
        json=json,
    )
    raise typer.Exit(compare_fidelity(command))
