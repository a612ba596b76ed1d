"""Faults and steps whose time never comes, or comes when nobody looks any more."""

from collections.abc import Iterator

from fake_clusters.faults.late_effect import LateEffect
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import NemesisKind, Scenario

__all__ = ["window_remarks"]


def window_remarks(scenario: Scenario) -> Iterator[Remark]:
    duration = scenario.workload.duration
    watched = scenario.settle + scenario.fence
    for index, rule in enumerate(scenario.faults):
        key = ("faults", index)
        if rule.selector.begins >= duration:
            reason = f"'{rule.label}' begins at {rule.selector.begins:g}s, when the load is over ({duration:g}s)"
            yield Remark(key=key, reason=f"{reason} and all is healed: it never strikes")
        if isinstance(rule.parameters, LateEffect) and rule.parameters.delay >= watched:
            reason = f"'{rule.label}' lets effects land {rule.parameters.delay:g}s late"
            yield Remark(key=key, reason=f"{reason}, after settle and fence ({watched:g}s): some are never looked at")
    for index, toxic in enumerate(scenario.toxics):
        if toxic.begins >= duration:
            reason = f"'{toxic.label}' begins at {toxic.begins:g}s, when the load is over ({duration:g}s)"
            yield Remark(key=("toxics", index), reason=f"{reason} and all is healed: it never comes")
    yield from _deliveries(scenario)
    for index, step in enumerate(scenario.nemesis):
        if step.at >= duration:
            reason = f"comes at {step.at:g}s, when the load is over ({duration:g}s) and all is healed"
            yield Remark(key=("nemesis", index, "at"), reason=reason)
        elif step.kind is NemesisKind.PAUSE and step.lasts < scenario.pipeline.processor.lease / 3:
            reason = "shorter than one heartbeat: no lease is ever lost by it"
            yield Remark(key=("nemesis", index, "lasts"), reason=reason, severity=Severity.NOTE)


def _deliveries(scenario: Scenario) -> Iterator[Remark]:
    duration = scenario.workload.duration
    for index, rule in enumerate(scenario.deliveries):
        if rule.begins >= duration:
            reason = f"'{rule.label}' begins at {rule.begins:g}s, when the load is over ({duration:g}s)"
            yield Remark(key=("deliveries", index), reason=f"{reason} and all is healed: it strikes no message")
