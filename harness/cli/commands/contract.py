"""The commands of the contract kit: `contract TARGET`, `contract sweep`, `contract clauses`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Force, Json, Out

__all__ = ["clause_ids", "clauses", "run", "sweep"]

_TARGET = "fake, ssh://USER@HOST:PORT, a target or clusters file (.toml), or the clusters.json of served clusters."


def clause_ids(incomplete: str) -> list[str]:
    """Complete the ids of clauses in a shell."""
    from harness.contract.clauses import CLAUSES

    return [clause.id for clause in CLAUSES if clause.id.startswith(incomplete)]


Target = Annotated[str, typer.Argument(metavar="TARGET", help=_TARGET)]
Dialect = Annotated[str | None, typer.Option(help="A shipped dialect, or a file; default: native.")]
Profile = Annotated[str | None, typer.Option(help="Of a fake: a shipped profile; default: instant.")]
Key = Annotated[Path | None, typer.Option(metavar="FILE", help="Of an address: the private key to log in with.")]
KnownHosts = Annotated[Path | None, typer.Option(metavar="FILE", help="Of an address: the host keys to trust.")]
HostKey = Annotated[str | None, typer.Option(metavar="SHA256:…", help="Of an address: the one host key to trust.")]
Cluster = Annotated[str | None, typer.Option(metavar="NAME", help="Of a file with several clusters: which.")]
LedgerFolder = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="DIR", help="Folder for the names in use; default: in ~/.local/state."),
]


def run(  # noqa: PLR0917 - Typer makes options of parameters
    target: Target,
    dialect: Dialect = None,
    profile: Profile = None,
    key: Key = None,
    known_hosts: KnownHosts = None,
    host_key: HostKey = None,
    cluster: Cluster = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Only these, such as `repeat.*`; repeatable.", autocompletion=clause_ids),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the order of the clauses.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, max=32, help="Number of clauses at once.")] = 4,
    strict: Annotated[bool, typer.Option("--strict", help="Recommendations count as musts do.")] = False,
    defect: Annotated[
        str | None,
        typer.Option(metavar="CLAUSE", help="Of a fake: a defect that this clause notices.", autocompletion=clause_ids),
    ] = None,
    ledger: LedgerFolder = None,
    out: Out = None,
    force: Force = False,
    all: Annotated[bool, typer.Option("--all", help="Print every clause, not only themes.")] = False,
    json: Json = False,
) -> None:
    """Hold a connector to the contract, clause by clause, and write the reports. `run` may be left out.

    It removes every share that it makes, also after Ctrl-C.

    Exit codes: 0 conforms, 1 does not, 2 not decided, 64 bad input, 69 the target cannot be tested or was lost,
    70 internal error, 80 to 82 as 0 to 2 but the results could not be written, 130 interrupted.
    """
    from harness.cli.contract import ContractOptions, hold_to_contract
    from harness.contract.target_named import NamedTarget

    named = NamedTarget(
        name=target,
        dialect=dialect,
        profile=profile,
        key=key,
        known_hosts=known_hosts,
        host_key=host_key,
        cluster=cluster,
        defect=defect,
    )
    options = ContractOptions(
        target=named,
        clauses=tuple(clause or ()),
        seed=seed,
        jobs=jobs,
        strict=strict,
        ledger=ledger,
        out=out,
        force=force,
        all=all,
        json=json,
    )
    raise typer.Exit(hold_to_contract(options))


def sweep(  # noqa: PLR0917 - Typer makes options of parameters
    target: Target,
    dialect: Dialect = None,
    key: Key = None,
    known_hosts: KnownHosts = None,
    host_key: HostKey = None,
    cluster: Cluster = None,
    ledger: LedgerFolder = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove them; without it they are only listed.")] = False,
    json: Json = False,
) -> None:
    """List, and with --remove remove, the shares that killed runs have left on a target.

    Only shares whose names those runs wrote down. Shares of others and of runs under way are not touched. Exit codes:
    0 nothing is left, 1 shares are left (without --remove), 2 some could not be removed, 64 bad input, 69 no
    connection.
    """
    from harness.cli.contract_sweep import SweepOptions, sweep_target
    from harness.contract.target_named import NamedTarget

    named = NamedTarget(
        name=target, dialect=dialect, key=key, known_hosts=known_hosts, host_key=host_key, cluster=cluster
    )
    raise typer.Exit(sweep_target(SweepOptions(target=named, ledger=ledger, remove=remove, json=json)))


def clauses(json: Json = False) -> None:
    """List the clauses: what each asks of a connector."""
    from harness.cli.clause_list import list_clauses

    list_clauses(json=json)
