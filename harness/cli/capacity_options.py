"""The options of `spoolproof capacity`: read, checked against each other, and turned into what is to be searched."""

import importlib.util
import math
import re
import shlex
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import typer

from connector.toml_words import did_you_mean
from connector.units import parse_duration
from connector.values import replace
from harness.capacity.search_options import CaseOptions, OverloadOptions, SearchOptions
from harness.capacity.trial_scenario import check_trials
from harness.cli.designs import read_designs
from harness.cli.inputs import read_all
from harness.errors import GateError, MissingPart
from harness.live.gateways.gateway import check_installed
from harness.scenario.gate_expressions import parse_gate
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.scenario import Gate, Scenario
from harness.service.reference import with_design
from harness.world_name import WorldName
from harness.worlds import check_world
from reports.capacity import CapacityReport, read_capacity

__all__ = ["CapacityOptions", "CapacityPlan", "read_options"]

_WARM_UP_SHARE = 0.2
_RECOVERIES = 10.0
"""How many times as long as an overload the load after it lasts, before anything is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityOptions:
    """The options of the command, as they are written; rates in arrivals per second."""

    name: str
    world: WorldName
    pipelines: str | None = None
    gateways: str | None = None
    service: Path | None = None
    gates: tuple[str, ...] = ()
    each: bool = False
    trial: str | None = None
    warm_up: str | None = None
    within: str = "5%"
    repeats: int = 3
    most: float | None = None
    time: str | None = None
    hysteresis: str | None = None
    recovery: str | None = None
    overload: float | None = None
    rate: float | None = None
    at_least: float | None = None
    against: Path | None = None
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPlan:
    """What is to be searched. budget: seconds. earlier: the result to compare with. command,
    trial_command: see `CapacityReport`."""

    scenario: Scenario
    cases: tuple[CaseOptions, ...]
    search: SearchOptions
    overload: OverloadOptions | None
    budget: float | None
    earlier: CapacityReport | None
    command: str
    trial_command: str


def read_options(options: CapacityOptions) -> CapacityPlan:
    """Raises `typer.BadParameter`, `CapacityError`, `CapacityFileError`, `WrongWorld`, `MissingPart`, and what
    `read_all` raises."""
    if importlib.util.find_spec("MLRsearch") is None:
        raise MissingPart("spoolproof capacity needs the package MLRsearch: pip install 'spoolproof[load]'")
    (read,) = read_all([options.name], options.service)
    scenario = replace(read, gates=(*read.gates, *(_gate(expression, read) for expression in options.gates)))
    check_world(scenario, options.world)
    search, overload = _search_options(options, scenario), _overload(options)
    cases = _cases(options, scenario)
    for case in cases:
        check_trials(case.scenario, seconds=search.seconds, warm_up=search.warm_up, overload=overload is not None)
    earlier = None if options.against is None else read_capacity(options.against)
    return CapacityPlan(
        scenario=scenario,
        cases=cases,
        search=search,
        overload=overload,
        budget=_duration(options.time, "--time"),
        earlier=earlier,
        command=shlex.join(_command(options)),
        trial_command=shlex.join(_trial_command(options)),
    )


def _gate(expression: str, scenario: Scenario) -> Gate:
    try:
        gate = parse_gate(expression)
    except GateError as error:
        raise typer.BadParameter(f"{expression!r}: {error}", param_hint="--gate") from error
    for kind, name, known in (
        ("phase", gate.phase, [phase.name for phase in scenario.phases]),
        ("cluster", gate.cluster, [cluster.name for cluster in scenario.clusters]),
    ):
        if name is not None and name not in known:
            accepted = ", ".join(known) or f"none: {scenario.name} has no {kind}s"
            raise typer.BadParameter(
                f"{expression!r}: unknown {kind} '{name}'{did_you_mean(name, known)}; accepted: {accepted}",
                param_hint="--gate",
            )
    return gate


def _cases(options: CapacityOptions, scenario: Scenario) -> tuple[CaseOptions, ...]:
    """Every design behind every gateway."""
    designs = [scenario.design] if options.pipelines is None else read_designs(options.pipelines)
    gateways = [None] if options.gateways is None else _gateways(options.gateways)
    cases = []
    for design, gateway in product(designs, gateways):
        variant = scenario if options.pipelines is None else with_design(scenario, design)
        variant = variant if gateway is None else variant.behind(gateway)
        check_world(variant, options.world)
        check_installed(variant.gateway_kind if options.world.has_wall_clock else None)
        label = design if gateway is None else f"{design}, {gateway}"
        cases.append(CaseOptions(label=label, scenario=variant, gateway=gateway or ""))
    if options.rate is not None and len(cases) > 1:
        raise typer.BadParameter("one trial is of one design behind one gateway", param_hint="--rate")
    return tuple(cases)


def _gateways(words: str) -> list[GatewayKind]:
    names = [word.strip() for word in words.split(",")]
    wrong = [name for name in names if name not in set(GatewayKind)]
    if wrong or len(set(names)) < len(names):
        what = f"unknown gateway {wrong[0]!r}" if wrong else f"{words!r} names a gateway twice"
        raise typer.BadParameter(f"{what}; accepted: {', '.join(GatewayKind)}", param_hint="--gateways")
    return [GatewayKind(name) for name in names]


def _search_options(options: CapacityOptions, scenario: Scenario) -> SearchOptions:
    load = scenario.workload.duration
    warm_up = _duration(options.warm_up, "--warm-up", least=0.0)
    warm_up = load * _WARM_UP_SHARE if warm_up is None else warm_up
    seconds = _duration(options.trial, "--trial")
    seconds = load - warm_up if seconds is None else seconds
    if seconds <= 0:
        raise typer.BadParameter(
            f"{warm_up:g} s leaves nothing of the load of {load:g} s to measure; use --trial", param_hint="--warm-up"
        )
    for rate, name in (
        (options.most, "--most"),
        (options.rate, "--rate"),
        (options.at_least, "--at-least"),
        (options.overload, "--overload"),
    ):
        _check_rate(rate, name)
    if options.repeats % 2 == 0:
        raise typer.BadParameter(f"{options.repeats} is even, so a majority may be missing", param_hint="--repeats")
    return SearchOptions(
        world=options.world,
        seed=scenario.seed if options.seed is None else options.seed,
        seconds=seconds,
        warm_up=warm_up,
        within=_share(options.within),
        repeats=options.repeats,
        each=options.each,
        most=options.most,
    )


def _overload(options: CapacityOptions) -> OverloadOptions | None:
    seconds = _duration(options.hysteresis, "--hysteresis")
    if seconds is None:
        given = [("--recovery", options.recovery), ("--overload", options.overload)]
        for name, value in given:
            if value is not None:
                raise typer.BadParameter("needs --hysteresis", param_hint=name)
        return None
    if options.rate is not None and options.overload is None:
        raise typer.BadParameter("one trial after an overload needs --overload", param_hint="--rate")
    recovery = _duration(options.recovery, "--recovery", least=0.0)
    return OverloadOptions(
        seconds=seconds, recovery=seconds * _RECOVERIES if recovery is None else recovery, rate=options.overload
    )


def _duration(word: str | None, option: str, *, least: float | None = None) -> float | None:
    """Seconds; more than 0 unless `least` says otherwise."""
    if word is None:
        return None
    try:
        seconds = parse_duration(word)
    except ValueError as error:
        raise typer.BadParameter(f"{word!r}: {error}", param_hint=option) from error
    if least is None and seconds <= 0:
        raise typer.BadParameter(f"{word!r}: more than 0 is needed", param_hint=option)
    return seconds


def _check_rate(rate: float | None, option: str) -> None:
    if rate is not None and not (math.isfinite(rate) and 0 < rate <= 1e6):
        raise typer.BadParameter(f"{rate:g}: a rate is above 0 and at most 1000000 a second", param_hint=option)


def _share(word: str) -> float:
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*", word)
    share = float(match[1]) / 100 if match else 0.0
    if not 0.001 <= share <= 0.5:
        raise typer.BadParameter(f"{word!r}: accepted: 0.1% to 50%", param_hint="--within")
    return share


def _trial_command(options: CapacityOptions) -> list[str]:
    """What all trials have in common."""
    words = ["spoolproof", "capacity", options.name, "--world", str(options.world)]
    words += [] if options.service is None else ["--service", str(options.service)]
    for gate in options.gates:
        words += ["--gate", gate]
    return words


def _command(options: CapacityOptions) -> list[str]:
    """What does the same again, without where results go and what they are compared with."""
    words = _trial_command(options)
    for name, value in (
        ("--pipelines", options.pipelines),
        ("--gateways", options.gateways),
        ("--trial", options.trial),
        ("--warm-up", options.warm_up),
        ("--most", options.most),
        ("--hysteresis", options.hysteresis),
        ("--recovery", options.recovery),
        ("--overload", options.overload),
        ("--seed", options.seed),
    ):
        words += [] if value is None else [name, str(value)]
    words += [] if options.within == "5%" else ["--within", options.within]
    words += [] if options.repeats == 3 else ["--repeats", str(options.repeats)]
    return [*words, "--each-gate"] if options.each else words
