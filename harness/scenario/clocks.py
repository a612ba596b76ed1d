"""Advice on clock skews without effect, and on skews beyond what the pipeline tolerates."""

from collections.abc import Iterator

from harness.scenario.nemesis import clocks_apart
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.remark import Remark
from harness.scenario.scenario import Scenario

__all__ = ["clock_remarks"]


def clock_remarks(scenario: Scenario) -> Iterator[Remark]:
    if scenario.pipeline is None:  # what such a service tolerates is not known
        return
    for index, step in enumerate(scenario.nemesis):
        if step.kind is NemesisKind.SKEW and step.selector.target == "gateway":
            yield Remark(key=("nemesis", index, "target"), reason="the gateway reads no clock, so a skew has no effect")
    apart, borne = clocks_apart(scenario.nemesis), scenario.pipeline.command.skew
    if apart <= borne:
        return
    for index, step in enumerate(scenario.nemesis):
        if step.kind is NemesisKind.SKEW:
            reason = f"clocks get up to {apart:g}s apart, and the pipeline tolerates {borne:g}s (pipeline.command.skew)"
            yield Remark(key=("nemesis", index, "offset"), reason=f"{reason}: its guarantees do not hold")
            return
