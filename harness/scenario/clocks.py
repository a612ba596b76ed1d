"""Skews of which nothing comes, and those that set clocks further apart than the pipeline promises to bear."""

from collections.abc import Iterator

from harness.scenario.nemesis import clocks_apart
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.remark import Remark
from harness.scenario.scenario import Scenario

__all__ = ["clock_remarks"]


def clock_remarks(scenario: Scenario) -> Iterator[Remark]:
    for index, step in enumerate(scenario.nemesis):
        if step.kind is NemesisKind.SKEW and step.selector.target == "gateway":
            yield Remark(key=("nemesis", index, "target"), reason="a gateway reads no clock that could be wrong")
    apart, borne = clocks_apart(scenario.nemesis), scenario.pipeline.command.skew
    if apart <= borne:
        return
    for index, step in enumerate(scenario.nemesis):
        if step.kind is NemesisKind.SKEW:
            reason = f"clocks come to be {apart:g}s apart, and the pipeline bears {borne:g}s (pipeline.command.skew)"
            yield Remark(key=("nemesis", index, "offset"), reason=f"{reason}: it need not keep its promises")
            return
