"""Advice on what a cluster's dialect cannot say or do, so that a scenario shows something else than it seems to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector.codes import Code
from connector.dialects import FileDialect
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan
from fake_clusters.server.dialects import dialect_named
from fake_clusters.spec import ClusterSpec
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario, WorkloadKind

__all__ = ["dialect_remarks"]


_MOST = 1.0 - 1e-9
"""The quantile that stands for the largest value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speakers:
    """The clusters of one dialect. named: in words."""

    dialect: FileDialect
    clusters: Sequence[str]

    @property
    def named(self) -> str:
        more = len(self.clusters) - 3
        return ", ".join(self.clusters[:3]) + (f" and {more} more" if more > 0 else "")

    def meets(self, rule: FaultRule) -> bool:
        """Whether the rule is for one of them."""
        return any(map(rule.selector.covers, self.clusters))


def dialect_remarks(scenario: Scenario) -> Iterator[Remark]:
    for name in dict.fromkeys(cluster.dialect for cluster in scenario.clusters):
        clusters = [cluster.name for cluster in scenario.clusters if cluster.dialect == name]
        speakers = _Speakers(dialect=dialect_named(name), clusters=clusters)
        yield from _resizes(scenario, speakers)
        yield from _sizes(scenario, speakers)
        yield from _jobs(scenario, speakers)
        for index, rule in enumerate(scenario.faults):
            if speakers.meets(rule):
                yield from _codes(rule, speakers, index)
                yield from _attempts(rule, speakers, index)
    for cluster in scenario.clusters:
        yield from _background(scenario, cluster)


def _resizes(scenario: Scenario, speakers: _Speakers) -> Iterator[Remark]:
    lacking = speakers.dialect.lacking_resize
    if lacking and scenario.workload.mix.get(WorkloadKind.RESIZE):
        reason = f"the dialect of {speakers.named} {lacking}: such resizes change nothing there, and say why"
        yield Remark(key=("workload", "mix", "resize"), reason=reason, severity=Severity.NOTE)


def _sizes(scenario: Scenario, speakers: _Speakers) -> Iterator[Remark]:
    step, largest = speakers.dialect.size_step, scenario.workload.size.ppf(_MOST)
    if largest < step and scenario.workload.mix.get(WorkloadKind.RESIZE):
        reason = f"every size is rounded up to a multiple of {step} bytes on {speakers.named}: a share never shrinks"
        yield Remark(key=("workload", "size"), reason=reason)


def _jobs(scenario: Scenario, speakers: _Speakers) -> Iterator[Remark]:
    if scenario.pipeline is None:
        return
    seconds = scenario.pipeline.command.command
    every = [step.job.every for steps in speakers.dialect.steps.values() for step in steps if step.job is not None]
    if every and min(every) >= seconds:
        reason = f"{seconds:g}s is over before a job of {speakers.named} is asked for, every {min(every):g}s"
        key = ("pipeline", "command", "command")
        yield Remark(key=key, reason=f"{reason}: the share alone tells how it ended", severity=Severity.NOTE)


def _background(scenario: Scenario, cluster: ClusterSpec) -> Iterator[Remark]:
    background = cluster.profile.background
    if background is None or scenario.pipeline is None:
        return
    command, usual = scenario.pipeline.command, background.ppf(0.5)
    patience = command.total + command.whole
    if usual >= patience:
        reason = f"half of the shares are whole {usual:g}s after the answer or later, and they are cleaned up"
        reason = f"{reason} {patience:g}s after their command began (pipeline.command.whole)"
        yield Remark(key=("clusters", cluster.name, "latency", "background"), reason=reason)


def _codes(rule: FaultRule, speakers: _Speakers, index: int) -> Iterator[Remark]:
    """A refusal that the dialect cannot spell."""
    plan, dialect = rule.kind.apply(rule.kind.plan(), rule.parameters), speakers.dialect
    code = plan.refuse if isinstance(plan, CommandPlan) else None
    if code is None or code is Code.INTERNAL:
        return
    verbs = [verb for verb in rule.selector.verbs or rule.kind.verbs or dialect.steps if dialect.knows(verb)]
    if verbs and all(dialect.refusals.told(code, verb)[0] is not code for verb in verbs):
        reason = f"'{rule.label}': the dialect of {speakers.named} has no words for {code}: internal is heard there"
        yield Remark(key=("faults", index), reason=f"{reason}, which says nothing for certain")


def _attempts(rule: FaultRule, speakers: _Speakers, index: int) -> Iterator[Remark]:
    for verb in (rule.selector.verbs or rule.kind.verbs) if rule.selector.attempts else ():
        count = speakers.dialect.commands_of(verb)
        if count > 1:
            reason = f"'{rule.label}': on {speakers.named} a {verb} is {count} commands, and each is an attempt"
            yield Remark(key=("faults", index, "attempts"), reason=reason, severity=Severity.NOTE)
