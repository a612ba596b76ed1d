"""The commands that search for a run that breaks an invariant."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Force, Json, Service, seeded_bugs, shipped
from harness.world_name import WorldName

__all__ = ["explore", "mutants"]


def mutants(  # noqa: PLR0917 - Typer makes options of parameters
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Names of seeded bugs; default: all.", autocompletion=seeded_bugs),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Maximum number of runs for each bug.")] = 200,
    jobs: Annotated[int, typer.Option(min=1, help="Number of parallel processes.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of the first run.")] = 1,
    json: Json = False,
    docs: Annotated[Path | None, typer.Option(help="Markdown page to write with the figures.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the runs that exposed the bugs, for `replay`.")] = None,
    force: Force = False,
) -> None:
    """Search for seeded bugs, in pipelines with one bug each, and show what it took to find them.

    Exit code 1 if a bug was not found: the checkers or the scenario need work.
    """
    from harness.cli.mutants import MutantsOptions, hunt_mutants

    options = MutantsOptions(
        names=tuple(names or ()), runs=runs, jobs=jobs, seed=seed, json=json, docs=docs, out=out, force=force
    )
    raise typer.Exit(hunt_mutants(options))


def explore(  # noqa: PLR0917 - Typer makes options of parameters
    scenario: Annotated[
        str,
        typer.Argument(metavar="[SCENARIO]", help="A file, or the name of a shipped scenario.", autocompletion=shipped),
    ] = "explore",
    service: Service = None,
    runs: Annotated[int, typer.Option(min=1, help="Maximum number of schedules to run.")] = 1000,
    time: Annotated[str | None, typer.Option(help="Maximum duration, such as `10m`.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Number of parallel processes.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Seed of the search, instead of the scenario's own.")] = None,
    overrides: Annotated[
        list[str] | None, typer.Option(metavar="PART=MODULE:ATTR", help="Replace the behaviour of a part; repeatable.")
    ] = None,
    toxics: Annotated[bool, typer.Option("--toxics", help="Use toxics on links too, which takes longer.")] = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Continue after the first failure.")] = False,
    shrink: Annotated[int, typer.Option(min=0, help="Maximum number of runs to shrink a failure.")] = 300,
    out: Annotated[Path | None, typer.Option(help="Folder for failures; default: runs/….")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier failures in that folder.")] = False,
    json: Json = False,
    world: Annotated[
        WorldName, typer.Option(help="The world to run in: `virtual`, or `live`, which needs --time.")
    ] = WorldName.VIRTUAL,
) -> None:
    """Search for a schedule of faults that breaks an invariant, shrink it, and save it as a scenario.

    Exit codes: 0 none found, 1 found, 2 some verdicts unknown, 64 bad input, 70 internal error, 130 interrupted.
    """
    from harness.cli.explore import ExploreOptions, explore_scenario

    if world not in {WorldName.VIRTUAL, WorldName.LIVE}:
        raise typer.BadParameter(f"{world}: accepted: virtual, live", param_hint="--world")
    if world is WorldName.LIVE and (time is None or jobs > 1):
        raise typer.BadParameter("live needs --time, and runs one schedule at a time", param_hint="--world")
    options = ExploreOptions(
        name=scenario,
        service=service,
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
        world=world,
    )
    raise typer.Exit(explore_scenario(options))
