"""The parts of one design, put together on one environment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from harness.model.environment import FastEnvironment
from harness.model.twin.api import Accepting, Api, InProcess, Spooled
from harness.model.twin.blocking import Blocking
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.clusters import TwinClusters
from harness.model.twin.gateway import Gateway
from harness.model.twin.part import Part
from harness.model.twin.processor import Processor
from harness.model.twin.records import Records
from harness.model.twin.sweeper import Sweeper
from harness.model.twin.worker import Worker
from harness.run.hops import commander_of
from harness.virtual.entropy import keyed_entropy, keyed_identity
from pipeline.marks import Marks
from pipeline.processor.processor import deadlines_of
from pipeline.processor.situation import Rules
from pipeline.settings import Design, PipelineSettings
from pipeline.uuid7 import uuid7_maker

__all__ = ["Pipeline", "build"]

_POLL = 0.05
"""Seconds until a processor sees a message that another process sent, as `pipeline.store` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """parts: by the nemesis's names; a design without a processor has none."""

    records: Records
    gateway: Gateway
    parts: Mapping[str, Part]


def build(env: FastEnvironment, settings: PipelineSettings, clusters: TwinClusters, *, seed: int) -> Pipeline:
    """Everything, started."""
    api, front = Part(env), Part(env)
    records = Records(env, commander_of(settings.design))
    bulkheads = _bulkheads(env, settings, clusters, records, seed)
    parts = {"api": api, "gateway": front}
    if settings.design is Design.SPOOL:
        parts["processor"] = _processor(env, settings, records, bulkheads, seed)
    design = _design(env, api, settings, records, bulkheads, seed)
    _follow(parts.get("processor", api), bulkheads.values())
    answering = Api(api, records, design, lambda life: uuid7_maker(lambda: env.now, keyed_entropy(seed, f"api-{life}")))
    gateway = Gateway(env, front, answering, api, settings.gateway)
    return Pipeline(records=records, gateway=gateway, parts=parts)


def _design(  # noqa: PLR0917 - each is a part that the design is made of
    env: FastEnvironment,
    api: Part,
    settings: PipelineSettings,
    records: Records,
    bulkheads: Mapping[str, Bulkhead],
    seed: int,
) -> Accepting:
    match settings.design:
        case Design.SPOOL:
            return Spooled(records, settings.api)
        case Design.BLOCKING:
            limits = settings.blocking
            return Blocking(
                env,
                api,
                records,
                settings.api,
                clusters=bulkheads,
                marks=_marks(settings, seed),
                bound=limits.bound,
                wait=limits.wait,
            )
        case Design.IN_PROCESS:
            worker = _worker(env, api, settings, records, seed, writer="api")
            lease = settings.processor.lease
            return InProcess(env, api, records, settings.api, clusters=bulkheads, worker=worker, lease=lease)
    assert_never(settings.design)


def _processor(
    env: FastEnvironment, settings: PipelineSettings, records: Records, bulkheads: Mapping[str, Bulkhead], seed: int
) -> Part:
    part = Part(env)
    worker = _worker(env, part, settings, records, seed)
    processor = Processor(
        env, part, records, clusters=bulkheads, worker=worker, settings=settings.processor, poll=_POLL
    )
    marks = _marks(settings, seed)
    for bulkhead in bulkheads.values():
        Sweeper(env, part, records, bulkhead, settings=settings.sweeper, retry=settings.retry, marks=marks).start()
    processor.start()
    return part


def _follow(part: Part, bulkheads: Iterable[Bulkhead]) -> None:
    """What a process knows of the clusters, and its connections to them, live no longer than it does."""
    for bulkhead in bulkheads:
        bulkhead.belong_to(part)
        part.when_killed.append(bulkhead.hang_up)
        part.when_started.append(bulkhead.begin_anew)


def _bulkheads(
    env: FastEnvironment, settings: PipelineSettings, clusters: TwinClusters, records: Records, seed: int
) -> dict[str, Bulkhead]:
    width = settings.command.connections * settings.command.sessions
    if settings.design is Design.SPOOL:
        width = min(width, settings.processor.workers)
    return {
        name: Bulkhead(
            env,
            name,
            connector,
            deadlines=deadlines_of(settings.command),
            width=width,
            breaker=settings.breaker,
            retry=settings.retry,
            seed=seed,
            log=records.log,
        )
        for name, connector in clusters.connectors.items()
    }


def _worker(
    env: FastEnvironment,
    part: Part,
    settings: PipelineSettings,
    records: Records,
    seed: int,
    *,
    writer: str = "processor",
) -> Worker:
    marks = _marks(settings, seed)
    rules = Rules(marks=marks, attempts=settings.retry.attempts, skew=settings.command.skew)
    return Worker(env=env, part=part, records=records, rules=rules, retry=settings.retry, seed=seed, writer=writer)


def _marks(settings: PipelineSettings, seed: int) -> Marks:
    return Marks(owner=settings.processor.owner, store=keyed_identity(seed))
