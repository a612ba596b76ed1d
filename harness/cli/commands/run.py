"""The commands that run scenarios: once, with several designs, in several worlds, and again."""

from pathlib import Path
from typing import Annotated, assert_never

import typer

from harness.cli.commands.options import (
    Force,
    Json,
    OneDesign,
    Out,
    SavedJournal,
    ScenarioNames,
    Seed,
    Service,
    shipped,
)
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.world_name import WorldName

__all__ = ["agree", "compare", "replay", "run"]


_DESIGNS = "blocking,in-process,spool"


def run(  # noqa: PLR0917 - Typer makes options of parameters
    scenarios: ScenarioNames,
    seed: Seed = None,
    out: Out = None,
    force: Force = False,
    json: Json = False,
    world: Annotated[WorldName, typer.Option(help="The world to run in.")] = WorldName.LIVE,
    ssh: Annotated[bool, typer.Option("--ssh", help="With --world virtual: run unmodified SSH and HTTP.")] = False,
    pipeline: OneDesign = None,
    replications: Annotated[
        int,
        typer.Option(
            min=1,
            max=100_000,
            help="With --world model: number of seeds; reports the worst verdict, and intervals.",
        ),
    ] = 1,
    admin: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="With --world live: serve the admin APIs, and write their addresses to FILE."
        ),
    ] = None,
    service: Service = None,
    gateway: Annotated[
        GatewayKind | None,
        typer.Option(help="The gateway in front of the service, instead of the scenario's own."),
    ] = None,
    store: Annotated[
        StoreKind | None,
        typer.Option(help="The store of the reference pipeline, instead of the scenario's own."),
    ] = None,
    spool: Annotated[
        SpoolKind | None,
        typer.Option(help="The spool of the reference pipeline, instead of the scenario's own."),
    ] = None,
    connector: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=TARGET", help="With --world real: a connector of your own for a cluster."),
    ] = None,
) -> None:
    """Run scenarios, check what happened, and write the reports.

    Exit codes: 0 valid, 1 invalid, 2 unknown, 3 gate failed, 64 bad input, 69 service unavailable, 70 internal error,
    80 to 83 as 0 to 3 but the results could not be written, 130 interrupted, 141 stdout was closed before there was a
    result.
    """
    from harness.cli.run import RunOptions, run_all

    if ssh:
        world = _with_ssh(world)
    if replications > 1 and world is not WorldName.MODEL:
        raise typer.BadParameter("needs --world model", param_hint="--replications")
    if admin is not None and world is not WorldName.LIVE:
        raise typer.BadParameter("needs --world live", param_hint="--admin")
    if connector and world is not WorldName.REAL:
        raise typer.BadParameter("needs --world real", param_hint="--connector")
    options = RunOptions(
        names=tuple(scenarios),
        seed=seed,
        out=out,
        force=force,
        json=json,
        world=world,
        pipeline=pipeline,
        replications=replications,
        admin=admin,
        service=service,
        gateway=gateway,
        store=store,
        spool=spool,
        connectors=tuple(connector or ()),
    )
    raise typer.Exit(run_all(options))


def _with_ssh(world: WorldName) -> WorldName:
    match world:
        case WorldName.VIRTUAL | WorldName.VIRTUAL_SSH:
            return WorldName.VIRTUAL_SSH
        case WorldName.LIVE | WorldName.REAL | WorldName.MODEL:
            raise typer.BadParameter(
                "needs --world virtual; the live and the real world always use SSH", param_hint="--ssh"
            )
        case _:
            assert_never(world)


def compare(  # noqa: PLR0917 - Typer makes options of parameters
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | JOURNAL...]",
            help="A scenario, or saved journals; default: `three_designs`.",
            autocompletion=shipped,
        ),
    ] = None,
    pipelines: Annotated[str, typer.Option(help="Designs, comma-separated.")] = _DESIGNS,
    seed: Seed = None,
    out: Out = None,
    force: Force = False,
    json: Json = False,
    world: Annotated[WorldName, typer.Option(help="The world to run in.")] = WorldName.LIVE,
) -> None:
    """Run one scenario with several designs of the pipeline on common random numbers, and show the differences.

    Exit code 0 if all runs completed, whatever their verdicts. If a part of a pipeline ended unexpectedly: 1 if it
    failed by itself, 2 if it was ended from outside.
    """
    from harness.cli.compare import CompareOptions, compare_designs, compare_journals, is_journal

    what = what or ["three_designs"]
    if all(map(is_journal, what)):
        if seed is not None or world is not WorldName.LIVE or pipelines != _DESIGNS:
            raise typer.BadParameter("--seed, --world and --pipelines cannot be combined with saved journals")
        raise typer.Exit(compare_journals(what, out, force=force, json=json))
    if len(what) > 1:
        raise typer.BadParameter("give one scenario, or saved journals only", param_hint="SCENARIO | JOURNAL...")
    options = CompareOptions(name=what[0], designs=pipelines, world=world, seed=seed, out=out, force=force, json=json)
    raise typer.Exit(compare_designs(options))


def agree(  # noqa: PLR0917 - Typer makes options of parameters
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO | JOURNAL...",
            help="A scenario, or saved journals of one scenario.",
            autocompletion=shipped,
        ),
    ],
    worlds: Annotated[str, typer.Option(help="Comma-separated; each is compared with the first.")] = "model,virtual",
    seed: Seed = None,
    within: Annotated[str, typer.Option(help="How much latency the live world may add.")] = "500ms",
    out: Annotated[Path | None, typer.Option(help="Folder for agreement.json and each run's results.")] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Run one scenario in several worlds with the same seed, and show op by op where the histories differ.

    Exit codes: 0 they agree, 1 they differ, 2 a part of the pipeline was ended from outside, 64 bad input,
    70 internal error, 130 interrupted.
    """
    from harness.cli.agree import AgreeOptions, agree_journals, agree_worlds
    from harness.cli.compare import is_journal

    options = AgreeOptions(worlds=worlds, within=within, seed=seed, out=out, force=force, json=json)
    if all(map(is_journal, what)):
        raise typer.Exit(agree_journals(what, options))
    if len(what) > 1:
        raise typer.BadParameter("give one scenario, or saved journals only", param_hint="SCENARIO | JOURNAL...")
    raise typer.Exit(agree_worlds(what[0], options))


def replay(
    journal: SavedJournal,
    world: Annotated[WorldName | None, typer.Option(help="The world to run in; default: as recorded.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Run a journal's scenario again, and report whether the history is the same.

    Exit codes: 0 the same, 1 different, 64 bad input, 70 internal error, 130 interrupted.
    """
    from harness.cli.replay import ReplayOptions, replay_journal

    raise typer.Exit(replay_journal(ReplayOptions(journal=journal, world=world, out=out, force=force, json=json)))
