"""Advice on windows: rules and steps that begin after the load, outlast it, or land after the last read."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from connector.toml_lines import KeyPath
from fake_clusters.faults.late_effect import LateEffect
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario

__all__ = ["window_remarks"]


def window_remarks(scenario: Scenario) -> Iterator[Remark]:
    for window in _windows(scenario):
        yield from _past_the_load(window, scenario.workload.duration)
    watched = scenario.settle + scenario.fence
    for index, rule in enumerate(scenario.faults):
        if isinstance(rule.parameters, LateEffect) and rule.parameters.delay >= watched:
            reason = f"'{rule.label}' delays effects by {rule.parameters.delay:g}s"
            reason = f"{reason}, past settle and fence ({watched:g}s): some land after the last read"
            yield Remark(key=("faults", index), reason=reason)
    for index, step in enumerate(scenario.nemesis):
        yield from _step(step, index, scenario)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """Something that holds for a while."""

    key: KeyPath
    name: str
    begins: float
    ends: float


def _windows(scenario: Scenario) -> Iterator[_Window]:
    for section in ("faults", "toxics", "deliveries", "store_faults", "receivers"):
        for index, rule in enumerate(getattr(scenario, section)):
            begins, ends = rule.window.begins, rule.window.ends
            yield _Window(key=(section, index), name=f"'{rule.label}'", begins=begins, ends=ends)
    for cluster in scenario.clusters:
        for phase in cluster.profile.latency_phases:
            yield _Window(
                key=("clusters", cluster.name),
                name=f"the {phase.kind}",
                begins=phase.begins,
                ends=phase.ends,
            )


def _past_the_load(window: _Window, duration: float) -> Iterator[Remark]:
    """Whatever breaks is healed when the load is over. Without an end it is meant to last for as long as it may."""
    if window.begins >= duration:
        reason = f"{window.name} begins at {window.begins:g}s, when the load is over ({duration:g}s) and all is healed"
        yield Remark(key=window.key, reason=f"{reason}: it never applies")
    elif duration < window.ends < inf:
        reason = f"{window.name} ends at {window.ends:g}s, and the load at {duration:g}s, when all is healed"
        yield Remark(key=window.key, reason=f"{reason}: it applies for {duration - window.begins:g}s only")


def _step(step: NemesisStep, index: int, scenario: Scenario) -> Iterator[Remark]:
    duration, at = scenario.workload.duration, step.window.begins
    if at >= duration:
        reason = f"comes at {at:g}s, when the load is over ({duration:g}s) and all is healed"
        yield Remark(key=("nemesis", index, "at"), reason=reason)
        return
    if not step.kind.is_undone:
        return
    lasts = step.parameters.duration
    if step.selector.site is None and at + lasts > duration:
        undone = f"is to be undone at {at + lasts:g}s, and the load is over at {duration:g}s"
        reason = f"{undone}: it is undone then, unless it is a crash"
        yield Remark(key=("nemesis", index, "duration"), reason=reason)
    pipeline = scenario.pipeline
    if pipeline is not None and step.kind is NemesisKind.PAUSE and lasts < pipeline.processor.lease / 3:
        reason = "shorter than one heartbeat: no lease expires"
        yield Remark(key=("nemesis", index, "duration"), reason=reason, severity=Severity.NOTE)
