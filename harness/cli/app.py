"""The commands and their options. What they do is imported when they run."""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from harness.world_name import WorldName

__all__ = ["Options", "app"]

app = typer.Typer(
    help="A laboratory for provisioning pipelines that drive slow, unreliable remote clusters over SSH.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_clusters = typer.Typer(help="Fake clusters behind real SSH.", rich_markup_mode=None)
_pipeline = typer.Typer(help="The reference pipeline: API, processor, gateway.", rich_markup_mode=None)
app.add_typer(_clusters, name="clusters")
app.add_typer(_pipeline, name="pipeline")


@dataclass(slots=True, kw_only=True)
class Options:
    """What stands before the command."""

    debug: bool = False


class Format(StrEnum):
    """How a journal is shown."""

    TERMINAL = "terminal"
    HTML = "html"
    JUNIT = "junit"


Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]
ScenarioNames = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Files, or names of shipped ones.")]


@app.callback(invoke_without_command=True)
def _before(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of a fault of our own.")] = False,
) -> None:
    context.obj.debug = debug
    if context.invoked_subcommand is None:
        sys.stderr.write(context.get_help() + "\n")
        raise typer.Exit(64)


@app.command()
def run(  # noqa: PLR0917 - Typer makes options of parameters
    scenarios: ScenarioNames,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; runs/… if left out.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
    world: Annotated[WorldName, typer.Option(help="Where to play.")] = WorldName.LIVE,
    ssh: Annotated[bool, typer.Option("--ssh", help="With --world virtual: unmodified SSH and HTTP.")] = False,
    pipeline: Annotated[str | None, typer.Option(help="A design instead of the scenario's own.")] = None,
    replications: Annotated[
        int, typer.Option(min=1, help="With --world model: so many seeds, and how sure the figures are.")
    ] = 1,
    admin: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --world live: change clusters and toxics by HTTP; FILE says where."),
    ] = None,
) -> None:
    """Play scenarios, judge what happened, write the reports.

    Exit codes: 0 valid, 1 invalid, 2 unknown, 3 gate failed, 64 bad input, 70 our own fault, 130 interrupted.
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


@app.command()
def compare(  # noqa: PLR0917 - Typer makes options of parameters
    what: Annotated[
        list[str], typer.Argument(metavar="SCENARIO | JOURNAL...", help="What to play, or saved journals.")
    ],
    pipelines: Annotated[str, typer.Option(help="Designs, comma-separated.")] = "blocking,in-process,spool",
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; runs/… if left out.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
    world: Annotated[WorldName, typer.Option(help="Where to play.")] = WorldName.LIVE,
) -> None:
    """Play one scenario with several designs of the pipeline on common random numbers, and show what differs.

    Exit code 0 when all ran, whatever they found: it is an experiment.
    """
    from harness.cli.comparing import Wanted, compare_designs, compare_journals, is_journal

    if all(map(is_journal, what)):
        raise typer.Exit(compare_journals(what, out, json=json))
    if len(what) > 1:
        raise typer.BadParameter("one scenario, or saved journals alone", param_hint="SCENARIO | JOURNAL...")
    wanted = Wanted(name=what[0], designs=pipelines, world=world, seed=seed, out=out, force=force, json=json)
    raise typer.Exit(compare_designs(wanted))


@app.command()
def agree(  # noqa: PLR0917 - Typer makes options of parameters
    what: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO | JOURNAL...", help="What to play, or saved journals of one scenario."),
    ],
    worlds: Annotated[str, typer.Option(help="Comma-separated; all are compared with the first.")] = "model,virtual",
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    within: Annotated[str, typer.Option(help="What a live world may add to a latency.")] = "500ms",
    out: Annotated[Path | None, typer.Option(help="Folder for agreement.json and each run's results.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
) -> None:
    """Play one scenario in several worlds with the same seed, and say op by op where their histories differ.

    Exit codes: 0 they agree, 1 they do not, 64 bad input, 70 our own fault, 130 interrupted.
    """
    from harness.cli.agreeing import Wanted, agree_journals, agree_worlds
    from harness.cli.comparing import is_journal

    wanted = Wanted(worlds=worlds, within=within, seed=seed, out=out, force=force, json=json)
    if all(map(is_journal, what)):
        raise typer.Exit(agree_journals(what, wanted))
    if len(what) > 1:
        raise typer.BadParameter("one scenario, or saved journals alone", param_hint="SCENARIO | JOURNAL...")
    raise typer.Exit(agree_worlds(what[0], wanted))


@app.command()
def mutants(  # noqa: PLR0917 - Typer makes options of parameters
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Seeded bugs; all if left out.")
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


@app.command()
def explore(  # noqa: PLR0917 - Typer makes options of parameters
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped one.")],
    runs: Annotated[int, typer.Option(min=1, help="The most schedules to play.")] = 1000,
    time: Annotated[str | None, typer.Option(help="The longest to go on, such as `10m`.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Of the search, instead of the scenario's own.")] = None,
    seams: Annotated[
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

    Exit codes: 0 none found, 1 found, 2 some runs cannot tell, 64 bad input, 70 our own fault, 130 interrupted.
    """
    from harness.cli.exploring import Wanted, explore_scenario

    wanted = Wanted(
        name=scenario,
        runs=runs,
        time=time,
        jobs=jobs,
        seed=seed,
        seams=tuple(seams or ()),
        toxics=toxics,
        keep_going=keep_going,
        shrink=shrink,
        out=out,
        force=force,
        json=json,
    )
    raise typer.Exit(explore_scenario(wanted))


@app.command()
def replay(
    journal: Annotated[Path, typer.Argument(metavar="JOURNAL", help="A journal.json, or the folder that holds it.")],
    world: Annotated[WorldName | None, typer.Option(help="Where; as recorded if left out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace earlier results in that folder.")] = False,
    json: Json = False,
) -> None:
    """Play a journal's scenario again, and say whether the same came of it.

    Exit codes: 0 the same, 1 not the same, 64 bad input, 70 our own fault, 130 interrupted.
    """
    from harness.cli.replaying import Wanted, replay_journal

    raise typer.Exit(replay_journal(Wanted(journal=journal, world=world, out=out, force=force, json=json)))


@app.command()
def lint(
    scenarios: ScenarioNames,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 where there is any advice.")] = False,
) -> None:
    """Check scenario files, and warn where one may not show what it is meant to show."""
    from harness.cli.advice import lint_all

    raise typer.Exit(lint_all(tuple(scenarios), strict=strict))


@app.command()
def faults(json: Json = False) -> None:
    """List every fault: what it does, and what the user of a real ssh sees."""
    from harness.cli.fault_list import list_faults

    list_faults(json=json)


@app.command()
def toxics(json: Json = False) -> None:
    """List every toxic: what it does to a link, and what the side that connects sees."""
    from harness.cli.toxic_list import list_toxics

    list_toxics(json=json)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="File to write; stdout if left out.")] = None,
) -> None:
    """The JSON Schema of scenario files, for editors."""
    from harness.cli.advice import write_schema

    write_schema(out)


@app.command()
def report(
    journal: Annotated[Path, typer.Argument(metavar="JOURNAL", help="A journal.json, or the folder that holds it.")],
    out: Annotated[Path | None, typer.Option(help="File to write; beside the journal if left out.")] = None,
    format: Annotated[Format, typer.Option(help="How to show it.")] = Format.TERMINAL,
) -> None:
    """Show a journal again."""
    from harness.cli.journal import show_journal

    show_journal(journal, out, format.value)


@app.command()
def version() -> None:
    """The version of this product."""
    from harness.versions import product

    sys.stdout.write(product() + "\n")


@_clusters.command("serve")
def serve_clusters(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file of clusters and faults.")],
) -> None:
    """Serve fake clusters until Ctrl-C, which is a good end: exit code 0."""
    from harness.cli.clusters import serve_clusters_file

    raise typer.Exit(serve_clusters_file(file))


@_pipeline.command("serve")
def serve_pipeline(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file of the pipeline's settings.")],
    parts: Annotated[str | None, typer.Option(help="Which parts, comma-separated; all if left out.")] = None,
    ready: Annotated[Path | None, typer.Option(help="File that says where the parts are, once all are up.")] = None,
) -> None:
    """Serve the pipeline until Ctrl-C, which is a good end: exit code 0."""
    from harness.cli.pipeline import serve_pipeline_file

    raise typer.Exit(serve_pipeline_file(file, parts, ready))
