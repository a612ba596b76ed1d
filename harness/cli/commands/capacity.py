"""The command that searches for the capacity of a service."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Force, Json, Out, ScenarioName, Seed, Service
from harness.world_name import WorldName

__all__ = ["capacity"]


def capacity(  # noqa: PLR0917 - Typer makes options of parameters
    scenario: ScenarioName,
    world: Annotated[WorldName, typer.Option(help="The world to run in.")] = WorldName.LIVE,
    pipelines: Annotated[
        str | None, typer.Option(metavar="DESIGNS", help="Comma-separated; default: the scenario's own.")
    ] = None,
    gateways: Annotated[
        str | None, typer.Option(metavar="GATEWAYS", help="Comma-separated: builtin, nginx, haproxy; default: its own.")
    ] = None,
    service: Service = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(metavar="GATE", help="One more gate; repeatable. Replaces none of the scenario's."),
    ] = None,
    each_gate: Annotated[
        bool, typer.Option("--each-gate", help="Find the interval of every gate by itself too, in the same search.")
    ] = False,
    trial: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Measured part of a full trial; default: the scenario's load."),
    ] = None,
    warm_up: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Load before it; default: a fifth of the scenario's load.")
    ] = None,
    within: Annotated[str, typer.Option(help="Width of the interval, as a share of its upper bound.")] = "5%",
    repeats: Annotated[
        int, typer.Option(min=1, max=99, help="Full trials that decide a rate, by majority; an odd number.")
    ] = 3,
    most: Annotated[float | None, typer.Option(metavar="RATE", help="Highest rate to try.")] = None,
    time: Annotated[str | None, typer.Option(metavar="DURATION", help="Maximum duration, such as `10m`.")] = None,
    hysteresis: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Search again, after an overload of this duration before every trial."),
    ] = None,
    recovery: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Load after that overload; default: ten times its duration.")
    ] = None,
    overload: Annotated[
        float | None, typer.Option(metavar="RATE", help="Rate of that overload; default: twice the capacity.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(metavar="RATE", help="Play one trial at this rate, and search for nothing.")
    ] = None,
    at_least: Annotated[
        float | None, typer.Option(metavar="RATE", help="Exit with 3 if the lower bound is below this rate.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An earlier capacity.json: exit with 3 if a capacity is certainly lower."),
    ] = None,
    seed: Seed = None,
    out: Out = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Find the highest rate at which all gates hold and the backlog does not grow, as an interval.

    Exit codes: 0 found, 2 unknown (out of time, or the load generator was late), 3 no rate holds, or the capacity is
    lower than --at-least or --against say, 64 bad input, 69 service unavailable, 70 internal error, 80, 82 and 83 as 0,
    2 and 3 but the results could not be written, 130 interrupted.
    """
    from harness.cli.capacity import CapacityOptions, search_capacity

    options = CapacityOptions(
        name=scenario,
        world=world,
        pipelines=pipelines,
        gateways=gateways,
        service=service,
        gates=tuple(gate or ()),
        each=each_gate,
        trial=trial,
        warm_up=warm_up,
        within=within,
        repeats=repeats,
        most=most,
        time=time,
        hysteresis=hysteresis,
        recovery=recovery,
        overload=overload,
        rate=rate,
        at_least=at_least,
        against=against,
        seed=seed,
        out=out,
        force=force,
        json=json,
    )
    raise typer.Exit(search_capacity(options))
