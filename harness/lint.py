"""Advice on a scenario that reads well but may not show what it is meant to show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connector.errors import TomlProblem
from connector.tomlfile import TomlDocument
from harness.run.offered import offer_remarks, poll_remarks
from harness.run.unsupported import foreseen
from harness.scenario.clocks import clock_remarks
from harness.scenario.deadlines import deadline_remarks
from harness.scenario.dialect_remarks import dialect_remarks
from harness.scenario.expectations import expectation_remarks
from harness.scenario.gate_remarks import gate_remarks
from harness.scenario.gateway_checks import gateway_remarks
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario
from harness.scenario.unreachable_faults import fault_remarks
from harness.scenario.volumes import volume_remarks
from harness.scenario.windows import window_remarks
from harness.world_name import WorldName

__all__ = ["Advice", "lint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A remark with its place in the file."""

    severity: Severity
    problem: TomlProblem

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


def lint(scenario: Scenario, world: WorldName | None = None) -> tuple[Advice, ...]:
    """All advice, in the order of the lines; what concerns the whole file comes first. world: to play it in."""
    document = TomlDocument.parse(scenario.text, str(scenario.path or scenario.name))
    advice = [
        Advice(severity=remark.severity, problem=document.problem(remark.key, remark.reason))
        for remark in _remarks(scenario, world)
    ]
    return tuple(sorted(advice, key=lambda each: each.problem.line or 0))


def _remarks(scenario: Scenario, world: WorldName | None) -> Iterator[Remark]:
    for remarks in _REMARKS:
        yield from remarks(scenario)
    if world is not None:
        yield from foreseen(scenario, world)


def _comment_remarks(scenario: Scenario) -> Iterator[Remark]:
    if not scenario.shows:
        yield Remark(key=(), reason="no opening comment: the first lines should say what the scenario shows")


_REMARKS: tuple[Callable[[Scenario], Iterator[Remark]], ...] = (
    _comment_remarks,
    deadline_remarks,
    gateway_remarks,
    window_remarks,
    clock_remarks,
    expectation_remarks,
    offer_remarks,
    poll_remarks,
    volume_remarks,
    dialect_remarks,
    fault_remarks,
    gate_remarks,
)
