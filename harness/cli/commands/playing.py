"""The commands that play scenarios: once, with several designs, in several worlds, and again."""

from pathlib import Path
from typing import Annotated, assert_never

import typer

from harness.cli.commands.options import Json, SavedJournal, ScenarioNames, designs, shipped
from harness.world_name import WorldName

__all__ = ["agree", "compare", "replay", "run"]


_DESIGNS = "blocking,in-process,spool"


def run(  # noqa: PLR0917 - Typer makes options of parameters
    scenarios: ScenarioNames,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; runs/… if left out.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
    world: Annotated[WorldName, typer.Option(help="Where to play.")] = WorldName.LIVE,
    ssh: Annotated[bool, typer.Option("--ssh", help="With --world virtual: unmodified SSH and HTTP.")] = False,
    pipeline: Annotated[
        str | None, typer.Option(help="A design instead of the scenario's own.", autocompletion=designs)
    ] = None,
    replications: Annotated[
        int,
        typer.Option(
            min=1,
            max=100_000,
            help="With --world model: so many seeds, their gravest verdict, and how sure the figures are.",
        ),
    ] = 1,
    admin: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --world live: change clusters and toxics by HTTP; FILE says where."),
    ] = None,
) -> None:
    """Play scenarios, judge what happened, write the reports.

    Exit codes: 0 valid, 1 invalid, 2 unknown, 3 gate failed, 64 bad input, 70 internal error, 130 interrupted.
    """
    from harness.cli.runs import Wanted, run_all

    if ssh:
        world = _with_ssh(world)
    if replications > 1 and world is not WorldName.MODEL:
        raise typer.BadParameter("is for --world model", param_hint="--replications")
    if admin is not None and world is not WorldName.LIVE:
        raise typer.BadParameter("is for --world live", param_hint="--admin")
    wanted = Wanted(
        names=tuple(scenarios),
        seed=seed,
        out=out,
        force=force,
        json=json,
        world=world,
        pipeline=pipeline,
        replications=replications,
        admin=admin,
    )
    raise typer.Exit(run_all(wanted))


def _with_ssh(world: WorldName) -> WorldName:
    match world:
        case WorldName.VIRTUAL | WorldName.VIRTUAL_SSH:
            return WorldName.VIRTUAL_SSH
        case WorldName.LIVE | WorldName.MODEL:
            raise typer.BadParameter("is for --world virtual; a live world always speaks SSH", param_hint="--ssh")
        case _:
            assert_never(world)


def compare(  # noqa: PLR0917 - Typer makes options of parameters
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | JOURNAL...]",
            help="What to play, or saved journals; `three_designs` if left out.",
            autocompletion=shipped,
        ),
    ] = None,
    pipelines: Annotated[str, typer.Option(help="Designs, comma-separated.")] = _DESIGNS,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; runs/… if left out.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
    world: Annotated[WorldName, typer.Option(help="Where to play.")] = WorldName.LIVE,
) -> None:
    """Play one scenario with several designs of the pipeline on common random numbers, and show what differs.

    Exit code 0 when all ran, whatever they found: it is an experiment. Where a part of a pipeline ended unplanned: 1 if
    it failed by itself, 2 if something outside the run ended it.
    """
    from harness.cli.comparing import Wanted, compare_designs, compare_journals, is_journal

    what = what or ["three_designs"]
    if all(map(is_journal, what)):
        if seed is not None or world is not WorldName.LIVE or pipelines != _DESIGNS:
            raise typer.BadParameter("--seed, --world and --pipelines are for playing; saved journals are as they are")
        raise typer.Exit(compare_journals(what, out, force=force, json=json))
    if len(what) > 1:
        raise typer.BadParameter("one scenario, or saved journals alone", param_hint="SCENARIO | JOURNAL...")
    wanted = Wanted(name=what[0], designs=pipelines, world=world, seed=seed, out=out, force=force, json=json)
    raise typer.Exit(compare_designs(wanted))


def agree(  # noqa: PLR0917 - Typer makes options of parameters
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO | JOURNAL...",
            help="What to play, or saved journals of one scenario.",
            autocompletion=shipped,
        ),
    ],
    worlds: Annotated[str, typer.Option(help="Comma-separated; all are compared with the first.")] = "model,virtual",
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    within: Annotated[str, typer.Option(help="What a live world may add to a latency.")] = "500ms",
    out: Annotated[Path | None, typer.Option(help="Folder for agreement.json and each run's results.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
) -> None:
    """Play one scenario in several worlds with the same seed, and say op by op where their histories differ.

    Exit codes: 0 they agree, 1 they do not, 2 a part of the pipeline was ended from outside, 64 bad input,
    70 internal error, 130 interrupted.
    """
    from harness.cli.agreeing import Wanted, agree_journals, agree_worlds
    from harness.cli.comparing import is_journal

    wanted = Wanted(worlds=worlds, within=within, seed=seed, out=out, force=force, json=json)
    if all(map(is_journal, what)):
        raise typer.Exit(agree_journals(what, wanted))
    if len(what) > 1:
        raise typer.BadParameter("one scenario, or saved journals alone", param_hint="SCENARIO | JOURNAL...")
    raise typer.Exit(agree_worlds(what[0], wanted))


def replay(
    journal: SavedJournal,
    world: Annotated[WorldName | None, typer.Option(help="Where; as recorded if left out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
) -> None:
    """Play a journal's scenario again, and say whether the same came of it.

    Exit codes: 0 the same, 1 not the same, 64 bad input, 70 internal error, 130 interrupted.
    """
    from harness.cli.replaying import Wanted, replay_journal

    raise typer.Exit(replay_journal(Wanted(journal=journal, world=world, out=out, force=force, json=json)))
