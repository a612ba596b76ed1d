"""The commands for load tests: `load SCENARIO`, `load compare`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Force, Json, OneDesign, Out, ScenarioName, Seed, Service

__all__ = ["compare", "run"]

_WEB_PORT = 8089
_MASTER_PORT = 5557


def run(  # noqa: PLR0917 - Typer makes options of parameters
    scenario: ScenarioName,
    gateway: Annotated[
        str | None,
        typer.Option(
            metavar="GATEWAY",
            help="Instead of the scenario's own: builtin, nginx, haproxy, or the URL of one that runs.",
        ),
    ] = None,
    processes: Annotated[int, typer.Option(min=0, max=256, help="Load generators on this machine.")] = 1,
    abort: Annotated[bool, typer.Option("--abort", help="End as soon as a gate cannot hold any more.")] = False,
    latest: Annotated[
        str,
        typer.Option(metavar="TIME", help="p99 of the generators' lateness above this makes the verdict unknown."),
    ] = "50ms",
    web: Annotated[bool, typer.Option("--web", help="Serve Locust's page on 127.0.0.1 while the load lasts.")] = False,
    web_port: Annotated[int, typer.Option(min=1, max=65535, help="The port of that page.")] = _WEB_PORT,
    master: Annotated[
        bool, typer.Option("--master", help="Lead workers on other machines too (needs --expect-workers).")
    ] = False,
    worker: Annotated[bool, typer.Option("--worker", help="Be a worker of a load on another machine.")] = False,
    bind: Annotated[str, typer.Option(metavar="ADDRESS", help="Where a master listens.")] = "127.0.0.1",
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where a worker finds its master.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the master.")] = _MASTER_PORT,
    expect_workers: Annotated[int, typer.Option(min=0, help="How many workers a master waits for.")] = 0,
    seed: Seed = None,
    pipeline: OneDesign = None,
    service: Service = None,
    out: Out = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Play a scenario's load with Locust through a gateway, open-loop, and judge it as a run.

    Beside the reports the results folder gets load/samples.csv (every op), load/histograms.hlog (HdrHistograms by
    phase and op) and the logs of the generators. Exit codes: as for `run`; 69 also where a load generator ends in the
    middle of the load, which leaves the samples up to then.
    """
    from harness.cli.load import LoadCommand, play, work

    if master and worker:
        raise typer.BadParameter("cannot be combined with --master", param_hint="--worker")
    if master != bool(expect_workers):
        raise typer.BadParameter("belongs with --master, and needs at least 1", param_hint="--expect-workers")
    if not (processes or master):
        raise typer.BadParameter("0 is for a --master whose workers are all elsewhere", param_hint="--processes")
    command = LoadCommand(
        name=scenario,
        gateway=gateway,
        processes=processes,
        abort=abort,
        latest=latest,
        web=web_port if web else None,
        bind=bind,
        host=host,
        port=port if master or worker else None,
        workers=expect_workers,
        seed=seed,
        pipeline=pipeline,
        service=service,
        out=out,
        force=force,
        json=json,
    )
    raise typer.Exit(work(command) if worker else play(command))


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="The results folder of a load.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Of the one that is compared with it.")],
    json: Json = False,
) -> None:
    """Compare the response times of two loads, quantile by quantile, with 95 % intervals.

    Of a hundred comparisons of the same thing, about five at most call anything different. Exit codes: 0 B is not
    slower as far as the samples show, 2 unknown (too few samples, or a generator was late), 3 B is slower, 64 bad
    input.
    """
    from harness.cli.load_compare import compare_load_folders

    raise typer.Exit(compare_load_folders(before, after, json=json))
