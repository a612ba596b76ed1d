"""The commands that look for a run which breaks a promise."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json, seeded_bugs, shipped

__all__ = ["explore", "mutants"]


def mutants(  # noqa: PLR0917 - Typer makes options of parameters
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Seeded bugs; all if left out.", autocompletion=seeded_bugs),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="The most runs for each.")] = 200,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = 2,
    seed: Annotated[int, typer.Option(help="Of the first run.")] = 1,
    json: Json = False,
    docs: Annotated[Path | None, typer.Option(help="A page to write with the figures.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for what showed each, to be replayed.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
) -> None:
    """Hunt pipelines with one seeded bug each, and show what it took to find them.

    Exit code 1 when one was not found: the checkers, or the scenario, are not good enough.
    """
    from harness.cli.mutants import Wanted, hunt_mutants

    wanted = Wanted(
        names=tuple(names or ()), runs=runs, jobs=jobs, seed=seed, json=json, docs=docs, out=out, force=force
    )
    raise typer.Exit(hunt_mutants(wanted))


def explore(  # noqa: PLR0917 - Typer makes options of parameters
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A file, or the name of a shipped one.", autocompletion=shipped)
    ] = "explore",
    runs: Annotated[int, typer.Option(min=1, help="The most schedules to play.")] = 1000,
    time: Annotated[str | None, typer.Option(help="The longest to go on, such as `10m`.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Of the search, instead of the scenario's own.")] = None,
    overrides: Annotated[
        list[str] | None, typer.Option(metavar="PART=MODULE:ATTR", help="Another behaviour in a part; repeatable.")
    ] = None,
    toxics: Annotated[bool, typer.Option("--toxics", help="Strike links too, which takes longer.")] = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Beyond the first failure.")] = False,
    shrink: Annotated[int, typer.Option(min=0, help="The most runs to shrink a failure.")] = 300,
    out: Annotated[Path | None, typer.Option(help="Folder for failures; runs/… if left out.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier failures in that folder.")] = False,
    json: Json = False,
) -> None:
    """Look for a schedule of faults that breaks a promise, shrink it, and save it as a scenario.

    Exit codes: 0 none found, 1 found, 2 some runs cannot tell, 64 bad input, 70 internal error, 130 interrupted.
    """
    from harness.cli.exploring import Wanted, explore_scenario

    wanted = Wanted(
        name=scenario,
        runs=runs,
        time=time,
        jobs=jobs,
        seed=seed,
        overrides=tuple(overrides or ()),
        toxics=toxics,
        keep_going=keep_going,
        shrink=shrink,
        out=out,
        force=force,
        json=json,
    )
    raise typer.Exit(explore_scenario(wanted))
