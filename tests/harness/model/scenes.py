"""Scenarios for the model world, as values."""

from collections.abc import Mapping

from connector.operations import Verb
from fake_clusters.distributions.constant import Constant
from fake_clusters.profile import Distribution, LoginPhase, Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.model.runner import ModelRunner
from harness.run.result import RunResult
from harness.scenario.scenario import ClientPolicy, Scenario, Workload, WorkloadKind
from pipeline.settings import PipelineSettings

__all__ = ["cluster", "in_model", "scenario"]

KILLED = """\
# One ordinary kill of the processor.
title = "One kill"
settle = "30s"
[workload]
rate = 4
duration = "10s"
mix = { create = 3, delete = 1 }
[clusters.north]
profile = "steady"
[[nemesis]]
at = "6s"
kind = "kill"
target = "processor"
"""
"""Valid with seed 1, invalid with seed 2: a delete that was under way waits the lease out, and settling is as short."""


def cluster(
    name: str = "north",
    *,
    create: Distribution | None = None,
    other: Distribution | None = None,
    login: Mapping[LoginPhase, Distribution] | None = None,
    limits: ClusterLimits | None = None,
) -> ClusterSpec:
    """A cluster whose creates take half a second, and everything else a tenth."""
    profile = Profile(
        name="scene",
        login=login or {},
        service={Verb.CREATE: create or Constant(0.5), Verb.CAPABILITIES: Constant(0.0)},
        default=other or Constant(0.1),
    )
    return ClusterSpec(name=name, profile=profile, limits=limits or ClusterLimits())


def scenario(
    *clusters: ClusterSpec,
    rate: float = 2.0,
    duration: float = 20.0,
    mix: Mapping[WorkloadKind, float] | None = None,
    pipeline: Mapping[str, object] | None = None,
    client: ClientPolicy | None = None,
    **more: object,
) -> Scenario:
    """A scenario that only says what matters."""
    fields: dict[str, object] = {
        "name": "scene",
        "title": "A scene",
        "shows": "",
        "text": "",
        "path": None,
        "seed": 1,
        "clusters": clusters or (cluster(),),
        "workload": Workload(rate=rate, duration=duration, mix=mix or {WorkloadKind.CREATE: 1.0}),
        "client": client or ClientPolicy(),
        "pipeline": PipelineSettings.model_validate(pipeline or {}),
        **more,
    }
    return Scenario(**fields)  # type: ignore[arg-type]  # each is what the field takes


def in_model(played: Scenario, *, seed: int) -> RunResult:
    """A run on the general path of the model world, however many creates it has."""
    return ModelRunner(fast=False).run_now(played, seed=seed)
