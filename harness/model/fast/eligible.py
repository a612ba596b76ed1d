"""Which scenarios the fast path can play: calm ones, in which each create meets only queues and its own deadlines."""

from collections.abc import Iterator

from connector.codes import Code
from fake_clusters.distributions.constant import Constant
from fake_clusters.faults.rule import FaultRule
from fake_clusters.order import OrderKind
from fake_clusters.plans import CommandPlan
from fake_clusters.profile import LatencyPhaseKind, LoginPhase
from fake_clusters.spec import ClusterSpec
from harness.scenario.roles import processes_by_role
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.scenario.spool_kind import SpoolKind
from harness.service.reference import Design, PipelineSettings, settings_of

__all__ = ["NotEligible", "objection"]


class NotEligible(Exception):
    """Something happened that the fast path cannot tell."""


def objection(scenario: Scenario) -> str | None:
    """Why the scenario needs the general path; None where the fast path will do."""
    return next(_objections(scenario), None)


def _objections(scenario: Scenario) -> Iterator[str]:
    if scenario.design != Design.SPOOL:
        yield f"the design is {scenario.design}"
    if settings_of(scenario).notifier.enabled:
        yield "somebody is notified"
    if scenario.spool is not SpoolKind.STORE:
        yield f"the spool is {scenario.spool}"
    yield from _breaks(scenario)
    if scenario.workload.tenants or scenario.workload.priorities:
        yield "tenants take turns"
    if scenario.workload.only is not None:
        yield "some arrivals are left out"
    kinds = [kind for kind, weight in scenario.workload.mix.items() if weight > 0]
    if kinds != [WorkloadKind.CREATE]:
        yield "the load does more than create"
    settings = settings_of(scenario)
    command = settings.command
    yield from _of_the_processor(settings)
    for cluster in scenario.clusters:
        # What has waited for a list may end at the instant of the next sweep: the two paths rank the two otherwise.
        if Constant(settings_of(scenario).sweeper.every) in (
            cluster.profile.default,
            *cluster.profile.service.values(),
        ):
            yield f"{cluster.name} serves a command for just as long as a sweep pauses"
        yield from _peculiarities(cluster, command.sessions)


def _breaks(scenario: Scenario) -> Iterator[str]:
    if scenario.nemesis or scenario.deliveries or scenario.store_faults or scenario.receivers or scenario.toxics:
        yield "something breaks"
    for rule in scenario.faults:
        if not _is_of_one_share(rule):
            yield f"the fault {rule.label} does not strike single commands"


def _of_the_processor(settings: PipelineSettings) -> Iterator[str]:
    command = settings.command
    if settings.given_quotas is not None and settings.given_quotas.is_limited:
        yield "tenants have quotas"
    if settings.retry.budget is not None:
        yield "retries have a budget"
    if max(processes_by_role(settings).values()) > 1:
        yield "several processes share the work"
    if settings.processor.workers > command.sessions * command.connections:
        yield "workers may wait for a session"


def _is_of_one_share(rule: FaultRule) -> bool:
    """Whether it touches nothing but the command that it strikes: no connection, no pace of the whole cluster, and no
    noise that depends on which connection carried the command."""
    if rule.kind.plan is not CommandPlan:
        return False
    plan = rule.kind.apply(CommandPlan(service=1.0), rule.parameters)
    assert isinstance(plan, CommandPlan)
    has_noise = plan.output.garble > 0 or plan.output.extra > 0
    return plan.cut is None and plan.crash is None and plan.refuse is not Code.BUSY and not has_noise


def _peculiarities(cluster: ClusterSpec, sessions: int) -> Iterator[str]:
    limits, profile = cluster.limits, cluster.profile
    if cluster.dialect != "native" or cluster.capabilities is not None:
        yield f"{cluster.name} does not keep marks, sequences and instants"
    if limits.allocation is not None:
        yield f"{cluster.name} rounds sizes up"
    bounds = (limits.queue, limits.connections, limits.startups, limits.capacity, limits.share_size, limits.shares)
    if any(bound is not None for bound in bounds) or (limits.sessions or sessions) < sessions:
        yield f"{cluster.name} has limits that turn commands away"
    if profile.background is not None:
        yield f"{cluster.name} makes shares whole in the background"
    if cluster.shares:
        yield f"{cluster.name} holds shares at first"
    if cluster.order.kind is not OrderKind.FIFO:
        yield f"{cluster.name} does not serve commands as they come"
    if any(phase.kind is LatencyPhaseKind.OUTAGE for phase in profile.latency_phases):
        yield f"{cluster.name} has an outage"
    if any(profile.login.get(phase, Constant()) != Constant() for phase in LoginPhase):
        yield f"{cluster.name}'s logins take time"
