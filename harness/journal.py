"""One scenario from start to finish: play it, judge it, gate it, and make the journal."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fake_clusters.faults.refused import REFUSED
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import run_checkers, verdict_of
from harness.gates import evaluate
from harness.planned import planned_of
from harness.run.progress import Progress
from harness.run.result import RunResult
from harness.run.unsupported import stand_in_gateway, stand_in_store, unjudged_gates
from harness.scenario.nemesis import clocks_apart
from harness.scenario.scenario import Scenario
from harness.versions import product, versions
from harness.world_name import WorldName
from harness.worlds import check_world, runner
from reports.journal import Journal

if TYPE_CHECKING:
    from harness.live.clusters import OpenClusters

__all__ = ["bounds_of", "journal_of", "run_scenario"]


async def run_scenario(
    scenario: Scenario,
    *,
    seed: int,
    progress: Progress,
    stop: asyncio.Event,
    command: str,
    world: WorldName = WorldName.LIVE,
    admin: Path | None = None,
    logs: Path | None = None,
    open_clusters: "OpenClusters | None" = None,
) -> Journal:
    """Play in a world. `stop` ends the load early; all that comes after it is still done.

    admin, logs, open_clusters: see `harness.worlds.runner`.

    Raises `WrongWorld`, and `WorldError` where the world does not come up.
    """
    check_world(scenario, world)
    playing = runner(world, admin=admin, logs=logs, open_clusters=open_clusters)
    played = await playing.run(scenario, seed=seed, progress=progress, stop=stop)
    return journal_of(scenario, played, seed=seed, world=world, command=command)


def journal_of(scenario: Scenario, played: RunResult, *, seed: int, world: str, command: str) -> Journal:
    """Judge what was played."""
    findings = run_checkers(played.history, bounds_of(scenario, played))
    return Journal(
        product=product(),
        versions=versions(),
        scenario=scenario.name,
        title=scenario.title,
        scenario_text=scenario.text,
        seed=seed,
        world=world,
        command=command,
        began=_wall_clock(played.began, WorldName(world)).isoformat(timespec="milliseconds"),
        load_ends=played.load_ends,
        ends=played.ends,
        interrupted=played.interrupted,
        phases=played.phases,
        planned=planned_of(scenario),
        clusters=played.clusters,
        limits=dict(played.limits),
        allowances=played.allowances,
        generators=played.generators,
        history=played.history,
        findings=findings,
        gates=evaluate(scenario.gates_here, played.history, played.phases, load_ends=played.load_ends),
        verdict=verdict_of(findings),
        notes=(
            *stand_in_gateway(scenario, WorldName(world)),
            *stand_in_store(scenario, WorldName(world)),
            *unjudged_gates(scenario).values(),
            *played.skipped,
            *played.notes,
        ),
        skipped=played.skipped,
        design=scenario.design,
        gateway=str(scenario.gateway_kind or ""),
        service_text=scenario.service_text,
        folder="" if scenario.service is None else str(scenario.service.beside.absolute()),
    )


def bounds_of(scenario: Scenario, played: RunResult | Journal) -> Bounds:
    """What a run of the scenario is held to."""
    return Bounds(
        limits=played.limits,
        allowances=played.allowances,
        generators=played.generators,
        skew=Bounds().skew + clocks_apart(scenario.nemesis) + played.allowances.skew,
        expect=scenario.expect,
        skipped=played.skipped,
        closed={rule.label: rule.window.ends for rule in scenario.faults if rule.kind is REFUSED},
        interrupted=played.interrupted,
        load_ends=played.load_ends,
        disturbed=tuple(sorted((span.begins, span.ends) for span in played.phases if span.disturbed)),
        recovery=scenario.settle,
        backoff=None if scenario.pipeline is None else (scenario.pipeline.retry.first, scenario.pipeline.retry.longest),
        sizes={cluster.name: cluster.limits.allocated for cluster in scenario.clusters if cluster.limits.allocation},
        scenario=scenario,
        clusters=played.clusters,
    )


def _wall_clock(began: float, world: WorldName) -> datetime:
    """When the run began; a run in virtual time has no such instant, and gets the one at which it was judged."""
    if world.has_wall_clock:
        return datetime.fromtimestamp(began, UTC)
    return datetime.now(UTC)  # noqa: TID251 - for people; nothing that a run does depends on it
