"""Options shared by several commands."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Force",
    "Json",
    "OneDesign",
    "Out",
    "SavedJournal",
    "ScenarioName",
    "ScenarioNames",
    "Seed",
    "Service",
    "designs",
    "seeded_bugs",
    "shipped",
]


def shipped(incomplete: str) -> list[str]:
    """Complete the names of shipped scenarios in a shell."""
    from harness.scenario.parse import shipped_scenarios

    return [name for name in shipped_scenarios() if name.startswith(incomplete)]


def seeded_bugs(incomplete: str) -> list[str]:
    """Complete the names of seeded bugs in a shell."""
    from harness.mutants.table import MUTANTS

    return [name for name in MUTANTS if name.startswith(incomplete)]


def invariants(incomplete: str) -> list[str]:
    """The invariants that a shell can complete to."""
    from harness.cli.invariant_list import INVARIANTS

    return [name for name in INVARIANTS if name.lower().startswith(incomplete.lower())]


def designs(incomplete: str) -> list[str]:
    """Complete the names of designs in a shell."""
    from harness.scenario.service import Design

    return [design.value for design in Design if design.value.startswith(incomplete)]


Seed = Annotated[int | None, typer.Option(help="Instead of the scenario's own.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the results; default: runs/….")]
Force = Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")]
OneDesign = Annotated[
    str | None,
    typer.Option(
        metavar="DESIGN",
        help="Instead of the scenario's own: spool, blocking or in-process.",
        autocompletion=designs,
    ),
]
ScenarioName = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.", autocompletion=shipped),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]
Service = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A file with the service under test, instead of the scenario's own."),
]
SavedJournal = Annotated[Path, typer.Argument(metavar="JOURNAL", help="A journal.json file, or its folder.")]
ScenarioNames = Annotated[
    list[str],
    typer.Argument(metavar="SCENARIO...", help="Files, or names of shipped scenarios.", autocompletion=shipped),
]
